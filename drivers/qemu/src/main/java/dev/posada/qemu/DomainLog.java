package dev.posada.qemu;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
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
 * A domain's log: how each instance was started, what its emulator wrote, and why it ended. The emulator writes to the
 * file directly, so the log goes on while no daemon runs.
 */
final class DomainLog {
    private static final System.Logger LOG = System.getLogger("posada.qemu");

    /** How much of an emulator's last words is looked at. */
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
     * Writes down how an emulator is started.
     *
     * @return the offset where its own words will begin
     */
    long begin(String greeting, Map<String, String> environment, List<String> argv) {
        try {
            Files.createDirectories(file.path().getParent());
            // The file as it will be: one that is full is set aside now, not when the emulator is started.
            file.append(stamp() + ": starting up " + greeting + "\n" + commandLine(environment, argv));
            return Files.size(file.path());
        } catch (IOException e) {
            throw new PosadaException(
                    ErrorCode.INTERNAL_ERROR,
                    ErrorOrigin.QEMU,
                    "cannot write the log " + file.path() + ": " + e.getMessage(),
                    e);
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

    /** What was written from an offset on, at most the last {@value #TAIL_BYTES_MAX} bytes, without blank ends. */
    String since(long offset) {
        try (var channel = FileChannel.open(file.path(), StandardOpenOption.READ)) {
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

    private static String commandLine(Map<String, String> environment, List<String> argv) {
        var text = new StringBuilder();
        environment.forEach((name, value) ->
                text.append(name).append('=').append(quoted(value)).append(" \\\n"));
        for (int i = 0; i < argv.size(); i++) {
            boolean option = i + 1 < argv.size()
                    && argv.get(i).startsWith("-")
                    && !argv.get(i + 1).startsWith("-");
            text.append(quoted(argv.get(i)));
            text.append(i + 1 == argv.size() ? "\n" : option ? " " : " \\\n");
        }
        return text.toString();
    }

    /** A word as a shell reads it back, so that the command line can be tried by hand. */
    static String quoted(String word) {
        return NEEDS_NO_QUOTES.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
