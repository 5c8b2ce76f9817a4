package dev.posada.image;

import java.util.Arrays;

/**
 * The L2 tables that some L1 tables lead to, each once. A damaged image may lead to the same table from everywhere; whoever goes
 * through this set has work in proportion to the file, whatever the tables say.
 */
final class Qcow2TableSet {
    /** 64 MiB; more than any image with the largest L1 table has. */
    private static final int MAX_TABLES = 1 << 23;

    private long[] places = new long[64];
    private int count;

    private Qcow2TableSet() {}

    /** Those of one L1 table; entries that cannot be are left out. */
    static Qcow2TableSet of(Qcow2Image image, long[] l1) {
        var set = new Qcow2TableSet();
        set.add(image, l1);
        set.compact();
        return set;
    }

    /** Adds those of another L1 table; {@link #compact} is to be called after the last. */
    void add(Qcow2Image image, long[] l1) {
        for (long entry : l1) {
            long place = Qcow2Entry.offset(entry);
            if (place != 0 && (place & image.clusterBytes() - 1) == 0) {
                if (count == places.length) {
                    makeRoom(image);
                }
                places[count++] = place;
            }
        }
    }

    private void makeRoom(Qcow2Image image) {
        compact();
        if (count > places.length / 2) {
            if (places.length >= MAX_TABLES) {
                throw new ImageException(
                        ImageException.Kind.UNSUPPORTED, image.path() + " has more than " + MAX_TABLES / 2 + " tables");
            }
            places = Arrays.copyOf(places, places.length * 2);
        }
    }

    void compact() {
        Arrays.sort(places, 0, count);
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (kept == 0 || places[kept - 1] != places[i]) {
                places[kept++] = places[i];
            }
        }
        count = kept;
    }

    int size() {
        return count;
    }

    /** The place of a table, in ascending order. */
    long place(int index) {
        return places[index];
    }

    /** Number of the table at a place, or a negative number. */
    int indexOf(long place) {
        return Arrays.binarySearch(places, 0, count, place);
    }
}
