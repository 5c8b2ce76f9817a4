package dev.posada.engine;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The first line of a definition's file: says to whoever opens it what it is, and to the daemon whether it is still as the
 * daemon wrote it. It is a comment, and to lose it or to break it loses nothing.
 */
final class Seal {
    private static final String BEFORE = "<!-- Kept by posadad, which may overwrite changes made here. "
            + "Use: virsh edit NAME. Checksum of what follows: ";
    private static final String AFTER = " -->\n";
    private static final int SUM_LENGTH = 8;

    private Seal() {}

    static String put(String text) {
        return BEFORE + sum(text) + AFTER + text;
    }

    /** The text behind an unbroken seal; nothing when the seal is broken or there is none. */
    static Optional<String> open(String file) {
        int start = BEFORE.length() + SUM_LENGTH + AFTER.length();
        if (!file.startsWith(BEFORE) || file.length() < start) {
            return Optional.empty();
        }
        var text = file.substring(start);
        return file.startsWith(sum(text) + AFTER, BEFORE.length()) ? Optional.of(text) : Optional.empty();
    }

    /** Whether a file is as the daemon wrote it. */
    static boolean intact(String file) {
        return open(file).isPresent();
    }

    private static String sum(String text) {
        var checksum = new CRC32C();
        checksum.update(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits(checksum.getValue(), SUM_LENGTH);
    }
}
