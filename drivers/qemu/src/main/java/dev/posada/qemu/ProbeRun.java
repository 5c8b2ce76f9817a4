package dev.posada.qemu;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * An emulator that runs without a guest to be asked what it can do. Its monitor is its standard input and output, so
 * there is no socket to make, find or clean away. Closing ends it.
 */
final class ProbeRun implements AutoCloseable {
    private static final int WORDS_MAX = 1024;
    private static final long END_MILLIS = 2_000;

    private final Process process;
    private final InputStream errors;
    private final ReadableByteChannel in;
    private final OutputStream out;

    private ProbeRun(Process process) {
        this.process = process;
        this.errors = process.getErrorStream();
        this.in = Channels.newChannel(process.getInputStream());
        this.out = process.getOutputStream();
    }

    static ProbeRun start(Path binary, Accelerator accelerator) throws IOException {
        var command = List.of(
                binary.toString(),
                "-S",
                "-no-user-config",
                "-nodefaults",
                "-display",
                "none",
                "-machine",
                "none,accel=" + (accelerator == Accelerator.KVM ? "kvm:tcg" : "tcg"),
                "-qmp",
                "stdio");
        var builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("PATH", "/usr/bin:/bin");
        return new ProbeRun(builder.start());
    }

    /** What it complained about, when it has ended; nothing when it runs or had nothing to say. */
    Optional<String> lastWords() {
        try {
            if (!process.waitFor(END_MILLIS, TimeUnit.MILLISECONDS)) {
                return Optional.empty();
            }
            var words = new String(errors.readNBytes(WORDS_MAX), StandardCharsets.UTF_8).strip();
            return Optional.of(words).filter(text -> !text.isEmpty());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The monitor. Closing it leaves the emulator to notice and to say its last words. */
    ByteChannel monitor() {
        return new Monitor();
    }

    /** Ends the emulator, by force unless it has ended. */
    @Override
    public void close() {
        process.destroyForcibly();
    }

    private final class Monitor implements ByteChannel {
        @Override
        public int read(ByteBuffer to) throws IOException {
            return in.read(to);
        }

        /** Writes all of it, and holds nothing back. */
        @Override
        public int write(ByteBuffer from) throws IOException {
            var bytes = new byte[from.remaining()];
            from.get(bytes);
            out.write(bytes);
            out.flush();
            return bytes.length;
        }

        @Override
        public boolean isOpen() {
            return process.isAlive();
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
