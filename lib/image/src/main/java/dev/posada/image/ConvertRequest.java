package dev.posada.image;

import java.util.Optional;

/**
 * How a disk is copied into an image.
 *
 * @param target the image to be made; its size counts, and may be larger than the source's. When it has a backing image, only what the
 *     source's top image has is copied
 * @param onto whether the image is made first
 * @param compress whether clusters are stored compressed; the format must be able to
 * @param sparseBytes so many zeroes in a row are not stored as data; 0 stores everything
 * @param durable whether the copy survives a power cut right afterwards; without, the system writes it in its own time
 * @param bitmaps which persistent bitmaps of the source's top image are copied too
 * @param salvage hears of places that cannot be read, which become zeroes; empty to end with the first one
 * @param threads how many read, compress and write, at least 1
 */
public record ConvertRequest(
        CreateRequest target,
        Onto onto,
        boolean compress,
        int sparseBytes,
        boolean durable,
        Bitmaps bitmaps,
        Optional<ReadFailures> salvage,
        int threads) {
    /** What is there before. */
    public enum Onto {
        /** The image is made; it gets its name when it is complete. */
        NEW_IMAGE,
        /** The image exists, with any content, and at least of the source's size. */
        EXISTING_IMAGE,
        /** The image exists, and all of it reads as zeroes. */
        EXISTING_ZEROES
    }

    /** Which persistent bitmaps are copied. */
    public enum Bitmaps {
        NONE,
        /** All of them; one that is not valid is a failure before anything is copied. */
        ALL,
        /** Those that are valid. */
        VALID
    }

    /** Hears of places that cannot be read; by several threads at once. */
    @FunctionalInterface
    public interface ReadFailures {
        /** So many bytes of the disk became zeroes in the copy. */
        void at(long position, long length, ImageException cause);
    }

    /** QEMU's choice: what a file system stores at least. */
    private static final int SPARSE_BYTES = 4096;

    public ConvertRequest {
        if (threads < 1 || sparseBytes < 0) {
            throw new ImageException(
                    ImageException.Kind.INVALID,
                    "a copy with " + threads + " threads, sparse from " + sparseBytes + " bytes");
        }
    }

    /** A new, sparse image, made by all processors. */
    public static ConvertRequest to(CreateRequest target) {
        int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
        return new ConvertRequest(
                target, Onto.NEW_IMAGE, false, SPARSE_BYTES, true, Bitmaps.NONE, Optional.empty(), threads);
    }

    public ConvertRequest compressed() {
        return new ConvertRequest(target, onto, true, sparseBytes, durable, bitmaps, salvage, threads);
    }

    public ConvertRequest onto(Onto other) {
        return new ConvertRequest(target, other, compress, sparseBytes, durable, bitmaps, salvage, threads);
    }

    public ConvertRequest sparseFrom(int bytes) {
        return new ConvertRequest(target, onto, compress, bytes, durable, bitmaps, salvage, threads);
    }

    public ConvertRequest notDurable() {
        return new ConvertRequest(target, onto, compress, sparseBytes, false, bitmaps, salvage, threads);
    }

    public ConvertRequest withThreads(int count) {
        return new ConvertRequest(target, onto, compress, sparseBytes, durable, bitmaps, salvage, count);
    }

    /** Copies bitmaps too; both images must be qcow2. */
    public ConvertRequest with(Bitmaps which) {
        return new ConvertRequest(target, onto, compress, sparseBytes, durable, which, salvage, threads);
    }

    /** Goes on where the source cannot be read, with zeroes. */
    public ConvertRequest salvaging(ReadFailures listener) {
        return new ConvertRequest(
                target, onto, compress, sparseBytes, durable, bitmaps, Optional.of(listener), threads);
    }
}
