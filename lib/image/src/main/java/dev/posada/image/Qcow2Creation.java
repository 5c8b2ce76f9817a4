package dev.posada.image;

import dev.posada.image.ImageException.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;

/** Makes an empty qcow2 image: the smallest one there is, of a disk without bytes, which then grows. */
final class Qcow2Creation {
    private static final int SECTOR_BYTES = 512;

    private final ByteStore store;
    private final Qcow2Options options;
    private final CreateRequest request;

    Qcow2Creation(ByteStore store, Qcow2Options options, CreateRequest request) {
        this.store = store;
        this.options = options;
        this.request = request;
    }

    void create() {
        long size = roundedSize();
        var data = options.dataFile().map(this::makeDataFile);
        try {
            writeEmpty();
            var image = Qcow2Image.open(store, true, Bounds.DEFAULT.cacheBytes());
            new Qcow2Growth(image, data.isPresent() ? data.get() : store).to(size, options.preallocation());
        } finally {
            data.ifPresent(ImageFile::close);
        }
    }

    private long roundedSize() {
        if (request.size() > Long.MAX_VALUE - SECTOR_BYTES) {
            throw new ImageException(Kind.INVALID, "an image cannot have " + request.size() + " bytes");
        }
        return request.size() + SECTOR_BYTES - 1 & -SECTOR_BYTES;
    }

    private ImageFile makeDataFile(String name) {
        var path = Backing.resolve(name, store.path());
        var file = ImageFile.openOrMake(path);
        try {
            file.lock(QemuLocks.Purpose.WRITE);
            if (file.length() > 0 && !request.replace() && !file.blockDevice()) {
                throw new ImageException(Kind.EXISTS, "the data file " + path + " exists already");
            }
            file.truncate(0);
            return file;
        } catch (ImageException e) {
            file.close();
            throw e;
        }
    }

    /** Header, refcount table, refcount block: a cluster each. */
    private void writeEmpty() {
        int clusterBytes = 1 << options.clusterBits();
        var blocks = ByteBuffer.allocate(2 * clusterBytes);
        blocks.putLong(0, 2L * clusterBytes);
        var width = new Qcow2RefcountWidth(options.refcountOrder());
        var block = blocks.slice(clusterBytes, clusterBytes);
        for (int cluster = 0; cluster < 3; cluster++) {
            width.put(block, cluster, 1);
        }
        store.write(clusterBytes, blocks);
        var whole = ByteBuffer.allocate(clusterBytes);
        whole.put(header().encode(store.path())).clear();
        store.write(0, whole);
    }

    private Qcow2Header header() {
        var extensions = new ArrayList<Qcow2Extension>();
        request.backingFormat()
                .filter(_ -> request.backing().isPresent())
                .ifPresent(
                        format -> extensions.add(Qcow2Extension.ofText(Qcow2Extension.BACKING_FORMAT, format.label())));
        options.dataFile().ifPresent(name -> extensions.add(Qcow2Extension.ofText(Qcow2Extension.DATA_FILE, name)));
        var names = Qcow2FeatureNames.table();
        int taken = Qcow2Header.V3_BYTES
                + Qcow2Extension.PREFIX_BYTES
                + extensions.stream().mapToInt(Qcow2Extension::paddedBytes).sum()
                + names.paddedBytes()
                + Qcow2Header.MAX_BACKING_NAME_BYTES;
        // The names are a courtesy that small clusters have no room for.
        if (options.version() == 3 && taken <= 1 << options.clusterBits()) {
            extensions.add(names);
        }
        var backing = request.backing();
        backing.ifPresent(Qcow2Creation::requireNameFits);
        return new Qcow2Header(
                options.version(),
                options.clusterBits(),
                0,
                options.refcountOrder(),
                options.compression(),
                options.version() == 2 ? Qcow2Header.V2_BYTES : Qcow2Header.V3_BYTES,
                new Qcow2Header.Layout(0, 0, 0, 1L << options.clusterBits(), 1, 0, 0),
                features(),
                backing,
                extensions,
                ByteBuffer.allocate(0));
    }

    static void requireNameFits(String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > Qcow2Header.MAX_BACKING_NAME_BYTES || name.isEmpty()) {
            throw new ImageException(
                    Kind.INVALID,
                    "the name of a backing file has 1 to " + Qcow2Header.MAX_BACKING_NAME_BYTES + " bytes, not "
                            + bytes);
        }
    }

    private Qcow2Header.Features features() {
        long incompatible = 0;
        incompatible |= options.dataFile().isPresent() ? Qcow2Header.DATA_FILE : 0;
        incompatible |= options.compression() != Compression.ZLIB ? Qcow2Header.COMPRESSION : 0;
        incompatible |= options.extendedL2() ? Qcow2Header.SUBCLUSTERS : 0;
        return new Qcow2Header.Features(
                incompatible,
                options.lazyRefcounts() ? Qcow2Header.LAZY_REFCOUNTS : 0,
                options.rawDataFile() ? Qcow2Header.RAW_DATA_FILE : 0);
    }
}
