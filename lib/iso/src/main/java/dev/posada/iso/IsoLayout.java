package dev.posada.iso;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where everything stands in an image that is made, and the bytes before its files. */
final class IsoLayout {
    private static final int DESCRIPTORS = 3;
    private static final int FIRST_SECTOR = 16 + DESCRIPTORS;
    private static final byte[] SPACE = {' '};
    private static final byte[] UNICODE_SPACE = {0, ' '};
    private static final String UNKNOWN_TIME = "0".repeat(16);

    private final String volumeId;
    private final String time;
    private final NameTree plain;
    private final NameTree unicode;
    private final List<IsoWriter.Content> contents = new ArrayList<>();
    private final Map<IsoWriter.Content, Long> places = new HashMap<>();
    private final long tableSectors;
    private final long unicodeTableSectors;
    private final long continuationSector;
    private final long end;

    IsoLayout(IsoWriter.Folder root, String volumeId, Instant time) {
        this.volumeId = volumeId;
        this.time = DateTimeFormatter.ofPattern("yyyyMMddHHmmss").format(time.atZone(ZoneOffset.UTC)) + "00";
        plain = new NameTree(root, true, time);
        unicode = new NameTree(root, false, time);
        tableSectors = sectors(plain.pathTable(ByteOrder.LITTLE_ENDIAN).length);
        unicodeTableSectors = sectors(unicode.pathTable(ByteOrder.LITTLE_ENDIAN).length);
        continuationSector = plain.place(FIRST_SECTOR + 2 * (tableSectors + unicodeTableSectors));
        long sector = unicode.place(continuationSector + 1);
        collect(root);
        for (IsoWriter.Content content : contents) {
            places.put(content, sector);
            sector += sectors(content.size);
        }
        end = sector;
    }

    private void collect(IsoWriter.Folder folder) {
        for (IsoWriter.Item item : folder.items.values()) {
            switch (item) {
                case IsoWriter.Folder inner -> collect(inner);
                case IsoWriter.Content content -> contents.add(content);
            }
        }
    }

    static long sectors(long bytes) {
        return (bytes + IsoImage.SECTOR - 1) / IsoImage.SECTOR;
    }

    /** The files, in the order of their places. */
    List<IsoWriter.Content> contents() {
        return contents;
    }

    private long place(IsoWriter.Content content) {
        return places.getOrDefault(content, 0L);
    }

    /** Everything before the files. */
    byte[] head() {
        var head = new ByteArrayOutputStream();
        head.writeBytes(new byte[16 * IsoImage.SECTOR]);
        head.writeBytes(descriptor(1, plain, FIRST_SECTOR, tableSectors, false));
        head.writeBytes(descriptor(2, unicode, FIRST_SECTOR + 2 * tableSectors, unicodeTableSectors, true));
        ByteBuffer terminator = ByteBuffer.allocate(IsoImage.SECTOR);
        start(terminator, 255);
        head.writeBytes(terminator.array());
        for (NameTree tree : List.of(plain, unicode)) {
            padded(head, tree.pathTable(ByteOrder.LITTLE_ENDIAN));
            padded(head, tree.pathTable(ByteOrder.BIG_ENDIAN));
        }
        head.writeBytes(plain.directories(continuationSector, this::place));
        padded(head, NameTree.continuation());
        head.writeBytes(unicode.directories(0, this::place));
        return head.toByteArray();
    }

    private static void padded(ByteArrayOutputStream to, byte[] bytes) {
        to.writeBytes(bytes);
        to.writeBytes(new byte[(int) (sectors(bytes.length) * IsoImage.SECTOR - bytes.length)]);
    }

    private static void start(ByteBuffer descriptor, int type) {
        descriptor
                .put((byte) type)
                .put("CD001".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 1);
    }

    private byte[] descriptor(int type, NameTree tree, long tableSector, long tableLength, boolean joliet) {
        ByteBuffer to = ByteBuffer.allocate(IsoImage.SECTOR);
        start(to, type);
        to.put((byte) 0);
        text(to, "LINUX", 32, joliet);
        text(to, volumeId, 32, joliet);
        to.position(80);
        Bytes.put32Both(to, end);
        if (joliet) {
            to.put("%/E".getBytes(StandardCharsets.US_ASCII));
        }
        to.position(120);
        Bytes.put16Both(to, 1);
        Bytes.put16Both(to, 1);
        Bytes.put16Both(to, IsoImage.SECTOR);
        Bytes.put32Both(to, tree.pathTable(ByteOrder.LITTLE_ENDIAN).length);
        to.order(ByteOrder.LITTLE_ENDIAN).putInt((int) tableSector).putInt(0);
        to.order(ByteOrder.BIG_ENDIAN).putInt((int) (tableSector + tableLength)).putInt(0);
        to.put(tree.rootRecord());
        to.position(190);
        for (int field = 0; field < 4; field++) {
            text(to, "", 128, joliet);
        }
        for (int field = 0; field < 3; field++) {
            text(to, "", 37, joliet);
        }
        byte[] made = time.getBytes(StandardCharsets.US_ASCII);
        byte[] never = UNKNOWN_TIME.getBytes(StandardCharsets.US_ASCII);
        to.put(made)
                .put((byte) 0)
                .put(made)
                .put((byte) 0)
                .put(never)
                .put((byte) 0)
                .put(never)
                .put((byte) 0);
        to.put((byte) 1);
        return to.array();
    }

    private static void text(ByteBuffer to, String text, int length, boolean joliet) {
        byte[] bytes = text.getBytes(joliet ? StandardCharsets.UTF_16BE : StandardCharsets.US_ASCII);
        Bytes.putPadded(to, bytes, length, joliet ? UNICODE_SPACE : SPACE);
    }
}
