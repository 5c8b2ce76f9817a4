package dev.posada.virsh;

import java.util.Locale;

/** A number of bytes as people read it. */
final class PrettySize {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final double STEP = 1024;

    private PrettySize() {}

    /** With two places and the largest unit of which there is at least one. */
    static String brief(long bytes) {
        return of(bytes, "%.2f %s");
    }

    /** With three places and the largest unit of which there is at least one. */
    static String of(long bytes) {
        return of(bytes, "%.3f %s");
    }

    private static String of(long bytes, String pattern) {
        double size = bytes >= 0 ? bytes : bytes + 0x1p64;
        int unit = 0;
        while (size >= STEP && unit < UNITS.length - 1) {
            size /= STEP;
            unit++;
        }
        return String.format(Locale.ROOT, pattern, size, UNITS[unit]);
    }
}
