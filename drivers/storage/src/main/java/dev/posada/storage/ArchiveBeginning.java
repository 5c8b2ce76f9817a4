package dev.posada.storage;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * What an archive is, by its first entry: engines write images as a folder or file that is named by a digest, or as a folder of
 * blobs, and nobody's file system begins so. Archives packed with anything but gzip count as file systems; the engine unpacks
 * them itself.
 */
final class ArchiveBeginning {
    /** How much of an archive is looked at. */
    static final int BYTES = 64 << 10;

    private static final int NAME_BYTES = 100;
    private static final Pattern IMAGES = Pattern.compile(
            "(?:\\./)?(?:[0-9a-f]{64}(?:/.*|\\.json|\\.tar)?|blobs/.*|index\\.json|manifest\\.json|oci-layout|repositories)");

    private ArchiveBeginning() {}

    /** Whether it holds images rather than a file system. */
    static boolean holdsImages(ByteBuffer first) {
        var bytes = new byte[first.remaining()];
        first.get(bytes);
        var name = name(packed(bytes) ? unpacked(bytes) : bytes);
        return IMAGES.matcher(name).matches();
    }

    private static boolean packed(byte[] bytes) {
        return bytes.length > 2 && bytes[0] == 0x1f && (bytes[1] & 0xff) == 0x8b;
    }

    private static byte[] unpacked(byte[] bytes) {
        try (var archive = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return archive.readNBytes(NAME_BYTES);
        } catch (IOException e) {
            return new byte[0];
        }
    }

    private static String name(byte[] head) {
        int length = 0;
        while (length < Math.min(NAME_BYTES, head.length) && head[length] != 0) {
            length++;
        }
        return new String(head, 0, length, StandardCharsets.UTF_8);
    }
}
