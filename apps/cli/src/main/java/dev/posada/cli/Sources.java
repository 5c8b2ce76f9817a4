package dev.posada.cli;

import dev.posada.image.Disk;
import dev.posada.image.Format;
import dev.posada.image.Images;
import dev.posada.image.OpenOptions;
import java.util.Optional;

/** Opens what verbs read. */
final class Sources {
    private Sources() {}

    /** For reading, with {@code -f} or by content, and without locks if {@code -U} was given. */
    static Disk open(String name, Optional<Format> format, Words words) {
        var options = OpenOptions.READING.withFormat(format);
        return Images.open(Words.path(name), words.has("-U") ? options.withoutLock() : options);
    }
}
