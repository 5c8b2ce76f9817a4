package dev.posada.cgroup;

/** A control group refused something; the message names the file, the value and the kernel's answer. */
public final class CgroupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CgroupException(String message) {
        super(message);
    }

    CgroupException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The message, which is never missing. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
