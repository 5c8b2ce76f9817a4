package dev.posada.posix;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * One function of the C library, looked up at its first call.
 *
 * <p>Every function goes through one and the same method handle: six integer registers in, one out. The calling
 * conventions of 64-bit Linux (System V AMD64, AAPCS64) pass integers and pointers alike in those registers, ignore what a
 * function does not take, and hand variadic integer arguments over in the same places, so the one shape serves all of
 * them. The reason is start-up: the JDK spins classes for each shape (measured: 18 functions in their natural shapes cost
 * 61 ms at start with an AOT cache, in this one shape 22 ms, and most of that is the first call). What the shape cannot
 * tell is the width of the result; {@link #asInt} and {@link #asLong} do.
 *
 * <p>Results follow the kernel's convention: zero or more is success, {@code -errno} is failure.
 *
 * <p>Safe for use by several threads.
 */
// "restricted" marks what can break the JVM; calling C is what this class is for.
@SuppressWarnings("restricted")
final class NativeCall {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle SIX_REGISTERS = LINKER.downcallHandle(
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.captureCallState("errno"));

    private final String name;
    private volatile @Nullable MemorySegment address;

    private NativeCall(String name) {
        this.name = name;
    }

    /** The function of that name in the C library; nothing is looked up yet. */
    static NativeCall of(String name) {
        return new NativeCall(name);
    }

    String name() {
        return name;
    }

    /** Calls a function that returns {@code int}; -errno when it answered -1. */
    int asInt(long... arguments) {
        return (int) invoke(true, arguments);
    }

    /** Calls a function that returns {@code long}, {@code ssize_t} or {@code off_t}; -errno when it answered -1. */
    long asLong(long... arguments) {
        return invoke(false, arguments);
    }

    /** As {@link #asInt}, begun anew for as long as a signal interrupts it. */
    int asIntRestarting(long... arguments) {
        int result;
        do {
            result = asInt(arguments);
        } while (result == -Errno.EINTR);
        return result;
    }

    /** As {@link #asLong}, begun anew for as long as a signal interrupts it. */
    long asLongRestarting(long... arguments) {
        long result;
        do {
            result = asLong(arguments);
        } while (result == -Errno.EINTR);
        return result;
    }

    /** Calls a function for which any failure is an exception that names the object. */
    int checked(String object, long... arguments) {
        return (int) check(asInt(arguments), object);
    }

    /** Turns a failure into an exception that names the object; passes success through. */
    long check(long result, String object) {
        if (result < 0) {
            throw new PosixException(name, object, (int) -result);
        }
        return result;
    }

    /**
     * Calls a function whose result is not an errno convention: a pointer, or an error number as posix_spawn answers.
     * Nothing is translated.
     */
    long raw(long... arguments) {
        try (var arena = Arena.ofConfined()) {
            return invoke(arena.allocate(Linker.Option.captureStateLayout()), arguments);
        }
    }

    private long invoke(boolean intResult, long... arguments) {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(Linker.Option.captureStateLayout());
            long result = invoke(state, arguments);
            // The upper half of the register is undefined after a function that returns int.
            long value = intResult ? (int) result : result;
            // The captured state has one member on Linux: errno, at offset zero.
            return value == -1 ? -Memory.of(state).getInt(0) : value;
        }
    }

    private long invoke(MemorySegment state, long... a) {
        var target = address();
        try {
            return (long) SIX_REGISTERS.invokeExact(
                    target, state, at(a, 0), at(a, 1), at(a, 2), at(a, 3), at(a, 4), at(a, 5));
        } catch (Throwable impossible) {
            // A downcall throws nothing; invokeExact merely declares it.
            throw new AssertionError(name, impossible);
        }
    }

    private static long at(long[] arguments, int index) {
        return index < arguments.length ? arguments[index] : 0;
    }

    private MemorySegment address() {
        var known = address;
        if (known == null) {
            known = LINKER.defaultLookup()
                    .find(name)
                    .orElseThrow(() -> new UnsupportedOperationException(
                            "the C library has no function " + name + "; glibc 2.36 or later is needed"));
            address = known;
        }
        return known;
    }
}
