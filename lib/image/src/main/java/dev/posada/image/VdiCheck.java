package dev.posada.image;

import dev.posada.image.CheckResult.Repair;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;

/** Looks whether the block map of a vdi image is in order: no two blocks share a place, and the header counts right. */
final class VdiCheck {
    private static final int PLACES_MAX = 1 << 28;

    private VdiCheck() {}

    /** Checks; a wrong count can be mended, blocks that share a place cannot. */
    static CheckResult check(ImageFile file, Bounds bounds, Repair repair) {
        var header = VdiHeader.read(file);
        var map = ReadOnlyFormats.table(file, header.mapOffset(), header.mapBytes(), bounds)
                .order(ByteOrder.LITTLE_ENDIAN);
        var messages = new ArrayList<String>();
        var used = new BitSet();
        long corruptions = 0;
        int count = 0;
        int end = 0;
        for (int block = 0; block < header.blocks(); block++) {
            int place = map.getInt(block * VdiHeader.ENTRY_BYTES);
            if (Integer.compareUnsigned(place, VdiDisk.DISCARDED) >= 0) {
                continue;
            }
            count++;
            if (place < 0 || place >= PLACES_MAX || header.offsetOf(place) >= file.length() || used.get(place)) {
                corruptions++;
                if (messages.size() < CheckResult.MAX_MESSAGES) {
                    messages.add("block " + block + " lies at place " + Integer.toUnsignedString(place)
                            + ", which is another one's or behind the end of the file");
                }
                continue;
            }
            used.set(place);
            end = Math.max(end, place + 1);
        }
        long fixed = 0;
        if (corruptions == 0 && header.allocated() < end) {
            messages.add("the header counts " + header.allocated() + " places of " + end);
            if (repair == Repair.ALL) {
                file.write(
                        VdiHeader.ALLOCATED_OFFSET,
                        ByteBuffer.allocate(Integer.BYTES)
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .putInt(0, end));
                file.flush();
                fixed = 1;
            } else {
                corruptions = 1;
            }
        }
        long leaks = Math.max(0, header.allocated() - (long) end) + (end - used.cardinality());
        return new CheckResult(
                Format.VDI, header.offsetOf(end), header.blocks(), count, 0, 0, corruptions, leaks, fixed, 0, messages);
    }
}
