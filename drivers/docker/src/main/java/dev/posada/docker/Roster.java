package dev.posada.docker;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The domains that run or are being started, for whoever hears of their containers. */
final class Roster {
    private final Map<UUID, DockerDomain> domains = new ConcurrentHashMap<>();

    void add(UUID uuid, DockerDomain domain) {
        domains.put(uuid, domain);
    }

    /** Takes a domain out, unless it is another one by now. */
    void remove(UUID uuid, DockerDomain domain) {
        domains.remove(uuid, domain);
    }

    Optional<DockerDomain> find(UUID uuid) {
        return Optional.ofNullable(domains.get(uuid));
    }

    /** The domain a container is. */
    Optional<DockerDomain> ofContainer(String container) {
        return domains.values().stream()
                .filter(domain -> domain.container().equals(container))
                .findFirst();
    }

    List<DockerDomain> all() {
        return List.copyOf(domains.values());
    }
}
