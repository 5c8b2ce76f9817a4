package dev.posada.virsh;

import dev.posada.client.Domain;
import dev.posada.model.PosadaException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
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
        return named(call, word, EnumSet.allOf(By.class));
    }

    /** The domain that {@code <domain>} names in one of these ways. */
    static Domain by(Call call, By... ways) {
        return named(call, call.required("domain"), EnumSet.copyOf(List.of(ways)));
    }

    /** What a word can be. */
    enum By {
        ID,
        UUID,
        NAME
    }

    private static Domain named(Call call, String word, Set<By> ways) {
        var connection = call.connection();
        try {
            var id = ways.contains(By.ID) ? Words.decimal(word) : OptionalInt.empty();
            if (id.isPresent()) {
                var byId = connection.domainById(id.getAsInt());
                if (byId.isPresent()) {
                    return byId.get();
                }
            }
            Optional<UUID> uuid = ways.contains(By.UUID) ? Words.uuid(word) : Optional.empty();
            if (uuid.isPresent()) {
                var byUuid = connection.domainByUuid(uuid.get());
                if (byUuid.isPresent()) {
                    return byUuid.get();
                }
            }
            if (ways.contains(By.NAME)) {
                return connection.requireDomain(word);
            }
        } catch (PosadaException e) {
            // libvirt's tools leave out the daemon's words here.
        }
        throw new CommandException("failed to get domain '" + word + "'");
    }
}
