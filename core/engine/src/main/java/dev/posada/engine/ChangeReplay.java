package dev.posada.engine;

import dev.posada.model.PosadaException;
import dev.posada.xml.Documents;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Does again what the log promised and the disk may have lost when the host failed. When only the daemon was killed the
 * files are as the log says, and nothing is done.
 *
 * <p>A file that somebody changed by hand since then stays as it is: it is younger than the log's last word about it, can
 * be read, and is none of the contents the log knows.
 */
final class ChangeReplay {
    private static final System.Logger LOG = System.getLogger("posada.engine");

    /** The kernel's time of a file may lag behind the clock by a tick. */
    private static final long TICK_MILLIS = 20;

    private final DurableDirectory folder;
    private final ChangeLog log;

    ChangeReplay(DurableDirectory folder, ChangeLog log) {
        this.folder = folder;
        this.log = log;
    }

    void run() throws IOException {
        var changes = log.read();
        if (changes.isEmpty()) {
            return;
        }
        Map<String, ChangeLog.Change> last = new LinkedHashMap<>();
        Map<String, Set<String>> contents = new HashMap<>();
        for (var change : changes) {
            last.put(change.file(), change);
            change.content()
                    .ifPresent(text -> contents.computeIfAbsent(change.file(), _ -> new HashSet<>())
                            .add(text));
        }
        for (var change : last.values()) {
            redo(change, contents.getOrDefault(change.file(), Set.of()));
        }
        log.settle(last.keySet());
    }

    private void redo(ChangeLog.Change change, Set<String> known) throws IOException {
        var file = folder.file(change.file());
        var now = content(file);
        if (now.equals(change.content()) || changedByHand(change, file, now, known)) {
            return;
        }
        LOG.log(System.Logger.Level.INFO, file + " was not on the disk yet when the host failed; done again");
        if (change.content().isPresent()) {
            folder.put(change.file(), change.content().get());
        } else {
            Files.deleteIfExists(file);
        }
    }

    private static boolean changedByHand(ChangeLog.Change change, Path file, Optional<String> now, Set<String> known)
            throws IOException {
        return now.isPresent()
                && !known.contains(now.get())
                && readable(now.get())
                && Files.getLastModifiedTime(file).toMillis() + TICK_MILLIS >= change.timeMillis();
    }

    private static boolean readable(String text) {
        try {
            return !Documents.parse(text).name().isEmpty();
        } catch (PosadaException e) {
            return false;
        }
    }

    /** What a file holds; nothing readable is as good as nothing. */
    private static Optional<String> content(Path file) throws IOException {
        try {
            return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
        } catch (CharacterCodingException e) {
            return Optional.of("");
        }
    }
}
