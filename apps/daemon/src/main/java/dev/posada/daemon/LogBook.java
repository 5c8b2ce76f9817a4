package dev.posada.daemon;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Where all messages of the process come together.
 *
 * <p>Whoever tells something leaves it in a queue and goes on; one thread writes. A full disk or a terminal nobody reads
 * holds up that thread alone: once the queue is full further messages are dropped, counted, and the count is told when
 * there is room again. Until {@link #open} is called messages go to standard error at once.
 */
final class LogBook implements AutoCloseable {
    private static final int QUEUE_LIMIT = 4_096;
    private static final long CLOSING_MILLIS = 1_000;

    /** Makes the writer look up from an empty queue; of no part, so not written. */
    private static final Entry WAKE_UP = new Entry(0, LogLevel.DEBUG, "", "");

    private final ArrayBlockingQueue<Entry> queue = new ArrayBlockingQueue<>(QUEUE_LIMIT);
    private final AtomicLong dropped = new AtomicLong();
    private volatile LogSettings settings = LogSettings.standard();
    private volatile boolean opened;
    private volatile boolean closing;

    // Guarded by this.
    private @Nullable Thread writer;

    /** A message, ready but for its date. */
    private record Entry(long epochMillis, LogLevel level, String part, String message) {}

    /** An output, and what writes to it. */
    private record Sink(LogSettings.Output output, OutputStream stream) {}

    /**
     * Goes on as the settings say, from now on.
     *
     * @throws StartException when a log file cannot be opened
     */
    synchronized void open(LogSettings chosen) {
        var sinks = new ArrayList<Sink>();
        for (var output : chosen.outputs()) {
            sinks.add(new Sink(output, stream(output.place())));
        }
        closeWriter();
        settings = chosen;
        closing = false;
        opened = true;
        // Not a virtual thread: writing a file holds its carrier, and a stuck one would be held for good.
        writer = Thread.ofPlatform().name("posada-log").daemon().start(() -> writeAll(List.copyOf(sinks)));
    }

    /** Whether a message of this level is told anywhere. */
    boolean tells(String part, LogLevel level) {
        return level.reaches(settings.levelOf(part));
    }

    /** Takes a message; returns at once. */
    void tell(LogLevel level, String part, String message) {
        long now = System.currentTimeMillis();
        if (!opened) {
            write(standardError(), LogLine.dated(now, level, part, message));
        } else if (!queue.offer(new Entry(now, level, part, message))) {
            dropped.incrementAndGet();
        }
    }

    private void writeAll(List<Sink> sinks) {
        try {
            while (true) {
                var entry = closing ? queue.poll() : queue.poll(CLOSING_MILLIS, TimeUnit.MILLISECONDS);
                if (entry != null && !entry.part.isEmpty()) {
                    sinks.forEach(sink -> write(sink, entry));
                    tellDropped(sinks);
                } else if (entry == null && closing) {
                    break;
                }
            }
        } catch (InterruptedException told) {
            // Whoever closes has no more time to wait.
        }
        for (var sink : sinks) {
            if (sink.output.place() instanceof LogSettings.LogFile) {
                closeQuietly(sink.stream);
            }
        }
    }

    private void tellDropped(List<Sink> sinks) {
        if (dropped.get() > 0 && queue.remainingCapacity() > QUEUE_LIMIT / 2) {
            var entry = new Entry(
                    System.currentTimeMillis(),
                    LogLevel.WARNING,
                    "daemon",
                    dropped.getAndSet(0) + " messages were dropped here: they came faster than they could be written");
            sinks.forEach(sink -> write(sink, entry));
        }
    }

    private static void write(Sink sink, Entry entry) {
        if (entry.level.reaches(sink.output.level())) {
            write(
                    sink.stream,
                    switch (sink.output.place()) {
                        case LogSettings.Journal journal -> LogLine.forJournal(entry.level, entry.part, entry.message);
                        case LogSettings.StandardError error ->
                            LogLine.dated(entry.epochMillis, entry.level, entry.part, entry.message);
                        case LogSettings.LogFile file ->
                            LogLine.dated(entry.epochMillis, entry.level, entry.part, entry.message);
                    });
        }
    }

    private static void write(OutputStream stream, String text) {
        try {
            stream.write(text.getBytes(StandardCharsets.UTF_8));
            stream.flush();
        } catch (IOException nowhereToSaySo) {
            // A full disk, a closed terminal: the daemon goes on without.
        }
    }

    private static OutputStream stream(LogSettings.Place place) {
        return switch (place) {
            case LogSettings.StandardError error -> standardError();
            case LogSettings.Journal journal -> standardError();
            case LogSettings.LogFile(Path path) -> append(path);
        };
    }

    /** Not System.err, which others may have replaced. */
    private static OutputStream standardError() {
        return new FileOutputStream(FileDescriptor.err);
    }

    private static OutputStream append(Path path) {
        try {
            Files.createDirectories(path.toAbsolutePath().getParent());
            return Channels.newOutputStream(FileChannel.open(
                    path,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))));
        } catch (IOException e) {
            throw new StartException(ExitCode.FAILED, "cannot write the log file " + path + ": " + Reasons.of(e), e);
        }
    }

    /** Writes what is left, for at most a second. Messages that come later go to standard error at once. */
    @Override
    public synchronized void close() {
        opened = false;
        closeWriter();
    }

    private void closeWriter() {
        closing = true;
        var last = writer;
        if (last == null) {
            return;
        }
        try {
            // A queue that is full needs no waking up.
            queue.offer(WAKE_UP);
            if (!last.join(Duration.ofMillis(CLOSING_MILLIS))) {
                last.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        writer = null;
    }

    private static void closeQuietly(OutputStream stream) {
        try {
            stream.close();
        } catch (IOException nothingLeftToLose) {
            // Everything was flushed as it was written.
        }
    }
}
