package dev.posada.jvm;

import java.nio.file.Path;

/**
 * The files of one instance. The folder is the daemon's; {@link #temporary} is the program's.
 *
 * @param directory the instance's own folder, removed with it
 */
record InstanceFiles(Path directory) {
    /** How much of a domain's name is part of its instance's folder: names may be longer than names of files. */
    private static final int SHORT_NAME_LENGTH = 20;

    static InstanceFiles of(Path stateDirectory, int id, String name) {
        int length = Math.min(name.length(), SHORT_NAME_LENGTH);
        // A character outside the basic plane is two chars, and half of it is none.
        boolean split = length < name.length() && Character.isHighSurrogate(name.charAt(length - 1));
        return new InstanceFiles(
                stateDirectory.resolve("domain-" + id + "-" + name.substring(0, split ? length - 1 : length)));
    }

    /** What the program's process does before it becomes the program. */
    Path run() {
        return directory.resolve("run");
    }

    /** The fifo behind the console's keyboard. */
    Path input() {
        return directory.resolve("input");
    }

    /** Where the program's status is when it has ended. */
    Path status() {
        return directory.resolve("status");
    }

    /** The program's folder for temporary files. */
    Path temporary() {
        return directory.resolve("tmp");
    }
}
