package dev.posada.model;

/**
 * A named value with its type, as libvirt's typed parameters carry figures and settings.
 *
 * @param name at most 79 bytes
 * @param value the value in one of the seven types
 */
public record TypedParameter(String name, Value value) {

    /** The value: exactly the types of {@code virTypedParameterType}. */
    public sealed interface Value {}

    /** Type 1: 32 bits, signed. */
    public record IntValue(int value) implements Value {}

    /** Type 2: 32 bits, unsigned, in the bits of an int. */
    public record UintValue(int value) implements Value {}

    /** Type 3: 64 bits, signed. */
    public record LlongValue(long value) implements Value {}

    /** Type 4: 64 bits, unsigned, in the bits of a long. */
    public record UllongValue(long value) implements Value {}

    /** Type 5. */
    public record DoubleValue(double value) implements Value {}

    /** Type 6. */
    public record BooleanValue(boolean value) implements Value {}

    /** Type 7. */
    public record StringValue(String value) implements Value {}

    public static TypedParameter ofInt(String name, int value) {
        return new TypedParameter(name, new IntValue(value));
    }

    public static TypedParameter ofUnsigned(String name, int value) {
        return new TypedParameter(name, new UintValue(value));
    }

    public static TypedParameter ofLong(String name, long value) {
        return new TypedParameter(name, new LlongValue(value));
    }

    public static TypedParameter ofUnsigned(String name, long value) {
        return new TypedParameter(name, new UllongValue(value));
    }

    public static TypedParameter ofDouble(String name, double value) {
        return new TypedParameter(name, new DoubleValue(value));
    }

    public static TypedParameter ofBoolean(String name, boolean value) {
        return new TypedParameter(name, new BooleanValue(value));
    }

    public static TypedParameter ofText(String name, String value) {
        return new TypedParameter(name, new StringValue(value));
    }
}
