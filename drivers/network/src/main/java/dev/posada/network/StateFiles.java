package dev.posada.network;

import dev.posada.posix.PosixFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Small files of the driver's own: whole or not at all, and of a size that was meant. */
final class StateFiles {
    /** A configuration of dnsmasq with thousands of hosts is below this. */
    private static final int BYTES_MAX = 16 << 20;

    private static final int READABLE = 0_644;
    private static final int SEARCHABLE = 0_711;
    private static final int OPEN = 0_755;

    private StateFiles() {}

    /** Writes a file that others may read, beside its place and then into it. */
    static void write(Path file, String text) {
        try {
            var folder = file.getParent();
            if (folder != null) {
                makeFolder(folder);
            }
            var beside = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(beside, text);
            PosixFiles.changeMode(beside, READABLE);
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw NetworkErrors.failed("cannot write '" + file + "'", e);
        }
    }

    /** Makes a folder, and the driver's above it, that others may look into: dnsmasq reads there as somebody else. */
    private static void makeFolder(@Nullable Path folder) throws IOException {
        if (folder == null || Files.isDirectory(folder)) {
            return;
        }
        var parent = folder.getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            Files.createDirectories(parent);
            PosixFiles.changeMode(parent, SEARCHABLE);
        }
        Files.createDirectories(folder);
        PosixFiles.changeMode(folder, OPEN);
    }

    /** Writes a file unless it says so already; answers whether it did. */
    static boolean writeIfChanged(Path file, String text) {
        if (read(file).filter(text::equals).isPresent()) {
            return false;
        }
        write(file, text);
        return true;
    }

    /** What a file says; empty when it is not there, cannot be read or is far too large. */
    static Optional<String> read(Path file) {
        try {
            return Files.isRegularFile(file) && Files.size(file) <= BYTES_MAX
                    ? Optional.of(Files.readString(file))
                    : Optional.empty();
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw NetworkErrors.failed("cannot remove '" + file + "'", e);
        }
    }
}
