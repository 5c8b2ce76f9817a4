package dev.posada.qmp;

/**
 * What one message may cost.
 *
 * @param bytesMax length of its text
 * @param depthMax how deep objects and arrays may be nested
 * @param valuesMax how many values it may hold: short ones take far more memory than text
 */
public record JsonLimits(int bytesMax, int depthMax, int valuesMax) {
    /** For QEMU's own messages: its schema, the largest reply known, has 200 KiB and 20,000 values. */
    public static final JsonLimits MONITOR = new JsonLimits(64 << 20, 64, 1_000_000);

    /** For what a guest sends, which may be hostile: enough for a file read of 12 MiB in base64. */
    public static final JsonLimits GUEST = new JsonLimits(16 << 20, 64, 100_000);

    public JsonLimits {
        if (bytesMax < 1 || depthMax < 1 || valuesMax < 1) {
            throw new IllegalArgumentException("limits are at least 1");
        }
    }
}
