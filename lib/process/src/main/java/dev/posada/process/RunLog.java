package dev.posada.process;

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
import java.util.regex.Pattern;

/**
 * The log of a program's runs: how each was started, what the program wrote, and why it ended. The program writes to the file
 * directly, so the log goes on while nobody else does.
 */
public final class RunLog {
    private static final System.Logger LOG = System.getLogger("posada.process");

    /** How much of a program's last words is looked at. */
    private static final int TAIL_BYTES_MAX = 16 << 10;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSxx").withZone(ZoneOffset.UTC);
    private static final Pattern NEEDS_NO_QUOTES = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private final LogFile file;
    private final InstantSource clock;

    /**
     * The log of one program.
     *
     * @param folder made when there is something to write
     * @param name the program's, one it shares with no other
     */
    public RunLog(Path folder, String name, InstantSource clock) {
        this.file = new LogFile(folder.resolve(name.replace('/', '_') + ".log"));
        this.clock = clock;
    }

    /** The file that the program is to write to. */
    public LogFile file() {
        return file;
    }

    /**
     * Writes down how the program is started.
     *
     * @param greeting what is started, on a line with the time
     * @param command the command, in whole lines
     * @return the offset where the program's own words will begin
     */
    public long begin(String greeting, String command) throws IOException {
        Files.createDirectories(file.path().getParent());
        // The file as it will be: one that is full is set aside now, not when the program is started.
        file.append(stamp() + ": starting up " + greeting + "\n" + command);
        return Files.size(file.path());
    }

    /** Adds a line of our own; failing to do so harms nobody. */
    public void note(String line) {
        try {
            // A run whose start was interrupted early has none yet.
            Files.createDirectories(file.path().getParent());
            file.append(stamp() + ": " + line + "\n");
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot write to the log " + file.path(), e);
        }
    }

    /** Sets the file aside when it is full, under the program that writes to it. */
    public void emptyIfFull() {
        try {
            file.emptyIfFull();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot set the log " + file.path() + " aside", e);
        }
    }

    /** What was written from an offset on, at most the last {@value #TAIL_BYTES_MAX} bytes, without blank ends. */
    public String since(long offset) {
        return tail(file.path(), offset);
    }

    /** As {@link #since}, of any log. */
    public static String tail(Path log, long offset) {
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

    /** A word as a shell reads it back, so that a command can be tried by hand. */
    public static String quoted(String word) {
        return NEEDS_NO_QUOTES.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
