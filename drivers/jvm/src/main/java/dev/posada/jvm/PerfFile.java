package dev.posada.jvm;

import dev.posada.posix.Descriptor;
import dev.posada.posix.FileStatus;
import dev.posada.posix.OpenFlag;
import dev.posada.posix.PosixException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds and reads the file of counters of a JVM: {@code /tmp/hsperfdata_USER/PID} as that process sees its /tmp and its number.
 *
 * <p>The file is read, not mapped: whoever owns it may cut it off at any moment, which ends a process that has it mapped. It is
 * first taken hold of as a mere place, looked at, and only then opened, so that no pipe, device or file of somebody else that
 * was put there is ever opened.
 */
final class PerfFile {
    private static final Path PROC = Path.of("/proc");
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final String FOLDER = "hsperfdata_";

    /** Most files of a /tmp that are looked at: it is somebody else's, and may be full. */
    private static final int ENTRIES_MAX = 20_000;

    private PerfFile() {}

    /** The counters of a process now; empty when it is gone, is no JVM, keeps none, or keeps them where we may not look. */
    static Optional<PerfData> read(int pid) {
        return ProcessStatus.of(pid).flatMap(status -> read(pid, status));
    }

    static Optional<PerfData> read(int pid, ProcessStatus status) {
        var process = PROC.resolve(Integer.toString(pid));
        var tmp = process.resolve("root/tmp");
        var file = Integer.toString(status.innerPid());
        // Most often the user has the same name in there, and a folder of thousands of files need not be gone through.
        var likely =
                owner(process).flatMap(name -> read(tmp.resolve(FOLDER + name).resolve(file), status.uid()));
        return likely.or(() -> folders(tmp).stream()
                .flatMap(folder -> read(folder.resolve(file), status.uid()).stream())
                .findFirst());
    }

    private static Optional<String> owner(Path process) {
        try {
            return Optional.of(Files.getOwner(process).getName());
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private static List<Path> folders(Path tmp) {
        var found = new ArrayList<Path>();
        int seen = 0;
        try (var entries = Files.newDirectoryStream(tmp)) {
            for (var entry : entries) {
                if (String.valueOf(entry.getFileName()).startsWith(FOLDER)) {
                    found.add(entry);
                }
                seen++;
                if (seen == ENTRIES_MAX) {
                    break;
                }
            }
        } catch (IOException | DirectoryIteratorException hidden) {
            return found;
        }
        return found;
    }

    /** Reads a file if it is an ordinary one of that user. */
    static Optional<PerfData> read(Path file, int owner) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (var place = Descriptor.open(file, OpenFlag.PATH_ONLY)) {
            var status = FileStatus.of(place);
            if (status.kind() != FileStatus.Kind.REGULAR || status.uid() != owner) {
                return Optional.empty();
            }
            try (var in = Files.newInputStream(DESCRIPTORS.resolve(Integer.toString(place.number())))) {
                return PerfData.parse(in.readNBytes(PerfData.BYTES_MAX));
            }
        } catch (IOException | PosixException goneOrNotOurs) {
            return Optional.empty();
        }
    }
}
