package dev.posada.qemu;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.model.SecretValue;
import dev.posada.qmp.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Passphrases of encrypted images. QEMU reads each from a file of the instance's own folder that only its user can read and
 * that is there only while it starts: a command line is for everybody to see.
 */
final class ImageKeys {
    private ImageKeys() {}

    /**
     * A file QEMU reads a passphrase from.
     *
     * @param secret what the definition names it: the secret's uuid or usage
     */
    record KeyFile(String secret, Path file) {}

    /**
     * A node that reads and writes an image, told how the image is encrypted.
     *
     * @param imageFormat the format of the image itself, as {@code qcow2}
     */
    static Json.ObjectValue encrypted(
            Assembly assembly, Part encryption, String node, String imageFormat, Json.ObjectValue json) {
        var format = encryption.attribute("format", "");
        if (!format.equals("luks")) {
            throw encryption.unsupported("format");
        }
        encryption.attribute("engine").filter(engine -> !engine.equals("qemu")).ifPresent(_ -> {
            throw encryption.unsupported("engine");
        });
        var secrets = encryption.children("secret");
        if (secrets.size() != 1) {
            throw encryption.refused("it has no secret, or more than one");
        }
        var secret = secrets.getFirst();
        secret.attribute("type");
        var uuid = secret.attribute("uuid");
        var usage = secret.attribute("usage", "");
        var id = node + "-secret0";
        var file = assembly.facts().instanceDirectory().resolve(id);
        assembly.keys.add(new KeyFile(uuid.orElse(usage), file));
        assembly.object(Json.object().with("qom-type", "secret").with("id", id).with("file", file.toString()));
        return imageFormat.equals("raw")
                ? json.with("driver", "luks").with("key-secret", id)
                : json.with("encrypt", Json.object().with("format", "luks").with("key-secret", id));
    }

    /** Makes the files, each for QEMU's user alone. */
    static void write(List<KeyFile> keys, Map<String, SecretValue> secrets, RunAs runAs) {
        for (var key : keys) {
            var value = secrets.get(key.secret());
            if (value == null) {
                throw new PosadaException(
                        ErrorCode.NO_SECRET,
                        ErrorOrigin.QEMU,
                        "no value was given for secret '" + key.secret() + "' of an encrypted disk");
            }
            try (var channel = Files.newByteChannel(
                    key.file(),
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                var bytes = ByteBuffer.wrap(value.bytes());
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            } catch (IOException e) {
                throw new PosadaException(
                        ErrorCode.INTERNAL_ERROR,
                        ErrorOrigin.QEMU,
                        "cannot hand QEMU the passphrase of a disk: " + e.getMessage(),
                        e);
            }
            runAs.own(key.file());
        }
    }

    /** Takes the files away, once QEMU has read them. */
    static void remove(List<KeyFile> keys) {
        keys.forEach(key -> Folders.remove(key.file()));
    }
}
