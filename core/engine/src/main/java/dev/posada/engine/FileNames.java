package dev.posada.engine;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Names of files for names of objects.
 *
 * <p>Most names are their own file name. Other bytes of their UTF-8 form than letters, digits and a few signs are written
 * as {@code %XX}, also a leading dot, so that no name hides, climbs out of its folder or depends on the host's locale. A
 * result too long for a file system is cut and told apart by a digest of the whole. No two names share a file name; the
 * name itself is read from the document, never back from here.
 */
final class FileNames {
    /** Room for a suffix such as that of a file put aside remains below the 255 bytes of common file systems. */
    private static final int MAX_LENGTH = 180;

    private static final int DIGEST_BYTES = 12;
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private FileNames() {}

    static String of(String name) {
        var file = new StringBuilder(name.length() + 8);
        for (byte octet : name.getBytes(StandardCharsets.UTF_8)) {
            char sign = (char) (octet & 0xff);
            if (plain(sign) && !(sign == '.' && file.isEmpty())) {
                file.append(sign);
            } else {
                file.append('%').append(HEX.toHexDigits(octet));
            }
        }
        if (file.length() <= MAX_LENGTH) {
            return file.toString();
        }
        // A tilde is never plain, so a cut name cannot meet a whole one.
        return file.substring(0, MAX_LENGTH - 1 - 2 * DIGEST_BYTES) + "~" + digest(name);
    }

    private static boolean plain(char sign) {
        return (sign >= 'a' && sign <= 'z')
                || (sign >= 'A' && sign <= 'Z')
                || (sign >= '0' && sign <= '9')
                || "-_.+,:=@ ".indexOf(sign) >= 0;
    }

    private static String digest(String name) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return HEX.formatHex(digest, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
