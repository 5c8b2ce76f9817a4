package dev.posada.doctor;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What can be looked at by itself. */
enum Topic {
    QEMU,
    DOCKER,
    JVM,
    NETWORK,
    STORAGE,
    HOST;

    /** The topic of a word on the command line. */
    static Optional<Topic> of(String word) {
        return Arrays.stream(values())
                .filter(topic -> topic.word().equals(word))
                .findFirst();
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** As it stands before each line, in at most six columns. */
    String label() {
        return this == NETWORK ? "NET" : this == STORAGE ? "STORE" : name();
    }
}
