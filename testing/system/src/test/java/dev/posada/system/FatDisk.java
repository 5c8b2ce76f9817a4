package dev.posada.system;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a disk that firmware can read: one partition, for EFI's system, with FAT16 in it.
 *
 * <p>The partition, in sectors of 512 bytes: one with the file system's figures, twice {@link #FAT_SECTORS} with what
 * follows each cluster, {@link #ROOT_SECTORS} with the root's names; then clusters of 2 KiB, from number 2 on. A folder
 * has one cluster.
 */
final class FatDisk {
    private static final int SECTOR = 512;
    private static final int CLUSTER = 4 * SECTOR;
    private static final int CLUSTERS = 32_000;
    private static final int FAT_SECTORS = 126;
    private static final int ROOT_ENTRIES = 512;
    private static final int ROOT_SECTORS = ROOT_ENTRIES * 32 / SECTOR;
    private static final int PARTITION = 2048;
    private static final int SECTORS = 1 + 2 * FAT_SECTORS + ROOT_SECTORS + CLUSTERS * 4;
    private static final int END_OF_FILE = 0xffff;
    private static final int EFI_SYSTEM = 0xef;
    private static final int FILE = 0x20;
    private static final int FOLDER = 0x10;

    private final FileChannel out;
    private final ByteBuffer chain = sectors(FAT_SECTORS);
    private int next = 2;

    private FatDisk(FileChannel out) {
        this.out = out;
        chain.putShort(0, (short) 0xfff8).putShort(2, (short) END_OF_FILE);
    }

    /**
     * Writes the image anew.
     *
     * @param files contents by path, whose parts have eight letters, a dot and three more at most
     */
    static void write(Path image, Map<String, byte[]> files) throws IOException {
        try (var out = FileChannel.open(
                image, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            var disk = new FatDisk(out);
            var root = sectors(ROOT_SECTORS);
            disk.fill(root, 0, files);
            disk.put(0, partitionTable());
            disk.put(PARTITION, figures());
            disk.put(PARTITION + 1, disk.chain.duplicate());
            disk.put(PARTITION + 1 + FAT_SECTORS, disk.chain.duplicate());
            disk.put(PARTITION + 1 + 2 * FAT_SECTORS, root.rewind());
            disk.put(PARTITION + SECTORS - 1, sectors(1));
        }
    }

    /** Writes what is in a folder, and its names into the folder. */
    private void fill(ByteBuffer names, int self, Map<String, byte[]> files) throws IOException {
        var folders = new TreeMap<String, Map<String, byte[]>>();
        for (var file : files.entrySet()) {
            int slash = file.getKey().indexOf('/');
            if (slash < 0) {
                name(names, file.getKey(), FILE, store(ByteBuffer.wrap(file.getValue())), file.getValue().length);
            } else {
                folders.computeIfAbsent(file.getKey().substring(0, slash), _ -> new TreeMap<>())
                        .put(file.getKey().substring(slash + 1), file.getValue());
            }
        }
        for (var folder : folders.entrySet()) {
            int cluster = next++;
            chain.putShort(2 * cluster, (short) END_OF_FILE);
            var inside = sectors(CLUSTER / SECTOR);
            name(inside, ".", FOLDER, cluster, 0);
            name(inside, "..", FOLDER, self, 0);
            fill(inside, cluster, folder.getValue());
            put(data(cluster), inside.rewind());
            name(names, folder.getKey(), FOLDER, cluster, 0);
        }
    }

    /** Writes a file into the next clusters; answers the first. */
    private int store(ByteBuffer bytes) throws IOException {
        int first = next;
        next += Math.ceilDiv(bytes.remaining(), CLUSTER);
        for (int i = first; i < next; i++) {
            chain.putShort(2 * i, (short) (i == next - 1 ? END_OF_FILE : i + 1));
        }
        put(data(first), bytes);
        return first;
    }

    /** A name as a folder has it: eight and three capitals, filled up with blanks. */
    private static void name(ByteBuffer names, String name, int kind, int cluster, int length) {
        int dot = name.startsWith(".") ? -1 : name.indexOf('.');
        var first = dot < 0 ? name : name.substring(0, dot);
        var last = dot < 0 ? "" : name.substring(dot + 1);
        var whole = "%-8s%-3s".formatted(first, last).toUpperCase(Locale.ROOT);
        names.put(whole.getBytes(StandardCharsets.US_ASCII)).put((byte) kind).put(new byte[14]);
        names.putShort((short) cluster).putInt(length);
    }

    private static ByteBuffer partitionTable() {
        var anywhere = new byte[] {(byte) 0xfe, (byte) 0xff, (byte) 0xff};
        var table = sectors(1).position(446);
        table.put((byte) 0).put(anywhere).put((byte) EFI_SYSTEM).put(anywhere);
        table.putInt(PARTITION).putInt(SECTORS);
        return table.putShort(510, (short) 0xaa55).rewind();
    }

    private static ByteBuffer figures() {
        var boot = sectors(1);
        boot.put(new byte[] {(byte) 0xeb, 0x3c, (byte) 0x90}).put("POSADA  ".getBytes(StandardCharsets.US_ASCII));
        boot.putShort((short) SECTOR).put((byte) (CLUSTER / SECTOR)).putShort((short) 1);
        boot.put((byte) 2).putShort((short) ROOT_ENTRIES).putShort((short) 0).put((byte) 0xf8);
        boot.putShort((short) FAT_SECTORS).putShort((short) 32).putShort((short) 64);
        boot.putInt(PARTITION).putInt(SECTORS);
        boot.put((byte) 0x80).put((byte) 0).put((byte) 0x29).putInt(0x20260101);
        boot.put("POSADA     FAT16   ".getBytes(StandardCharsets.US_ASCII));
        return boot.putShort(510, (short) 0xaa55).rewind();
    }

    private static int data(int cluster) {
        return PARTITION + 1 + 2 * FAT_SECTORS + ROOT_SECTORS + (cluster - 2) * (CLUSTER / SECTOR);
    }

    private static ByteBuffer sectors(int count) {
        return ByteBuffer.allocate(count * SECTOR).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void put(int sector, ByteBuffer bytes) throws IOException {
        long from = (long) sector * SECTOR - bytes.position();
        while (bytes.hasRemaining()) {
            out.write(bytes, from + bytes.position());
        }
    }
}
