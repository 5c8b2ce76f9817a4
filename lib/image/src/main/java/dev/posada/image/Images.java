package dev.posada.image;

import dev.posada.image.ImageException.Kind;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The door to disk images: what they are, what they say, how they are made and opened.
 *
 * <p>Raw is read and written, like qcow2 and vdi; vmdk, vpc and vhdx are read. Safe for use by several threads.
 */
public final class Images {
    /** So much of a file is looked at to recognise its format. */
    static final int HEAD_BYTES = 512;

    private Images() {}

    /**
     * The format that the content has; raw if it is no other. Do not trust this for a disk that a guest may write as raw.
     *
     * @throws ImageException when the file cannot be read
     */
    public static Format probe(Path path) {
        try (var file = ImageFile.open(path, false)) {
            return probe(file);
        }
    }

    static Format probe(ImageFile file) {
        var head = ByteBuffer.allocate(HEAD_BYTES);
        file.readAvailable(0, head);
        head.flip();
        for (var format : Format.values()) {
            if (format != Format.RAW && Formats.support(format).recognises(head, file)) {
                return format;
            }
        }
        return Format.RAW;
    }

    /**
     * Reads what an image says about itself, whether or not others use it.
     *
     * @param declared the format it has; if empty the content decides
     * @throws ImageException CORRUPT when the content is not of the format
     */
    public static ImageDescription describe(Path path, Optional<Format> declared) {
        try (var file = ImageFile.open(path, false)) {
            return describe(file, declared);
        }
    }

    private static ImageDescription describe(ImageFile file, Optional<Format> declared) {
        return Formats.support(declared.orElseGet(() -> probe(file))).describe(file);
    }

    /**
     * Describes an image and those below it, from top to base.
     *
     * @throws ImageException as {@link #open} has for chains
     */
    public static List<ImageDescription> describeChain(Path path, Optional<Format> declared, Bounds bounds) {
        var descriptions = new ArrayList<ImageDescription>();
        var files = new ArrayList<ImageFile>();
        try {
            var next = path;
            var format = declared;
            while (true) {
                var file = ImageFile.open(next, false);
                files.add(file);
                requireNoLoop(files);
                var description = describe(file, format);
                descriptions.add(description);
                var below = description.backing();
                if (below.isEmpty()) {
                    return descriptions;
                }
                if (descriptions.size() >= bounds.chainLength()) {
                    throw new ImageException(
                            Kind.INVALID,
                            "the backing chain of " + path + " has more than " + bounds.chainLength() + " images");
                }
                format = Optional.of(Backing.format(below.get(), next));
                next = Backing.resolve(below.get().name(), next);
            }
        } finally {
            files.forEach(ImageFile::close);
        }
    }

    /**
     * Opens the guest's disk in an image.
     *
     * @throws ImageException NOT_FOUND, DENIED; IN_USE when a lock is in the way; CORRUPT or UNSUPPORTED for the image or one
     *     below it; INVALID for a chain that is too long
     */
    public static Disk open(Path path, OpenOptions options) {
        return openLayer(path, options, List.of(), Optional.empty());
    }

    /** Opens an image of a chain; the images above it, top first, tell loops. */
    static Disk openLayer(Path path, OpenOptions options, List<ImageFile> above, Optional<Path> overlay) {
        ImageFile file;
        try {
            file = ImageFile.open(path, !options.readOnly());
        } catch (ImageException e) {
            throw overlay.isEmpty()
                    ? e
                    : new ImageException(e.kind(), "backing file of " + overlay.get() + ": " + e.getMessage(), e);
        }
        try {
            var chain = new ArrayList<>(above);
            chain.add(file);
            requireNoLoop(chain);
            var format = options.format().orElseGet(() -> probe(file));
            if (options.lock()) {
                lock(file, options.readOnly(), format == Format.RAW && above.isEmpty());
            }
            return Formats.support(format).open(file, new OpenContext(options, chain));
        } catch (RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    /** Opens a file that belongs to an image but is none itself. */
    static ImageFile openFile(Path path, boolean readOnly, boolean lock, boolean raw) {
        var file = ImageFile.open(path, !readOnly);
        try {
            if (lock) {
                lock(file, readOnly, raw);
            }
            return file;
        } catch (RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    private static void lock(ImageFile file, boolean readOnly, boolean raw) {
        if (!readOnly) {
            file.lock(QemuLocks.Purpose.WRITE);
        } else {
            file.lock(raw ? QemuLocks.Purpose.READ_SHARED : QemuLocks.Purpose.READ);
        }
    }

    private static void requireNoLoop(List<ImageFile> chain) {
        var last = chain.getLast();
        var status = last.status();
        for (var earlier : chain.subList(0, chain.size() - 1)) {
            if (earlier.status().isSameFile(status)) {
                throw new ImageException(
                        Kind.CORRUPT,
                        "the backing chain of " + chain.getFirst() + " comes back to " + last + ": it has no end");
            }
        }
    }

    /** Whether images of a format have a structure that {@link #check} can look at. */
    public static boolean isCheckable(Format format) {
        return format == Format.QCOW2 || format == Format.VDI;
    }

    /**
     * Checks the structure of an image.
     *
     * @param options its format, whose content decides if it is empty, and whether locks count
     * @param repair what may be mended
     * @throws ImageException UNSUPPORTED when the format has nothing to check; CORRUPT when not even the header can be understood
     */
    public static CheckResult check(Path path, OpenOptions options, CheckResult.Repair repair) {
        var format = options.format().orElseGet(() -> probe(path));
        return switch (format) {
            case QCOW2 -> Qcow2Images.check(path, options.withFormat(format), repair);
            case VDI -> {
                try (var file = openFile(path, repair == CheckResult.Repair.NONE, options.lock(), false)) {
                    yield VdiCheck.check(file, options.bounds(), repair);
                }
            }
            case RAW, VMDK, VPC, VHDX, LUKS, QCOW, QED, PARALLELS, DMG, BOCHS, CLOOP ->
                throw new ImageException(Kind.UNSUPPORTED, "This image format does not support checks");
        };
    }

    /**
     * Makes an image. It gets its name when it is complete: a failure leaves nothing, and what was there before stays.
     *
     * @throws ImageException EXISTS unless it may be replaced; INVALID for options that cannot be; NO_SPACE; what {@link
     *     #describe} throws about the backing image
     */
    public static void create(Path path, CreateRequest request) {
        try (var target = NewFile.at(path, request.replace())) {
            createIn(target, path, request);
            target.publish(true);
        }
    }

    private static void createIn(NewFile target, Path path, CreateRequest request) {
        if (request.backing().isPresent()) {
            var below = Backing.resolve(request.backing().get(), path);
            for (var image : describeChain(below, request.backingFormat(), Bounds.DEFAULT)) {
                if (target.isAt(image.path())) {
                    throw new ImageException(Kind.INVALID, path + " cannot be based on itself");
                }
            }
        }
        Formats.support(request.format()).create(target.file(), request);
    }

    /**
     * Copies what a guest sees of a disk into an image. A new image gets its name when it is complete: a failure leaves nothing, and
     * what was there before stays. The source must not change meanwhile and stays the caller's.
     *
     * @throws ImageException what {@link #create}, {@link #open} and reading throw; UNSUPPORTED when the format cannot compress
     */
    public static void convert(Disk source, Path target, ConvertRequest request, Progress progress) {
        requireBitmaps(source, request);
        switch (request.onto()) {
            case NEW_IMAGE -> convertToNew(source, target, request, progress);
            case EXISTING_IMAGE -> convertToExisting(source, target, request, false, progress);
            case EXISTING_ZEROES -> convertToExisting(source, target, request, true, progress);
        }
    }

    private static void convertToNew(Disk source, Path path, ConvertRequest request, Progress progress) {
        var image = request.target();
        try (var target = NewFile.at(path, image.replace())) {
            requireElsewhere(source, target);
            createIn(target, path, image);
            var again = target.openAgain();
            try (var disk = openNew(again, image.format())) {
                if (!request.durable()) {
                    again.forgoDurability();
                }
                boolean zeroed = !target.inPlace() || image.format() != Format.RAW;
                new Conversion(source, disk, request, zeroed, progress).run();
                copyBitmaps(source, disk, request);
            }
            target.publish(request.durable());
        }
    }

    /** Refuses, before anything is copied, what {@link #copyBitmaps} would. */
    private static void requireBitmaps(Disk source, ConvertRequest request) {
        if (request.bitmaps() == ConvertRequest.Bitmaps.NONE) {
            return;
        }
        if (!(source instanceof Qcow2Disk from) || request.target().format() != Format.QCOW2) {
            throw new ImageException(Kind.UNSUPPORTED, "bitmaps are copied from a qcow2 image to a qcow2 image");
        }
        for (var each : Qcow2BitmapChanges.bitmaps(from.image())) {
            if (each.inUse() && request.bitmaps() == ConvertRequest.Bitmaps.ALL) {
                throw new ImageException(
                        Kind.UNSUPPORTED,
                        "Cannot copy inconsistent bitmap '" + each.name()
                                + "'; try --skip-broken-bitmaps, or remove it with the verb bitmap");
            }
        }
    }

    private static void copyBitmaps(Disk source, Disk target, ConvertRequest request) {
        if (request.bitmaps() != ConvertRequest.Bitmaps.NONE
                && source instanceof Qcow2Disk from
                && target instanceof Qcow2Disk to) {
            to.copyBitmaps(from.image());
        }
    }

    private static void requireElsewhere(Disk source, NewFile target) {
        for (var layer = Optional.of(source);
                layer.isPresent();
                layer = layer.get().backing()) {
            if (target.isAt(layer.get().path())) {
                throw new ImageException(Kind.INVALID, layer.get().path() + " cannot be converted onto itself");
            }
        }
    }

    private static Disk openNew(ImageFile file, Format format) {
        try {
            return Formats.support(format)
                    .open(file, new OpenContext(OpenOptions.WRITING.withFormat(format), List.of(file)));
        } catch (RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    private static void convertToExisting(
            Disk source, Path path, ConvertRequest request, boolean zeroed, Progress progress) {
        try (var disk =
                open(path, OpenOptions.WRITING.withFormat(request.target().format()))) {
            new Conversion(source, disk, request, zeroed, progress).run();
            copyBitmaps(source, disk, request);
        }
    }

    /** Refuses options that a format does not know. */
    static void requireKnown(CreateRequest request, Set<String> known) {
        for (var option : request.options().keySet()) {
            if (!known.contains(option)) {
                throw new ImageException(
                        Kind.INVALID, "the format " + request.format() + " has no option \"" + option + "\"");
            }
        }
    }

    /**
     * The value of an option that is on or off.
     *
     * @throws ImageException INVALID when it is neither
     */
    static boolean flag(CreateRequest request, String option, boolean otherwise) {
        var value = request.options().get(option);
        if (value == null) {
            return otherwise;
        }
        return switch (value) {
            case "on", "yes", "true", "y" -> true;
            case "off", "no", "false", "n" -> false;
            default ->
                throw new ImageException(Kind.INVALID, "the option " + option + " is on or off, not \"" + value + "\"");
        };
    }

    /** Refuses a backing image for formats that cannot have one. */
    static void refuseBacking(CreateRequest request) {
        if (request.backing().isPresent()) {
            throw new ImageException(
                    Kind.INVALID, "an image of the format " + request.format() + " has no backing file");
        }
    }
}
