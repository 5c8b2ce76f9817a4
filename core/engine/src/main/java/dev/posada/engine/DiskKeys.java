package dev.posada.engine;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.model.SecretUsage;
import dev.posada.model.SecretValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Looks up the passphrases of a domain's encrypted images, which a driver is handed and does not look up.
 *
 * @param secrets the host's; where there are none, drivers encrypt nothing
 */
record DiskKeys(Optional<SecretHost> secrets) {
    private static final int DEPTH_MAX = 200;

    /**
     * The passphrases by what the definition names them.
     *
     * @throws PosadaException {@code NO_SECRET} when there is no such secret, or none with a value
     */
    Map<String, SecretValue> of(DomainDefinition definition) {
        return of(DeviceEdits.devices(definition, "disk"));
    }

    /** As the other, of some disks. */
    Map<String, SecretValue> of(List<Element> disks) {
        if (secrets.isEmpty()) {
            return Map.of();
        }
        var keys = new HashMap<String, SecretValue>();
        disks.forEach(disk -> collect(disk, keys, 0));
        return keys;
    }

    private void collect(Element disk, Map<String, SecretValue> keys, int depth) {
        disk.child("encryption").ifPresent(encryption -> collect(encryption, keys));
        disk.at("source", "encryption").ifPresent(encryption -> collect(encryption, keys));
        if (depth < DEPTH_MAX) {
            disk.child("backingStore").ifPresent(below -> collect(below, keys, depth + 1));
        }
    }

    private void collect(Element encryption, Map<String, SecretValue> keys) {
        for (var secret : encryption.children("secret")) {
            var host = secrets.orElseThrow();
            var uuid = secret.attribute("uuid");
            var usage = secret.attribute("usage", "");
            keys.put(
                    uuid.orElse(usage),
                    SecretHost.value(
                            uuid.isPresent() ? host.secret(uuid(uuid.get())) : host.secret(SecretUsage.VOLUME, usage)));
        }
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException malformed) {
            throw new PosadaException(
                    ErrorCode.XML_ERROR, ErrorOrigin.SECRET, "malformed uuid of a secret: '" + text + "'");
        }
    }
}
