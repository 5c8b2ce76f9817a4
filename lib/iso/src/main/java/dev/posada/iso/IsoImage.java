package dev.posada.iso;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An image of a disc, read from outside.
 *
 * <p>Layout (ECMA-119): 16 sectors of 2048 bytes that belong to nobody, volume descriptors of a sector each until one of
 * type 255, and folders as files of directory records: length, place, size, flags, name, and what extensions put behind
 * it. Names come from Rock Ridge where the image has it, else from Joliet, else as they are, without version.
 *
 * <p>Nothing in an image is trusted: every length, count and depth has a bound. For one thread at a time.
 */
public final class IsoImage implements AutoCloseable {
    /** A sector. */
    static final int SECTOR = 2048;

    /** The longest folder that is read. */
    public static final int MAX_DIRECTORY_BYTES = 32 * 1024 * 1024;

    /** The most entries of one folder. */
    public static final int MAX_ENTRIES = 200_000;

    /** How deep a path may go. */
    public static final int MAX_DEPTH = 64;

    /** The most volume descriptors. */
    public static final int MAX_DESCRIPTORS = 64;

    private static final int FIRST_DESCRIPTOR = 16;
    private static final int RECORD_HEADER = 33;
    private static final int DIRECTORY = 0x02;
    private static final int ASSOCIATED = 0x04;
    private static final int MORE_EXTENTS = 0x80;
    private static final int COPY_BYTES = 1024 * 1024;

    private final FileChannel channel;
    private final Path file;
    private final long sizeBytes;
    private final VolumeLabels labels;
    private final IsoEntry root;
    private final boolean rockRidge;
    private final boolean joliet;
    private final int skip;

    private IsoImage(FileChannel channel, Path file) throws IOException {
        this.channel = channel;
        this.file = file;
        sizeBytes = channel.size();
        byte[] primary = new byte[0];
        byte[] unicode = new byte[0];
        for (int i = 0; i < MAX_DESCRIPTORS; i++) {
            byte[] descriptor = sector((long) (FIRST_DESCRIPTOR + i) * SECTOR);
            if (!new String(descriptor, 1, 5, StandardCharsets.ISO_8859_1).equals("CD001")) {
                break;
            }
            int type = Bytes.unsigned(descriptor, 0);
            if (type == 255) {
                break;
            }
            if (type == 1 && primary.length == 0) {
                primary = descriptor;
            } else if (type == 2 && unicode.length == 0 && isJoliet(descriptor)) {
                unicode = descriptor;
            }
        }
        if (primary.length == 0) {
            throw new IsoException("'" + file + "' is not an image of a disc: it has no volume descriptor");
        }
        labels = labels(primary);
        IsoEntry plain = record(primary, 156, 190, 0, false).entry;
        SystemUse first = firstUse(plain);
        skip = Math.max(first.skip(), 0);
        rockRidge = first.skip() >= 0 && first.rockRidge();
        joliet = !rockRidge && unicode.length > 0;
        root = joliet ? record(unicode, 156, 190, 0, false).entry : plain;
    }

    /**
     * Opens an image.
     *
     * @throws IsoException when it is none, or cannot be read
     */
    public static IsoImage open(Path file) {
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            try {
                return new IsoImage(channel, file);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw new IsoException("cannot read '" + file + "': " + e.getMessage(), e);
        }
    }

    /** What the image says of itself. */
    public VolumeLabels labels() {
        return labels;
    }

    /** Whether names come from Rock Ridge. */
    public boolean hasRockRidge() {
        return rockRidge;
    }

    /** The top folder. */
    public IsoEntry root() {
        return root;
    }

    /**
     * What a path names, from the top, with or without a slash before it. Symbolic links are not followed.
     *
     * @throws IsoException when a folder on the way cannot be read
     */
    public Optional<IsoEntry> find(String path) {
        IsoEntry at = root;
        int depth = 0;
        for (String name : path.split("/", -1)) {
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            if (++depth > MAX_DEPTH || !at.directory()) {
                return Optional.empty();
            }
            Optional<IsoEntry> next = child(at, name);
            if (next.isEmpty()) {
                return next;
            }
            at = next.get();
        }
        return Optional.of(at);
    }

    private Optional<IsoEntry> child(IsoEntry folder, String name) {
        List<IsoEntry> entries = list(folder);
        for (IsoEntry entry : entries) {
            if (entry.name().equals(name)) {
                return Optional.of(entry);
            }
        }
        if (!rockRidge) {
            // Plain names are upper case alone, whatever the file was called: systems show them in either case.
            for (IsoEntry entry : entries) {
                if (entry.name().equalsIgnoreCase(name)) {
                    return Optional.of(entry);
                }
            }
        }
        return Optional.empty();
    }

    /**
     * What is in a folder, in the image's order.
     *
     * @throws IsoException when it cannot be read or is beyond a bound
     */
    public List<IsoEntry> list(IsoEntry folder) {
        if (!folder.directory()) {
            throw new IsoException("'" + folder.name() + "' in '" + file + "' is not a folder");
        }
        byte[] bytes = directory(folder);
        List<IsoEntry> entries = new ArrayList<>();
        List<IsoEntry.Extent> before = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            int length = Bytes.unsigned(bytes, at);
            if (length == 0) {
                // Records do not cross sectors: the rest of this one is empty.
                at = (at / SECTOR + 1) * SECTOR;
                continue;
            }
            if (length <= RECORD_HEADER || at + length > bytes.length) {
                break;
            }
            Placed record = record(bytes, at, at + length, skip, true);
            at += length;
            if (record.special || record.associated) {
                continue;
            }
            before.addAll(record.entry.extents());
            if (record.continues) {
                if (before.size() > MAX_ENTRIES) {
                    throw new IsoException("'" + folder.name() + "' in '" + file + "' has too many extents");
                }
                continue;
            }
            entries.add(whole(record.entry, before));
            before.clear();
            if (entries.size() > MAX_ENTRIES) {
                throw new IsoException(
                        "'" + folder.name() + "' in '" + file + "' has more than " + MAX_ENTRIES + " entries");
            }
        }
        return entries;
    }

    private static IsoEntry whole(IsoEntry last, List<IsoEntry.Extent> extents) {
        long size = 0;
        for (IsoEntry.Extent extent : extents) {
            size += extent.lengthBytes();
        }
        return new IsoEntry(last.name(), last.directory(), size, last.link(), extents);
    }

    private byte[] directory(IsoEntry folder) {
        IsoEntry.Extent extent = folder.extents().getFirst();
        long length = extent.lengthBytes();
        if (length > MAX_DIRECTORY_BYTES) {
            throw new IsoException("the folder '" + folder.name() + "' in '" + file + "' is longer than "
                    + MAX_DIRECTORY_BYTES + " bytes");
        }
        return read(extent.block() * labels.blockBytes(), (int) length);
    }

    /** The bytes of a file, to be read once, from start to end. Closing it does not close the image. */
    public InputStream read(IsoEntry entry) {
        if (!entry.isFile()) {
            throw new IsoException("'" + entry.name() + "' in '" + file + "' is not a file");
        }
        return new ExtentStream(channel, file, entry.extents(), labels.blockBytes());
    }

    /**
     * Copies a file out.
     *
     * @return how many bytes it has
     * @throws IsoException when the image ends before the file
     * @throws IOException when {@code to} cannot be written
     */
    public long copy(IsoEntry entry, OutputStream to) throws IOException {
        byte[] buffer = new byte[COPY_BYTES];
        long total = 0;
        try (InputStream in = read(entry)) {
            int count = in.read(buffer);
            while (count >= 0) {
                to.write(buffer, 0, count);
                total += count;
                count = in.read(buffer);
            }
        }
        return total;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new IsoException("cannot close '" + file + "': " + e.getMessage(), e);
        }
    }

    private record Placed(IsoEntry entry, boolean special, boolean associated, boolean continues) {}

    private Placed record(byte[] bytes, int at, int end, int passOver, boolean extended) {
        long block = Bytes.int32(bytes, at + 2) + Bytes.unsigned(bytes, at + 1);
        long length = Bytes.int32(bytes, at + 10);
        int flags = Bytes.unsigned(bytes, at + 25);
        int nameLength = Bytes.unsigned(bytes, at + 32);
        int nameEnd = at + RECORD_HEADER + nameLength;
        if (nameEnd > end) {
            throw new IsoException("a directory record in '" + file + "' is shorter than its name");
        }
        boolean special = nameLength == 1 && Bytes.unsigned(bytes, at + RECORD_HEADER) <= 1;
        boolean directory = (flags & DIRECTORY) != 0;
        String name = extended && joliet
                ? unicode(bytes, at + RECORD_HEADER, nameLength)
                : plain(bytes, at + RECORD_HEADER, nameLength);
        String link = "";
        boolean hidden = special;
        if (extended && rockRidge) {
            int from = nameEnd + (nameLength % 2 == 0 ? 1 : 0) + passOver;
            SystemUse use = SystemUse.read(bytes, Math.min(from, end), end, this::block);
            name = use.name().isEmpty() ? name : use.name();
            link = use.link();
            hidden |= use.moved();
            if (use.childBlock() >= 0) {
                directory = true;
                block = use.childBlock();
                length = directoryLength(block);
            }
        }
        IsoEntry entry = new IsoEntry(name, directory, length, link, List.of(new IsoEntry.Extent(block, length)));
        return new Placed(entry, hidden, (flags & ASSOCIATED) != 0, (flags & MORE_EXTENTS) != 0 && !directory);
    }

    /** The length of a folder, from its own first record. */
    private long directoryLength(long block) {
        return Bytes.int32(block(block), 10);
    }

    private SystemUse firstUse(IsoEntry top) {
        byte[] first = block(top.extents().getFirst().block());
        int length = Bytes.unsigned(first, 0);
        int from = RECORD_HEADER + 1;
        return SystemUse.read(first, Math.min(from, length), length, this::block);
    }

    private static String plain(byte[] bytes, int at, int length) {
        var name = new String(bytes, at, length, StandardCharsets.ISO_8859_1);
        int version = name.lastIndexOf(';');
        String bare = version > 0 ? name.substring(0, version) : name;
        return bare.endsWith(".") && bare.length() > 1 ? bare.substring(0, bare.length() - 1) : bare;
    }

    private static String unicode(byte[] bytes, int at, int length) {
        var name = new String(bytes, at, length, StandardCharsets.UTF_16BE);
        int version = name.lastIndexOf(';');
        return version > 0 ? name.substring(0, version) : name;
    }

    private static boolean isJoliet(byte[] descriptor) {
        String escape = new String(descriptor, 88, 3, StandardCharsets.ISO_8859_1);
        return escape.equals("%/@") || escape.equals("%/C") || escape.equals("%/E");
    }

    private VolumeLabels labels(byte[] descriptor) {
        int blockBytes = Bytes.short16(descriptor, 128);
        if (blockBytes != 512 && blockBytes != 1024 && blockBytes != SECTOR) {
            throw new IsoException(String.format(
                    Locale.ROOT, "'%s' has blocks of %d bytes: only 512, 1024 and 2048 are used", file, blockBytes));
        }
        return new VolumeLabels(
                Bytes.text(descriptor, 8, 32),
                Bytes.text(descriptor, 40, 32),
                Bytes.text(descriptor, 190, 128),
                Bytes.text(descriptor, 318, 128),
                Bytes.text(descriptor, 446, 128),
                Bytes.text(descriptor, 574, 128),
                Bytes.int32(descriptor, 80),
                blockBytes);
    }

    private byte[] block(long block) {
        return sector(block * labels.blockBytes());
    }

    private byte[] sector(long offset) {
        return read(offset, SECTOR);
    }

    /** Bytes of the image; what is behind its end reads as zeros, which is no record and no descriptor. */
    private byte[] read(long offset, int length) {
        long there = Math.max(0, Math.min(length, sizeBytes - offset));
        if (length > SECTOR && there < length) {
            throw new IsoException("'" + file + "' ends before a folder in it does");
        }
        byte[] bytes = new byte[length];
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, (int) there);
        try {
            while (buffer.hasRemaining()) {
                if (channel.read(buffer, offset + buffer.position()) < 0) {
                    break;
                }
            }
        } catch (IOException e) {
            throw new IsoException("cannot read '" + file + "': " + e.getMessage(), e);
        }
        return bytes;
    }
}
