package dev.posada.virsh;

import java.util.Locale;

/** A number of bytes as people read it. */
final class PrettySize {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final double STEP = 1024;

    private PrettySize() {}

    /** With three places and the largest unit of which there is at least one. */
    static String of(long bytes) {
        double size = bytes >= 0 ? bytes : bytes + 0x1p64;
        int unit = 0;
        while (size >= STEP && unit < UNITS.length - 1) {
            size /= STEP;
            unit++;
        }
        return String.format(Locale.ROOT, "%.3f %s", size, UNITS[unit]);
    }
}
