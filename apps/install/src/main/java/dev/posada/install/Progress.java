package dev.posada.install;

import dev.posada.terminal.Meter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/** The line that shows how far a step has come, and the user's wish to end meanwhile. For one thread at a time. */
final class Progress {
    private static final int COPY_BYTES = 1024 * 1024;

    private final Messages messages;
    private Optional<Meter> meter = Optional.empty();

    /** One that says nothing until it is told to. */
    Progress(Messages messages) {
        this.messages = messages;
    }

    /** Shows from now on what is done, unless the user wants quiet. */
    Progress show() {
        meter = messages.quiet()
                ? Optional.empty()
                : Optional.of(Meter.on(messages.console().out()));
        return this;
    }

    void start(String text, long totalBytes) {
        messages.console().cancellation().check();
        meter.ifPresent(line -> line.start(text, totalBytes));
    }

    void update(long doneBytes) {
        messages.console().cancellation().check();
        meter.ifPresent(line -> line.update(doneBytes));
    }

    void end(long doneBytes) {
        meter.ifPresent(line -> line.end(doneBytes));
    }

    /**
     * Copies a stream to its end.
     *
     * @param totalBytes how much it has, 0 where that is not known
     * @param maxBytes how much it may have
     */
    long copy(String text, InputStream from, OutputStream to, long totalBytes, long maxBytes) throws IOException {
        start(text, totalBytes);
        byte[] buffer = new byte[COPY_BYTES];
        long done = 0;
        int count = from.read(buffer);
        while (count >= 0) {
            done += count;
            if (done > maxBytes) {
                throw new IOException("it is longer than " + maxBytes + " bytes");
            }
            to.write(buffer, 0, count);
            update(done);
            count = from.read(buffer);
        }
        end(done);
        return done;
    }
}
