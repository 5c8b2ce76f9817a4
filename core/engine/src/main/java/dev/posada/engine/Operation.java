package dev.posada.engine;

/**
 * A call as access is checked for it.
 *
 * @param api the public function's name, as {@code virDomainCreate}; it stands in the refusal
 * @param readOnly whether a read-only connection may make it
 */
public record Operation(String api, boolean readOnly) {
    /** A call that only looks. */
    public static Operation query(String api) {
        return new Operation(api, true);
    }

    /** A call that changes something or shows what not everybody may see. */
    public static Operation change(String api) {
        return new Operation(api, false);
    }
}
