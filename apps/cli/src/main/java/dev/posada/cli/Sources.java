package dev.posada.cli;

import dev.posada.image.Disk;
import dev.posada.image.Format;
import dev.posada.image.Images;
import dev.posada.image.JoinedDisk;
import dev.posada.image.OpenOptions;
import dev.posada.image.Qcow2Images;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Opens what verbs read. */
final class Sources {
    private static final String ID = "snapshot.id=";
    private static final String NAME = "snapshot.name=";

    private Sources() {}

    /** For reading, with {@code -f} or by content, and without locks if {@code -U} was given. */
    static Disk open(String name, Optional<Format> format, Words words) {
        return Images.open(Words.path(name), options(format, words));
    }

    private static OpenOptions options(Optional<Format> format, Words words) {
        var options = OpenOptions.READING.withFormat(format);
        return words.has("-U") ? options.withoutLock() : options;
    }

    /** As a snapshot has it, by id or name. */
    static Disk openSnapshot(String name, Optional<Format> format, String snapshot, Words words) {
        return Qcow2Images.openSnapshot(Words.path(name), options(format, words), wanted(snapshot));
    }

    /** From {@code ID}, {@code NAME}, {@code snapshot.id=ID} or {@code snapshot.name=NAME}. */
    private static String wanted(String snapshot) {
        for (var part : List.of(snapshot.split(",", -1))) {
            if (part.startsWith(ID)) {
                return part.substring(ID.length());
            }
            if (part.startsWith(NAME)) {
                return part.substring(NAME.length());
            }
        }
        return snapshot;
    }

    /** All of them, one behind the other. */
    static Disk openAll(List<String> names, Optional<Format> format, Words words) {
        if (names.size() == 1) {
            return open(names.getFirst(), format, words);
        }
        var disks = new ArrayList<Disk>();
        try {
            for (var name : names) {
                disks.add(open(name, format, words));
            }
            return new JoinedDisk(disks);
        } catch (RuntimeException | Error e) {
            disks.forEach(Disk::close);
            throw e;
        }
    }
}
