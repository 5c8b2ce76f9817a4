package dev.posada.virsh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;

/** A file that is told what happens, a line each: {@code [2026.11.23 13:40:41 virsh 4711] ERROR what}. */
final class SessionLog {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy.MM.dd HH:mm:ss", Locale.ROOT);

    private final FileChannel file;

    /** How much a line matters; the lower, the less. */
    enum Level {
        DEBUG,
        INFO,
        NOTICE,
        WARNING,
        ERROR
    }

    private SessionLog(FileChannel file) {
        this.file = file;
    }

    /**
     * Opens a file to write on at its end; makes it when there is none.
     *
     * @throws CommandException when it cannot be opened
     */
    static SessionLog open(String path) {
        try {
            return new SessionLog(FileChannel.open(
                    Path.of(path),
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--"))));
        } catch (IOException | InvalidPathException e) {
            throw new CommandException("failed to open the log file. check the log file path");
        }
    }

    /** Adds a line. */
    void write(Level level, String line) {
        var text = "[" + LocalDateTime.now(ZoneId.systemDefault()).format(TIME) + " virsh "
                + ProcessHandle.current().pid() + "] " + level + " " + line + "\n";
        try {
            Channels.newOutputStream(file).write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("failed to write the log file", e);
        }
    }
}
