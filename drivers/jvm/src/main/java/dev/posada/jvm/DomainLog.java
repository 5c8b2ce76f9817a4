package dev.posada.jvm;

import dev.posada.process.LogFile;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A domain's log: how each instance was started, what its program wrote, and why it ended. The program's output goes to the
 * file without us, so the log goes on while no daemon runs.
 */
final class DomainLog {
    private static final System.Logger LOG = System.getLogger("posada.jvm");

    /** How much of a program's last words is looked at. */
    private static final int TAIL_BYTES_MAX = 16 << 10;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSxx").withZone(ZoneOffset.UTC);
    private static final Pattern NEEDS_NO_QUOTES = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private final LogFile file;
    private final InstantSource clock;

    DomainLog(Path directory, String domain, InstantSource clock) {
        this.file = new LogFile(directory.resolve(domain.replace('/', '_') + ".log"));
        this.clock = clock;
    }

    LogFile file() {
        return file;
    }

    /**
     * Writes down how a program is started.
     *
     * @return the offset where its own words will begin
     */
    long begin(String greeting, Map<String, String> environment, List<String> argv) {
        try {
            Files.createDirectories(file.path().getParent());
            // The file as it will be: one that is full is set aside now, not when the program is started.
            file.append(stamp() + ": starting up " + greeting + "\n" + commandLine(environment, argv) + "\n");
            return Files.size(file.path());
        } catch (IOException e) {
            throw Refusal.failed("cannot write the log " + file.path() + ": " + e.getMessage(), e);
        }
    }

    /** Adds a line of our own; failing to do so harms nobody. */
    void note(String line) {
        try {
            // An instance whose start was interrupted early has none yet.
            Files.createDirectories(file.path().getParent());
            file.append(stamp() + ": " + line + "\n");
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot write to the log " + file.path(), e);
        }
    }

    /** Sets the file aside when it is full, under the program that writes to it. */
    void emptyIfFull() {
        try {
            file.emptyIfFull();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot set the log " + file.path() + " aside", e);
        }
    }

    /** What was written from an offset on, at most the last {@value #TAIL_BYTES_MAX} bytes, without blank ends. */
    String since(long offset) {
        return tail(file.path(), offset);
    }

    /** As {@link #since}, of any log. */
    static String tail(Path log, long offset) {
        try (var channel = FileChannel.open(log, StandardOpenOption.READ)) {
            // A log shorter than it was has been set aside since; this is its successor.
            long start = offset > channel.size() ? 0 : offset;
            long from = Math.max(start, channel.size() - TAIL_BYTES_MAX);
            var bytes = ByteBuffer.allocate((int) Math.min(channel.size() - from, TAIL_BYTES_MAX));
            boolean more = true;
            while (more) {
                more = bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) > 0;
            }
            return StandardCharsets.UTF_8.decode(bytes.flip()).toString().strip();
        } catch (IOException unreadable) {
            return "";
        }
    }

    private String stamp() {
        return TIME.format(clock.instant());
    }

    /** A command as a line for a shell: variables, program, arguments. */
    static String commandLine(Map<String, String> environment, List<String> argv) {
        var text = new StringBuilder();
        environment.forEach((name, value) ->
                text.append(name).append('=').append(quoted(value)).append(' '));
        for (int i = 0; i < argv.size(); i++) {
            text.append(i == 0 ? "" : " ").append(quoted(argv.get(i)));
        }
        return text.toString();
    }

    /** A word as a shell reads it back. */
    static String quoted(String word) {
        return NEEDS_NO_QUOTES.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
