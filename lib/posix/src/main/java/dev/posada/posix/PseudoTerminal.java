package dev.posada.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.nio.file.Path;

/**
 * A pair of terminals of our own making, pty(7): what is written to the controller is typed at the terminal, what programs
 * write to the terminal is read from the controller.
 *
 * @param controller the side without a name, to be closed
 * @param path the terminal's device, such as /dev/pts/3
 */
public record PseudoTerminal(Descriptor controller, Path path) implements AutoCloseable {
    private static final int O_RDWR_NOCTTY_CLOEXEC = 0x80102;
    private static final int NAME_BYTES_MAX = 128;

    private static final NativeCall POSIX_OPENPT = NativeCall.of("posix_openpt");
    private static final NativeCall GRANTPT = NativeCall.of("grantpt");
    private static final NativeCall UNLOCKPT = NativeCall.of("unlockpt");
    private static final NativeCall PTSNAME_R = NativeCall.of("ptsname_r");

    /** Makes one. */
    public static PseudoTerminal open() {
        var controller = Descriptor.adopt(POSIX_OPENPT.checked("/dev/ptmx", O_RDWR_NOCTTY_CLOEXEC));
        try (var arena = Arena.ofConfined()) {
            int number = controller.number();
            GRANTPT.checked("/dev/ptmx", number);
            UNLOCKPT.checked("/dev/ptmx", number);
            var name = arena.allocate(JAVA_BYTE, NAME_BYTES_MAX);
            int errno = (int) PTSNAME_R.raw(number, name.address(), NAME_BYTES_MAX);
            if (errno != 0) {
                throw new PosixException("ptsname_r", "/dev/ptmx", errno);
            }
            return new PseudoTerminal(controller, Path.of(name.getString(0)));
        } catch (PosixException e) {
            controller.close();
            throw e;
        }
    }

    /** Opens the terminal's side for reading and writing. */
    public Descriptor openTerminal() {
        return Descriptor.open(path, OpenFlag.READ_WRITE, OpenFlag.NO_CONTROLLING_TERMINAL);
    }

    @Override
    public void close() {
        controller.close();
    }
}
