package dev.posada.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The table of feature names: entries of 48 bytes, each a set (0 incompatible, 1 compatible, 2 autoclear), a bit, and a name
 * padded with zeroes. It lets older programs say what they lack.
 */
final class Qcow2FeatureNames {
    static final int ENTRY_BYTES = 48;
    private static final int NAME_BYTES = 46;

    private Qcow2FeatureNames() {}

    /** The table for the features we know, by QEMU's names. */
    static Qcow2Extension table() {
        var data = ByteBuffer.allocate(8 * ENTRY_BYTES);
        put(data, 0, 0, "dirty bit");
        put(data, 0, 1, "corrupt bit");
        put(data, 0, 2, "external data file");
        put(data, 0, 3, "compression type");
        put(data, 0, 4, "extended L2 entries");
        put(data, 1, 0, "lazy refcounts");
        put(data, 2, 0, "bitmaps");
        put(data, 2, 1, "raw external data");
        return new Qcow2Extension(Qcow2Extension.FEATURE_NAMES, data.flip());
    }

    /** The name in the entry at a position of the table; control characters are left out. */
    static String name(ByteBuffer table, int position) {
        var bytes = new byte[NAME_BYTES];
        table.get(position + 2, bytes);
        var text = new String(bytes, StandardCharsets.UTF_8);
        int end = text.indexOf('\0');
        return (end < 0 ? text : text.substring(0, end)).replaceAll("\\p{Cntrl}", "");
    }

    private static void put(ByteBuffer table, int set, int bit, String name) {
        int start = table.position();
        table.put((byte) set).put((byte) bit).put(name.getBytes(StandardCharsets.US_ASCII));
        table.position(start + ENTRY_BYTES);
    }
}
