package dev.posada.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/** The value of a secret. Its text form does not show it, so that no log or message can by mistake. */
public final class SecretValue {
    private final byte[] bytes;

    private SecretValue(byte[] bytes) {
        this.bytes = bytes;
    }

    public static SecretValue of(byte[] bytes) {
        return new SecretValue(bytes.clone());
    }

    /** The bytes, for the caller alone. */
    public byte[] bytes() {
        return bytes.clone();
    }

    public boolean isEmpty() {
        return bytes.length == 0;
    }

    /** The bytes as base64 text without line breaks. */
    public String base64() {
        return new String(Base64.getEncoder().encode(bytes), StandardCharsets.US_ASCII);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SecretValue value && Arrays.equals(bytes, value.bytes);
    }

    /** Says nothing of the value: a hash of a short password would tell it. */
    @Override
    public int hashCode() {
        return SecretValue.class.hashCode();
    }

    @Override
    public String toString() {
        return "(a secret)";
    }
}
