package dev.posada.link;

import org.jspecify.annotations.Nullable;

/** Something about the host's links could not be done. The message is one line: what was tried, and the tool's words. */
public final class LinkException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Kind kind;

    /** What went wrong, to branch on. */
    public enum Kind {
        /** A program that is needed is not installed. */
        MISSING_TOOL,
        /** There is such a link, address or rule already. */
        EXISTS,
        /** There is no such link, or it went away. */
        ABSENT,
        /** We may not. */
        DENIED,
        /** The kernel of this host cannot do it. */
        UNSUPPORTED,
        /** The tool refused for another reason, or could not be run to its end. */
        FAILED
    }

    LinkException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** Never null. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
