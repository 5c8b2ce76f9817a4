package dev.posada.image;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The image to be made.
 *
 * @param format its format
 * @param size size of the guest's disk in bytes, not negative; rounded up to what the format can express
 * @param backing file name of the backing image as it is to be written down: absolute, or relative to the new image's folder
 * @param backingFormat format of the backing image; must be given together with it
 * @param options what the format alone understands, by QEMU's names: {@code cluster_size}, {@code compat}, {@code
 *     lazy_refcounts}, …; an unknown one is refused
 * @param preallocation how much of it occupies room from the beginning
 * @param replace whether an existing file gives way; otherwise it is refused with {@link ImageException.Kind#EXISTS}
 */
public record CreateRequest(
        Format format,
        long size,
        Optional<String> backing,
        Optional<Format> backingFormat,
        Map<String, String> options,
        Preallocation preallocation,
        boolean replace) {
    public CreateRequest {
        if (size < 0) {
            throw new ImageException(ImageException.Kind.INVALID, "an image cannot have " + size + " bytes");
        }
        if (backing.isPresent() && backingFormat.isEmpty()) {
            throw new ImageException(
                    ImageException.Kind.INVALID, "the format of the backing file " + backing.get() + " must be given");
        }
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    }

    /** An empty image without backing file that replaces nothing. */
    public static CreateRequest of(Format format, long size) {
        return new CreateRequest(format, size, Optional.empty(), Optional.empty(), Map.of(), Preallocation.OFF, false);
    }

    public CreateRequest backedBy(String file, Format itsFormat) {
        return new CreateRequest(
                format, size, Optional.of(file), Optional.of(itsFormat), options, preallocation, replace);
    }

    public CreateRequest withOption(String name, String value) {
        var more = new LinkedHashMap<>(options);
        more.put(name, value);
        return new CreateRequest(format, size, backing, backingFormat, more, preallocation, replace);
    }

    public CreateRequest withOptions(Map<String, String> others) {
        return new CreateRequest(format, size, backing, backingFormat, others, preallocation, replace);
    }

    public CreateRequest withSize(long bytes) {
        return new CreateRequest(format, bytes, backing, backingFormat, options, preallocation, replace);
    }

    public CreateRequest withPreallocation(Preallocation other) {
        return new CreateRequest(format, size, backing, backingFormat, options, other, replace);
    }

    public CreateRequest replacing() {
        return new CreateRequest(format, size, backing, backingFormat, options, preallocation, true);
    }
}
