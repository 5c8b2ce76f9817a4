package dev.posada.image;

/**
 * How a disk is copied into an image.
 *
 * @param target the image to be made; its size counts, and may be larger than the source's. When it has a backing image, only what the
 *     source's top image has is copied
 * @param onto whether the image is made first
 * @param compress whether clusters are stored compressed; the format must be able to
 * @param sparseBytes so many zeroes in a row are not stored as data; 0 stores everything
 * @param durable whether the copy survives a power cut right afterwards; without, the system writes it in its own time
 * @param threads how many read, compress and write, at least 1
 */
public record ConvertRequest(
        CreateRequest target, Onto onto, boolean compress, int sparseBytes, boolean durable, int threads) {
    /** What is there before. */
    public enum Onto {
        /** The image is made; it gets its name when it is complete. */
        NEW_IMAGE,
        /** The image exists, with any content, and at least of the source's size. */
        EXISTING_IMAGE,
        /** The image exists, and all of it reads as zeroes. */
        EXISTING_ZEROES
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
        return new ConvertRequest(target, Onto.NEW_IMAGE, false, SPARSE_BYTES, true, threads);
    }

    public ConvertRequest compressed() {
        return new ConvertRequest(target, onto, true, sparseBytes, durable, threads);
    }

    public ConvertRequest onto(Onto other) {
        return new ConvertRequest(target, other, compress, sparseBytes, durable, threads);
    }

    public ConvertRequest sparseFrom(int bytes) {
        return new ConvertRequest(target, onto, compress, bytes, durable, threads);
    }

    public ConvertRequest notDurable() {
        return new ConvertRequest(target, onto, compress, sparseBytes, false, threads);
    }

    public ConvertRequest withThreads(int count) {
        return new ConvertRequest(target, onto, compress, sparseBytes, durable, count);
    }
}
