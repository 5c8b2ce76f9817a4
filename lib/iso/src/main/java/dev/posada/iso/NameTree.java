package dev.posada.iso;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * The folders of an image under one system of names: the names themselves, the order, the directory records and the path
 * tables.
 */
final class NameTree {
    private static final int HEADER = 33;
    private static final int MAX_RECORD = 254;
    private static final int DIRECTORY_FLAG = 2;
    private static final int JOLIET_CHARACTERS = 64;

    /** What Rock Ridge says of itself in an {@code ER} field, once in an image (IEEE P1282, 4.3). */
    private static final String ROCK_RIDGE_ID = "RRIP_1991A";

    private static final int CE_BYTES = 28;
    private static final int FOLDER_MODE = 0040555;
    private static final int FILE_MODE = 0100444;

    private final boolean rockRidge;
    private final ZonedDateTime time;
    private final List<IsoWriter.Folder> folders = new ArrayList<>();
    private final Map<IsoWriter.Item, byte[]> names = new HashMap<>();
    private final Map<IsoWriter.Folder, List<IsoWriter.Item>> order = new HashMap<>();
    private final Map<IsoWriter.Folder, Long> sectors = new HashMap<>();
    private final Map<IsoWriter.Folder, Integer> lengths = new HashMap<>();

    NameTree(IsoWriter.Folder root, boolean rockRidge, Instant time) {
        this.rockRidge = rockRidge;
        this.time = time.atZone(ZoneOffset.UTC);
        names.put(root, new byte[1]);
        folders.add(root);
        // Breadth first is the order that path tables ask for; the list grows while it is walked.
        for (int i = 0; i < folders.size(); i++) {
            IsoWriter.Folder folder = folders.get(i);
            nameAll(folder);
            List<IsoWriter.Item> items = new ArrayList<>(folder.items.values());
            items.sort((one, other) -> Arrays.compareUnsigned(name(one), name(other)));
            order.put(folder, items);
            for (IsoWriter.Item item : items) {
                if (item instanceof IsoWriter.Folder inner) {
                    folders.add(inner);
                }
            }
        }
    }

    private byte[] name(IsoWriter.Item item) {
        return names.getOrDefault(item, new byte[0]);
    }

    private void nameAll(IsoWriter.Folder folder) {
        Set<String> taken = new HashSet<>();
        for (IsoWriter.Item item : folder.items.values()) {
            boolean file = item instanceof IsoWriter.Content;
            String chosen = rockRidge ? shortName(item.name, file, taken) : unicodeName(item.name, taken);
            String whole = file ? chosen + ";1" : chosen;
            names.put(item, whole.getBytes(rockRidge ? StandardCharsets.US_ASCII : StandardCharsets.UTF_16BE));
        }
    }

    /** Eight characters, and three after the dot, of capitals, digits and underscores (ECMA-119, 7.5, level 1). */
    private static String shortName(String name, boolean file, Set<String> taken) {
        int dot = file ? name.lastIndexOf('.') : -1;
        String stem = plain(dot > 0 ? name.substring(0, dot) : name, 8);
        String ending = dot > 0 ? plain(name.substring(dot + 1), 3) : "";
        String chosen = stem;
        for (int number = 1; !taken.add(chosen + "." + ending); number++) {
            String digits = Integer.toString(number);
            chosen = stem.substring(0, Math.min(stem.length(), 8 - digits.length())) + digits;
        }
        return file ? chosen + "." + ending : chosen;
    }

    private static String plain(String name, int length) {
        var plain = new StringBuilder();
        String upper = name.toUpperCase(Locale.ROOT);
        for (int i = 0; i < upper.length() && plain.length() < length; i++) {
            char c = upper.charAt(i);
            plain.append((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_');
        }
        return plain.isEmpty() ? "_" : plain.toString();
    }

    private static String unicodeName(String name, Set<String> taken) {
        var chosen = new StringBuilder();
        for (int i = 0; i < name.length() && chosen.length() < JOLIET_CHARACTERS; i++) {
            char c = name.charAt(i);
            chosen.append("*/:;?\\".indexOf(c) >= 0 || c < ' ' ? '_' : c);
        }
        String stem = chosen.toString();
        String unique = stem;
        for (int number = 1; !taken.add(unique); number++) {
            String digits = Integer.toString(number);
            unique = stem.substring(0, Math.min(stem.length(), JOLIET_CHARACTERS - digits.length())) + digits;
        }
        return unique;
    }

    /**
     * Gives each folder its place.
     *
     * @return the first sector behind them
     */
    long place(long firstSector) {
        long sector = firstSector;
        for (IsoWriter.Folder folder : folders) {
            // Lengths do not depend on places, so the records may be made once with none.
            int length = records(folder, 0, any -> 0).length;
            sectors.put(folder, sector);
            lengths.put(folder, length);
            sector += length / IsoImage.SECTOR;
        }
        return sector;
    }

    /** The bytes of all folders. */
    byte[] directories(long continuationSector, ToLongFunction<IsoWriter.Content> contents) {
        var all = new ByteArrayOutputStream();
        for (IsoWriter.Folder folder : folders) {
            all.writeBytes(records(folder, continuationSector, contents));
        }
        return all.toByteArray();
    }

    /** The record of the top folder that stands in a volume descriptor. */
    byte[] rootRecord() {
        return record(new byte[1], folders.getFirst(), any -> 0, new byte[0]);
    }

    private byte[] records(
            IsoWriter.Folder folder, long continuationSector, ToLongFunction<IsoWriter.Content> contents) {
        var all = new ByteArrayOutputStream();
        boolean top = folder == folders.getFirst();
        append(all, record(new byte[] {0}, folder, contents, own(folder, top, continuationSector)));
        append(all, record(new byte[] {1}, folder.above(), contents, own(folder.above(), false, 0)));
        for (IsoWriter.Item item : order.getOrDefault(folder, List.of())) {
            append(all, record(name(item), item, contents, named(item)));
        }
        pad(all, IsoImage.SECTOR);
        return all.toByteArray();
    }

    private static void append(ByteArrayOutputStream all, byte[] record) {
        if (all.size() % IsoImage.SECTOR + record.length > IsoImage.SECTOR) {
            pad(all, IsoImage.SECTOR);
        }
        all.writeBytes(record);
    }

    private static void pad(ByteArrayOutputStream all, int unit) {
        all.writeBytes(new byte[(unit - all.size() % unit) % unit]);
    }

    private byte[] record(byte[] name, IsoWriter.Item item, ToLongFunction<IsoWriter.Content> contents, byte[] use) {
        int nameEnd = HEADER + name.length + (name.length % 2 == 0 ? 1 : 0);
        int length = nameEnd + use.length + use.length % 2;
        if (length > MAX_RECORD) {
            throw new IsoException("'" + item.name + "' is too long a name");
        }
        long sector;
        long size;
        int flags;
        switch (item) {
            case IsoWriter.Folder folder -> {
                sector = sectors.getOrDefault(folder, 0L);
                size = lengths.getOrDefault(folder, 0);
                flags = DIRECTORY_FLAG;
            }
            case IsoWriter.Content content -> {
                sector = contents.applyAsLong(content);
                size = content.size;
                flags = 0;
            }
        }
        ByteBuffer record = ByteBuffer.allocate(length);
        record.put((byte) length).put((byte) 0);
        Bytes.put32Both(record, sector);
        Bytes.put32Both(record, size);
        putTime(record);
        record.put((byte) flags).put((byte) 0).put((byte) 0);
        Bytes.put16Both(record, 1);
        record.put((byte) name.length).put(name);
        record.position(nameEnd).put(use);
        return record.array();
    }

    private void putTime(ByteBuffer to) {
        to.put((byte) (time.getYear() - 1900))
                .put((byte) time.getMonthValue())
                .put((byte) time.getDayOfMonth())
                .put((byte) time.getHour())
                .put((byte) time.getMinute())
                .put((byte) time.getSecond())
                .put((byte) 0);
    }

    private byte[] own(IsoWriter.Folder folder, boolean top, long continuationSector) {
        if (!rockRidge) {
            return new byte[0];
        }
        var use = new ByteArrayOutputStream();
        if (top) {
            use.writeBytes(new byte[] {'S', 'P', 7, 1, (byte) 0xbe, (byte) 0xef, 0});
        }
        use.writeBytes(attributes(folder));
        if (top) {
            ByteBuffer more = ByteBuffer.allocate(CE_BYTES);
            more.put((byte) 'C').put((byte) 'E').put((byte) CE_BYTES).put((byte) 1);
            Bytes.put32Both(more, continuationSector);
            Bytes.put32Both(more, 0);
            Bytes.put32Both(more, continuation().length);
            use.writeBytes(more.array());
        }
        return use.toByteArray();
    }

    private byte[] named(IsoWriter.Item item) {
        if (!rockRidge) {
            return new byte[0];
        }
        byte[] text = item.name.getBytes(StandardCharsets.UTF_8);
        var use = new ByteArrayOutputStream();
        use.writeBytes(attributes(item));
        use.writeBytes(new byte[] {'N', 'M', (byte) (5 + text.length), 1, 0});
        use.writeBytes(text);
        return use.toByteArray();
    }

    private byte[] attributes(IsoWriter.Item item) {
        int links = 1;
        int mode = FILE_MODE;
        if (item instanceof IsoWriter.Folder folder) {
            mode = FOLDER_MODE;
            links = 2;
            for (IsoWriter.Item inner : folder.items.values()) {
                links += inner instanceof IsoWriter.Folder ? 1 : 0;
            }
        }
        ByteBuffer use = ByteBuffer.allocate(36 + 12);
        use.put((byte) 'P').put((byte) 'X').put((byte) 36).put((byte) 1);
        Bytes.put32Both(use, mode);
        Bytes.put32Both(use, links);
        Bytes.put32Both(use, 0);
        Bytes.put32Both(use, 0);
        use.put((byte) 'T').put((byte) 'F').put((byte) 12).put((byte) 1).put((byte) 2);
        putTime(use);
        return use.array();
    }

    /** What the first record of Rock Ridge has to say and has no room for. */
    static byte[] continuation() {
        var text = new ByteArrayOutputStream();
        byte[] id = ROCK_RIDGE_ID.getBytes(StandardCharsets.US_ASCII);
        byte[] what = "THE ROCK RIDGE INTERCHANGE PROTOCOL PROVIDES SUPPORT FOR POSIX FILE SYSTEM SEMANTICS"
                .getBytes(StandardCharsets.US_ASCII);
        text.writeBytes(new byte[] {
            'E', 'R', (byte) (8 + id.length + what.length), 1, (byte) id.length, (byte) what.length, 0, 1
        });
        text.writeBytes(id);
        text.writeBytes(what);
        return text.toByteArray();
    }

    /** One of the two path tables: each folder with its place and the number of the one it is in. */
    byte[] pathTable(ByteOrder byteOrder) {
        Map<IsoWriter.Folder, Integer> numbers = new HashMap<>();
        var table = new ByteArrayOutputStream();
        for (IsoWriter.Folder folder : folders) {
            numbers.put(folder, numbers.size() + 1);
            byte[] name = name(folder);
            ByteBuffer entry =
                    ByteBuffer.allocate(8 + name.length + name.length % 2).order(byteOrder);
            entry.put((byte) name.length).put((byte) 0);
            entry.putInt(sectors.getOrDefault(folder, 0L).intValue());
            entry.putShort(numbers.getOrDefault(folder.above(), 1).shortValue());
            entry.put(name);
            table.writeBytes(entry.array());
        }
        return table.toByteArray();
    }
}
