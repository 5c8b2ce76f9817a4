package dev.posada.image;

import dev.posada.image.ImageException.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** QEMU's copy-on-write format, versions 2 and 3. */
final class Qcow2Format implements FormatSupport {
    @Override
    public boolean recognises(ByteBuffer head, ImageFile file) {
        return head.limit() >= 8 && head.getInt(0) == Qcow2Header.MAGIC && (head.getInt(4) == 2 || head.getInt(4) == 3);
    }

    @Override
    public ImageDescription describe(ImageFile file) {
        var image = Qcow2Image.open(file, false, Bounds.DEFAULT.cacheBytes());
        var header = image.header();
        var snapshots = new ArrayList<SnapshotEntry>();
        image.snapshots().forEach(each -> snapshots.add(each.entry()));
        return new ImageDescription(
                file.path(),
                Format.QCOW2,
                header.layout().size(),
                file.allocatedBytes(),
                OptionalLong.of(header.clusterBytes()),
                backing(header),
                header.encryption() != 0,
                header.has(Qcow2Header.DIRTY),
                header.has(Qcow2Header.CORRUPT),
                snapshots,
                details(image));
    }

    private static Optional<BackingReference> backing(Qcow2Header header) {
        return header.backingFile().map(name -> new BackingReference(name, header.backingFormat()));
    }

    /** What QEMU calls the format-specific information, in its order. */
    private static Map<String, Object> details(Qcow2Image image) {
        var header = image.header();
        var details = new LinkedHashMap<String, Object>();
        details.put("compat", header.version() == 2 ? "0.10" : "1.1");
        if (header.version() == 2) {
            details.put("compression-type", "zlib");
            details.put("refcount-bits", 16L);
            return details;
        }
        var bitmaps = bitmaps(image);
        details.put("compression-type", header.compression() == Compression.ZLIB ? "zlib" : "zstd");
        details.put("lazy-refcounts", header.lazyRefcounts());
        if (!bitmaps.isEmpty()) {
            details.put("bitmaps", bitmaps);
        }
        details.put("refcount-bits", (long) header.refcountBits());
        details.put("corrupt", header.has(Qcow2Header.CORRUPT));
        header.extension(Qcow2Extension.DATA_FILE)
                .filter(_ -> header.hasDataFile())
                .ifPresent(name -> details.put("data-file", name.text()));
        if (header.hasDataFile()) {
            details.put("data-file-raw", header.rawDataFile());
        }
        details.put("extended-l2", header.hasSubclusters());
        if (header.encryption() != 0) {
            details.put("encrypt", Map.of("format", header.encryption() == 2 ? "luks" : "aes"));
        }
        return details;
    }

    private static List<Map<String, Object>> bitmaps(Qcow2Image image) {
        var result = new ArrayList<Map<String, Object>>();
        boolean consistent = (image.header().features().autoclear() & Qcow2Header.BITMAPS) != 0;
        for (var each : consistent ? Qcow2Bitmap.readAll(image) : List.<Qcow2Bitmap>of()) {
            var flags = new ArrayList<String>();
            if (each.inUse()) {
                flags.add("in-use");
            }
            if (each.auto()) {
                flags.add("auto");
            }
            var bitmap = new LinkedHashMap<String, Object>();
            bitmap.put("flags", flags);
            bitmap.put("name", each.name());
            bitmap.put("granularity", 1L << each.granularityBits());
            result.add(bitmap);
        }
        return result;
    }

    @Override
    public Disk open(ImageFile file, OpenContext context) {
        boolean writable = !context.readOnly();
        return open(file, Qcow2Image.open(file, writable, context.bounds().cacheBytes()), context);
    }

    /** Opens the disk that a structure describes, of an image as it is or as a snapshot has it. */
    static Disk open(ImageFile file, Qcow2Image image, OpenContext context) {
        boolean writable = !context.readOnly();
        var header = image.header();
        if (header.encryption() != 0) {
            throw new ImageException(
                    Kind.UNSUPPORTED,
                    file + " is encrypted (" + (header.encryption() == 2 ? "LUKS" : "AES")
                            + "); its content cannot be read here");
        }
        if (writable) {
            Qcow2Opening.prepareForWriting(image);
        }
        Qcow2Opening.refuseTruncated(image);
        Optional<ImageFile> data = Optional.empty();
        Optional<Disk> backing = Optional.empty();
        try {
            if (header.hasDataFile()) {
                data = Optional.of(context.openDataFile(dataFileName(header, file)));
            }
            var reference = backing(header);
            if (reference.isPresent() && context.withBacking()) {
                backing = context.openBacking(reference.get());
            }
            return new Qcow2Disk(image, data.orElse(file), backing);
        } catch (RuntimeException | Error e) {
            data.ifPresent(ImageFile::close);
            backing.ifPresent(Disk::close);
            throw e;
        }
    }

    private static String dataFileName(Qcow2Header header, ImageFile file) {
        return header.extension(Qcow2Extension.DATA_FILE)
                .map(Qcow2Extension::text)
                .orElseThrow(() ->
                        new ImageException(Kind.CORRUPT, file + " has an external data file, but does not say which"));
    }

    @Override
    public void create(ImageFile file, CreateRequest request) {
        new Qcow2Creation(file, Qcow2Options.of(request), request).create();
    }
}
