package dev.posada.posix;

/** A system call refused; carries its name, the object it was asked about and the error number. */
public final class PosixException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String call;
    private final String object;
    private final int errno;

    /**
     * @param call the function, such as {@code bind}
     * @param object what it was asked about: a path, "process 12", …; may be empty
     * @param errno positive error number
     */
    public PosixException(String call, String object, int errno) {
        super(call + (object.isEmpty() ? "" : " " + object) + ": " + Errno.description(errno) + " ("
                + Errno.symbol(errno) + ")");
        this.call = call;
        this.object = object;
        this.errno = errno;
    }

    /** The function that failed. */
    public String call() {
        return call;
    }

    /** What the function was asked about; may be empty. */
    public String object() {
        return object;
    }

    /** The error number; see {@link Errno}. */
    public int errno() {
        return errno;
    }

    /** The symbolic name of the error number, such as {@code EADDRINUSE}. */
    public String symbol() {
        return Errno.symbol(errno);
    }
}
