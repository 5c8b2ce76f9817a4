package dev.posada.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Settings of terminals: termios(3), ioctl_tty(2). */
public final class Terminal {
    private static final int TCSANOW = 0;
    private static final long TIOCGWINSZ = 0x5413;
    private static final long TIOCSWINSZ = 0x5414;

    /** struct termios has 60 bytes in glibc; only whole ones are moved about. */
    private static final int TERMIOS_BYTES = 60;

    private static final NativeCall ISATTY = NativeCall.of("isatty");
    private static final NativeCall TCGETATTR = NativeCall.of("tcgetattr");
    private static final NativeCall TCSETATTR = NativeCall.of("tcsetattr");
    private static final NativeCall CFMAKERAW = NativeCall.of("cfmakeraw");
    private static final NativeCall IOCTL = NativeCall.of("ioctl");

    private Terminal() {}

    /** Columns and rows, each 0 to 65535; 0 means not known. */
    public record Size(int columns, int rows) {}

    /** Whether the descriptor is a terminal. */
    public static boolean isTerminal(Descriptor descriptor) {
        int number = descriptor.acquire();
        try {
            return ISATTY.asInt(number) == 1;
        } finally {
            descriptor.done();
        }
    }

    /**
     * Switches the terminal to raw mode: no echo, no line editing, no signals by key, no translation of line ends.
     *
     * @return what it was before; closing restores that, unless the descriptor was closed
     * @throws PosixException ENOTTY when it is no terminal
     */
    public static RawMode makeRaw(Descriptor terminal) {
        int number = terminal.acquire();
        try (var arena = Arena.ofConfined()) {
            var settings = arena.allocate(TERMIOS_BYTES, 8);
            TCGETATTR.checked(terminal.toString(), number, settings.address());
            var before = settings.toArray(JAVA_BYTE);
            CFMAKERAW.raw(settings.address());
            TCSETATTR.checked(terminal.toString(), number, TCSANOW, settings.address());
            return new RawMode(terminal, before);
        } finally {
            terminal.done();
        }
    }

    /** The raw mode of a terminal; closing ends it. */
    public static final class RawMode implements AutoCloseable {
        private final Descriptor terminal;
        private final byte[] before;

        private RawMode(Descriptor terminal, byte[] before) {
            this.terminal = terminal;
            this.before = before;
        }

        /** Restores the settings from before. Does nothing if the descriptor is closed or the terminal is gone. */
        @Override
        public void close() {
            if (!terminal.isOpen()) {
                return;
            }
            int number = terminal.acquire();
            try (var arena = Arena.ofConfined()) {
                var settings = arena.allocate(TERMIOS_BYTES, 8);
                MemorySegment.copy(before, 0, settings, JAVA_BYTE, 0, before.length);
                TCSETATTR.asInt(number, TCSANOW, settings.address());
            } finally {
                terminal.done();
            }
        }
    }

    /** The size of the terminal's window. */
    public static Size size(Descriptor terminal) {
        int number = terminal.acquire();
        try (var arena = Arena.ofConfined()) {
            var size = arena.allocate(JAVA_SHORT, 4);
            IOCTL.checked(terminal + " TIOCGWINSZ", number, TIOCGWINSZ, size.address());
            return new Size(
                    Short.toUnsignedInt(size.getAtIndex(JAVA_SHORT, 1)),
                    Short.toUnsignedInt(size.getAtIndex(JAVA_SHORT, 0)));
        } finally {
            terminal.done();
        }
    }

    /** Sets the size of the terminal's window; its foreground processes get SIGWINCH. */
    public static void resize(Descriptor terminal, Size wanted) {
        int number = terminal.acquire();
        try (var arena = Arena.ofConfined()) {
            var size = arena.allocate(JAVA_SHORT, 4);
            size.setAtIndex(JAVA_SHORT, 0, (short) wanted.rows());
            size.setAtIndex(JAVA_SHORT, 1, (short) wanted.columns());
            IOCTL.checked(terminal + " TIOCSWINSZ", number, TIOCSWINSZ, size.address());
        } finally {
            terminal.done();
        }
    }
}
