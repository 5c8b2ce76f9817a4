package dev.posada.virsh;

import dev.posada.client.Domain;
import dev.posada.model.PosadaException;
import java.util.Optional;
import java.util.UUID;

/** The option that names a domain, and how the domain is found. */
final class Domains {
    private Domains() {}

    /** {@code <domain>}. */
    static Option option() {
        return Option.value("domain", "a domain's name, id or uuid").completing(Proposals.domains());
    }

    /** The domain that {@code <domain>} names: by id, by uuid, by name. */
    static Domain of(Call call) {
        return named(call, call.required("domain"));
    }

    /** The domain that a word names: by id, by uuid, by name. */
    static Domain named(Call call, String word) {
        var connection = call.connection();
        try {
            var id = Words.decimal(word);
            if (id.isPresent()) {
                var byId = connection.domainById(id.getAsInt());
                if (byId.isPresent()) {
                    return byId.get();
                }
            }
            Optional<UUID> uuid = Words.uuid(word);
            if (uuid.isPresent()) {
                var byUuid = connection.domainByUuid(uuid.get());
                if (byUuid.isPresent()) {
                    return byUuid.get();
                }
            }
            return connection.requireDomain(word);
        } catch (PosadaException e) {
            // libvirt's tools leave out the daemon's words here.
            throw new CommandException("failed to get domain '" + word + "'");
        }
    }
}
