package dev.posada.engine;

import dev.posada.driver.SavedState;
import java.util.Optional;

/**
 * What a domain is started from.
 *
 * @param cause the reason clients are told
 * @param saved the state it continues from, if it does
 */
record StartFrom(StartCause cause, Optional<SavedState> saved) {
    static final StartFrom BOOT = new StartFrom(StartCause.BOOT, Optional.empty());
    static final StartFrom SNAPSHOT = new StartFrom(StartCause.SNAPSHOT, Optional.empty());

    static StartFrom saved(SavedFile file) {
        return new StartFrom(StartCause.SAVE, Optional.of(file.state()));
    }
}
