package dev.posada.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The standard streams of a command that relays to a daemon: {@code ssh}, or any other the user names. */
final class CommandTransport implements Transport {

    private static final int KEPT_LINES = 5;
    private static final int MAX_LINE_CHARS = 400;
    private static final Duration LAST_WORDS_PATIENCE = Duration.ofMillis(500);

    private final Process process;
    private final ReadableByteChannel fromCommand;
    private final WritableByteChannel toCommand;
    private final boolean secure;
    private final Deque<String> lastComplaints = new ArrayDeque<>();
    private final Thread collector =
            Thread.ofVirtual().name("posada-client-complaints").unstarted(this::collectComplaints);

    private CommandTransport(Process process, boolean secure) {
        this.process = process;
        this.fromCommand = Channels.newChannel(process.getInputStream());
        this.toCommand = Channels.newChannel(process.getOutputStream());
        this.secure = secure;
    }

    /** Starts the command; nothing is known yet about whether it reaches anything. */
    static CommandTransport start(List<String> command, boolean secure) throws IOException {
        var transport = new CommandTransport(new ProcessBuilder(command).start(), secure);
        transport.collector.start();
        return transport;
    }

    private void collectComplaints() {
        try (BufferedReader lines = process.errorReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (lastComplaints) {
                    if (lastComplaints.size() == KEPT_LINES) {
                        lastComplaints.removeFirst();
                    }
                    lastComplaints.addLast(line.substring(0, Math.min(line.length(), MAX_LINE_CHARS)));
                }
            }
        } catch (IOException ended) {
            // The command is gone, and so is what it had to say.
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return fromCommand.read(target);
    }

    @Override
    public void write(ByteBuffer source) throws IOException {
        while (source.hasRemaining()) {
            toCommand.write(source);
        }
        process.getOutputStream().flush();
    }

    @Override
    public String complaints() {
        try {
            // Asked when the command has hung up: its last words may still be on their way.
            collector.join(LAST_WORDS_PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (lastComplaints) {
            return String.join("; ", lastComplaints);
        }
    }

    @Override
    public boolean secure() {
        return secure;
    }

    @Override
    public void close() {
        // Its streams end with the process; closing them here could block behind a thread that reads.
        process.destroy();
    }
}
