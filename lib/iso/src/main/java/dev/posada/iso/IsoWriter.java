package dev.posada.iso;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes an image of a disc: ISO 9660 with short names, Rock Ridge with the names as they are, Joliet with them in
 * Unicode. The same files and the same time give the same bytes.
 *
 * <p>Layout: 16 empty sectors; the three volume descriptors; the two path tables of each name system; the folders of the
 * plain names, a sector of what the first of them has to say about Rock Ridge, the folders of Joliet; the files.
 *
 * <p>For seeds and answer files: names up to {@value #MAX_NAME_BYTES} bytes, {@value #MAX_DEPTH} folders deep. For one
 * thread at a time.
 */
public final class IsoWriter {
    /** The longest name, in UTF-8: with more a directory record would not hold its Rock Ridge fields. */
    public static final int MAX_NAME_BYTES = 120;

    /** How deep folders may stand in one another (ECMA-119, 6.8.2.1). */
    public static final int MAX_DEPTH = 7;

    /** The most files and folders. */
    public static final int MAX_FILES = 10_000;

    /** The longest name of a volume. */
    public static final int MAX_VOLUME_ID = 32;

    private static final int COPY_BYTES = 1024 * 1024;
    private static final long MAX_FILE_BYTES = 0xffff_ffffL;

    private final String volumeId;
    private final Instant time;
    private final Folder root = new Folder("", null);
    private int count;

    /**
     * Starts an empty image.
     *
     * @param volumeId its name, kept as it is: up to 32 characters of ASCII
     * @param time when everything in it was made
     */
    public IsoWriter(String volumeId, Instant time) {
        if (volumeId.length() > MAX_VOLUME_ID
                || !StandardCharsets.US_ASCII.newEncoder().canEncode(volumeId)) {
            throw new IsoException("'" + volumeId + "' cannot be the name of a volume: take up to " + MAX_VOLUME_ID
                    + " characters of ASCII");
        }
        this.volumeId = volumeId;
        this.time = time;
    }

    /** A file of some text, in UTF-8. */
    public IsoWriter add(String path, String text) {
        return add(path, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A file of some bytes.
     *
     * @param path with slashes between the folders, which need not be made before
     * @throws IsoException when the path is taken, or beyond a bound
     */
    public IsoWriter add(String path, byte[] content) {
        byte[] copy = content.clone();
        put(path, copy.length, () -> new ByteArrayInputStream(copy));
        return this;
    }

    /**
     * A copy of a file. It is read when the image is written, and must not change in between.
     *
     * @throws IsoException when it cannot be read, is 4 GiB or longer, or the path is taken or beyond a bound
     */
    public IsoWriter add(String path, Path file) {
        long size;
        try {
            size = Files.size(file);
        } catch (IOException e) {
            throw new IsoException("cannot read '" + file + "': " + e.getMessage(), e);
        }
        put(path, size, () -> Files.newInputStream(file));
        return this;
    }

    private void put(String path, long size, Source source) {
        if (size > MAX_FILE_BYTES) {
            throw new IsoException("'" + path + "' is too long for an image of a disc: 4 GiB is the end");
        }
        Folder at = root;
        List<String> names = new ArrayList<>();
        for (String name : path.split("/", -1)) {
            if (!name.isEmpty()) {
                names.add(checked(path, name));
            }
        }
        if (names.isEmpty() || names.size() > MAX_DEPTH) {
            throw new IsoException(
                    "'" + path + "' cannot be a file: it is deeper than " + MAX_DEPTH + " folders or empty");
        }
        for (String name : names.subList(0, names.size() - 1)) {
            Folder parent = at;
            Item next = at.items.get(name);
            if (next == null) {
                next = new Folder(name, parent);
                at.items.put(name, next);
                count++;
            }
            if (!(next instanceof Folder folder)) {
                throw new IsoException("'" + path + "' cannot be a file: '" + name + "' is not a folder");
            }
            at = folder;
        }
        if (at.items.putIfAbsent(names.getLast(), new Content(names.getLast(), size, source)) != null) {
            throw new IsoException("'" + path + "' is in the image already");
        }
        if (++count > MAX_FILES) {
            throw new IsoException("an image takes up to " + MAX_FILES + " files");
        }
    }

    private static String checked(String path, String name) {
        if (name.equals(".") || name.equals("..") || name.indexOf('\0') >= 0) {
            throw new IsoException("'" + path + "' cannot be a file: '" + name + "' is not a name");
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
            throw new IsoException("'" + name + "' is too long: names have up to " + MAX_NAME_BYTES + " bytes");
        }
        return name;
    }

    /**
     * Writes the image to a file, which is made or emptied.
     *
     * @throws IsoException when it, or a file that goes into it, cannot be written or read
     */
    public void write(Path file) {
        try (OutputStream out = Files.newOutputStream(file)) {
            write(out);
        } catch (IOException e) {
            throw new IsoException("cannot write '" + file + "': " + e.getMessage(), e);
        }
    }

    /** Writes the image. */
    public void write(OutputStream out) throws IOException {
        IsoLayout layout = new IsoLayout(root, volumeId, time);
        out.write(layout.head());
        byte[] buffer = new byte[COPY_BYTES];
        for (Content content : layout.contents()) {
            long copied = 0;
            try (InputStream in = content.source.open()) {
                int read = in.read(buffer);
                while (read >= 0) {
                    out.write(buffer, 0, read);
                    copied += read;
                    read = in.read(buffer);
                }
            }
            if (copied != content.size) {
                throw new IsoException("'" + content.name + "' changed while it was written");
            }
            out.write(new byte[(int) (IsoLayout.sectors(copied) * IsoImage.SECTOR - copied)]);
        }
    }

    /** Opens what goes into a file of the image. */
    interface Source {
        InputStream open() throws IOException;
    }

    /** A file or a folder of the image that is made. */
    abstract static sealed class Item {
        final String name;

        Item(String name) {
            this.name = name;
        }
    }

    static final class Folder extends Item {
        final @Nullable Folder parent;
        final Map<String, Item> items = new TreeMap<>();

        Folder(String name, @Nullable Folder parent) {
            super(name);
            this.parent = parent;
        }

        /** The folder it is in; the top folder is in itself. */
        Folder above() {
            return parent == null ? this : parent;
        }
    }

    static final class Content extends Item {
        final long size;
        final Source source;

        Content(String name, long size, Source source) {
            super(name);
            this.size = size;
            this.source = source;
        }
    }
}
