package dev.posada.image;

/** Something about an image failed; the message is one line and names the image. */
public final class ImageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What kind of failure it is, to branch on. */
    public enum Kind {
        /** No such file. */
        NOT_FOUND,
        /** The file exists already. */
        EXISTS,
        /** The process may not read or write the file. */
        DENIED,
        /** The image contradicts its format, or ends too early. */
        CORRUPT,
        /** The image is fine, but uses something we cannot do. */
        UNSUPPORTED,
        /** Another process, such as a running guest, uses the image. */
        IN_USE,
        /** The file system is full, or the file may not grow. */
        NO_SPACE,
        /** What was asked for makes no sense: a size, an option, a range. */
        INVALID,
        /** The device or file system failed. */
        FAILED
    }

    private final Kind kind;

    public ImageException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public ImageException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
