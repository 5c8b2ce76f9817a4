package dev.posada.install;

import dev.posada.client.Connection;
import dev.posada.client.Domain;
import java.util.Optional;
import java.util.UUID;

/** Finds the domain that a word names. */
final class DomainLookup {
    private static final int UUID_LENGTH = 36;

    private DomainLookup() {}

    /** The domain of this name, id or uuid; a name goes before the others. */
    static Domain find(Connection connection, String word) {
        return connection
                .domainByName(word)
                .or(() -> byId(connection, word))
                .or(() -> byUuid(connection, word))
                .orElseThrow(() -> new BadWord("Could not find domain '" + word + "': " + missing(word)));
    }

    private static String missing(String word) {
        if (isNumber(word)) {
            return "Domain not found: no domain with matching id " + word;
        }
        return uuid(word).isPresent()
                ? "Domain not found: no domain with matching uuid '" + word + "'"
                : "Domain not found: no domain with matching name '" + word + "'";
    }

    private static boolean isNumber(String word) {
        return !word.isEmpty() && word.chars().allMatch(Character::isDigit);
    }

    private static Optional<Domain> byId(Connection connection, String word) {
        try {
            return isNumber(word) ? connection.domainById(Integer.parseInt(word)) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Optional<UUID> uuid(String word) {
        try {
            return word.length() == UUID_LENGTH ? Optional.of(UUID.fromString(word)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<Domain> byUuid(Connection connection, String word) {
        return uuid(word).flatMap(connection::domainByUuid);
    }
}
