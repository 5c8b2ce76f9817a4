package dev.posada.docker;

import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The labels by which containers of this driver are known, and the identities of those that have none. */
final class Labels {
    /** The domain's uuid. */
    static final String UUID_KEY = "dev.posada.uuid";

    /** The folder of the daemon it belongs to: several may share an engine. */
    static final String HOME = "dev.posada.home";

    /** A digest of what was asked for when it was made. */
    static final String MADE = "dev.posada.made";

    /** A digest of its limits when it was made, for engines that cannot change them. */
    static final String LIMITS = "dev.posada.limits";

    /** The image its domain names, whatever it was made from. */
    static final String IMAGE = "dev.posada.image";

    /** Whether it goes with its instance: yes or no. */
    static final String TRANSIENT = "dev.posada.transient";

    private static final int UUID_DIGITS = 32;

    private Labels() {}

    /** The domain a container is, by its labels or else by its id: the first half of it. */
    static UUID uuid(String container, Map<String, String> labels) {
        return labelled(labels).orElseGet(() -> {
            var digits = new BigInteger(container.substring(0, UUID_DIGITS), 16);
            return new UUID(digits.shiftRight(Long.SIZE).longValue(), digits.longValue());
        });
    }

    /**
     * Labels of an image that is committed. It takes over those of its container, and whatever somebody makes from it by hand
     * has them in turn: what they say of the container is taken back, or that would be taken for the domain.
     */
    static Map<String, String> ofImage(String image) {
        return Map.of(IMAGE, image, UUID_KEY, "", MADE, "", TRANSIENT, "no");
    }

    /** The uuid a label gives. */
    static Optional<UUID> labelled(Map<String, String> labels) {
        try {
            return Optional.ofNullable(labels.get(UUID_KEY)).map(UUID::fromString);
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // somebody else's idea of a uuid
        }
    }

    /** The beginning of the id of the container that is a domain without being labelled. */
    static String idPrefix(UUID domain) {
        return domain.toString().replace("-", "");
    }

    /** Whether a container was made by another daemon, which looks after it. */
    static boolean foreign(Map<String, String> labels, String home) {
        return labelled(labels).isPresent() && !home.equals(labels.get(HOME));
    }
}
