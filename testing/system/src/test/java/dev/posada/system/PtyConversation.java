package dev.posada.system;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A program run on a terminal of its own (by {@code script}), typed into and read from as a person would. */
final class PtyConversation implements AutoCloseable {
    private final Process process;
    private final OutputStream in;
    /** Guarded by itself. */
    private final StringBuilder seen = new StringBuilder();

    PtyConversation(String command) throws IOException {
        process = new ProcessBuilder("script", "-qfec", command, "/dev/null")
                .redirectErrorStream(true)
                .start();
        in = process.getOutputStream();
        var out = process.getInputStream();
        Thread.ofPlatform().daemon().start(() -> {
            var buffer = new byte[4096];
            try {
                for (int count = out.read(buffer); count >= 0; count = out.read(buffer)) {
                    show(new String(buffer, 0, count, StandardCharsets.UTF_8));
                }
            } catch (IOException e) {
                show("\n[terminal closed: " + e.getMessage() + "]\n");
            }
        });
    }

    void type(String text) throws IOException {
        try {
            in.write(text.getBytes(StandardCharsets.UTF_8));
            in.flush();
        } catch (IOException e) {
            throw new IOException("nobody reads what is typed; the terminal shows:\n" + screen(), e);
        }
    }

    /** Waits until the screen has shown a text. */
    void expect(String text) {
        expect(text, Programs.PATIENCE);
    }

    /** The same, for as long as said. */
    void expect(String text, Duration patience) {
        try {
            Programs.await("the terminal shows '" + text + "'", patience, () -> screen().contains(text));
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; it shows:\n" + screen(), e);
        }
    }

    /** Everything the screen has shown. */
    String screen() {
        synchronized (seen) {
            return seen.toString();
        }
    }

    /** Waits for the program to end by itself. */
    int end() throws InterruptedException {
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            throw new AssertionError("the program did not end; its terminal shows:\n" + screen());
        }
        return process.exitValue();
    }

    private void show(String text) {
        synchronized (seen) {
            seen.append(text);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
