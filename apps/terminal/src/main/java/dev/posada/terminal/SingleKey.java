package dev.posada.terminal;

import dev.posada.posix.Descriptor;
import dev.posada.posix.OpenFlag;
import dev.posada.posix.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * The terminal in raw mode, to ask a question that is answered by one key without Enter. Closing restores the terminal.
 *
 * <p>While it is open a line ends only with {@code \r\n}.
 */
public final class SingleKey implements AutoCloseable {
    private static final Path TERMINAL = Path.of("/dev/tty");

    private final Descriptor terminal;
    private final Terminal.RawMode raw;
    private final InputStream in;

    private SingleKey(Descriptor terminal, Terminal.RawMode raw, InputStream in) {
        this.terminal = terminal;
        this.raw = raw;
        this.in = in;
    }

    /**
     * Makes the controlling terminal raw.
     *
     * @param in what is typed at that terminal
     * @throws dev.posada.posix.PosixException when there is no controlling terminal
     */
    public static SingleKey open(InputStream in) {
        var terminal = Descriptor.open(TERMINAL, OpenFlag.READ_WRITE);
        try {
            return new SingleKey(terminal, Terminal.makeRaw(terminal), in);
        } catch (RuntimeException e) {
            terminal.close();
            throw e;
        }
    }

    /** Waits for a key; -1 when no more can be typed. */
    public int read() {
        try {
            return in.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        raw.close();
        terminal.close();
    }
}
