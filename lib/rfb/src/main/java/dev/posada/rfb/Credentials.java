package dev.posada.rfb;

import java.util.Optional;

/** Who knows what a server wants to be told; asked only when it wants it. */
@FunctionalInterface
public interface Credentials {
    /** Knows nothing. */
    Credentials NONE = _ -> Optional.empty();

    /** What a server may want to be told. */
    enum Question {
        USER,
        PASSWORD
    }

    /** The answer; empty gives the connection up. May take its time, such as to ask a person. */
    Optional<String> answer(Question question);
}
