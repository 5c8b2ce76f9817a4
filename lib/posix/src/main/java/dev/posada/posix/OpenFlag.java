package dev.posada.posix;

import java.util.Set;

/** How {@link Descriptor#open} opens a file, open(2). Without {@link #WRITE} or {@link #READ_WRITE} it is read. */
public enum OpenFlag {
    READ(0),
    WRITE(1),
    READ_WRITE(2),
    CREATE(0x40),
    EXCLUSIVE(0x80),
    /** A terminal does not become the controlling terminal. */
    NO_CONTROLLING_TERMINAL(0x100),
    TRUNCATE(0x200),
    APPEND(0x400),
    NON_BLOCKING(0x800),
    /** Only a place in the file tree; nothing can be read. */
    PATH_ONLY(0x200000);

    // The values are the same on x86-64 and on 64-bit ARM; O_DIRECTORY and O_NOFOLLOW are not and therefore left out.
    private final int bit;

    OpenFlag(int bit) {
        this.bit = bit;
    }

    static int bits(Set<OpenFlag> flags) {
        int bits = 0;
        for (var flag : flags) {
            bits |= flag.bit;
        }
        return bits;
    }
}
