package dev.posada.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;

/**
 * A pipe, pipe(2), both ends closed on exec.
 *
 * @param reader what is written comes out here
 * @param writer and goes in here
 */
public record Pipe(Descriptor reader, Descriptor writer) implements AutoCloseable {
    private static final int O_CLOEXEC = 0x80000;
    private static final NativeCall PIPE2 = NativeCall.of("pipe2");

    /** Makes one. */
    public static Pipe open() {
        try (var arena = Arena.ofConfined()) {
            var numbers = arena.allocate(JAVA_INT, 2);
            PIPE2.checked("", numbers.address(), O_CLOEXEC);
            return new Pipe(
                    Descriptor.adopt(numbers.getAtIndex(JAVA_INT, 0)),
                    Descriptor.adopt(numbers.getAtIndex(JAVA_INT, 1)));
        }
    }

    /** Closes both ends; either may have been closed before. */
    @Override
    public void close() {
        reader.close();
        writer.close();
    }
}
