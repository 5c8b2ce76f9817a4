package dev.posada.qmp;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A JSON value (RFC 8259), immutable. Members keep their order; numbers are kept exactly if they are whole and fit 64 bits,
 * signed or unsigned, as QEMU reads them.
 *
 * <p>The accessors that name a type ({@link #text}, {@link #integer}, …) are for replies whose form is known; they throw a
 * {@link QmpException} of kind {@code MALFORMED} when the value is of another type. {@code toString} is the compact text.
 */
public sealed interface Json {
    /** An object; equal to another with the same members in any order. */
    record ObjectValue(SequencedMap<String, Json> members) implements Json {
        /** The object without members. */
        public static final ObjectValue EMPTY = new ObjectValue(new LinkedHashMap<>());

        public ObjectValue {
            members = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(members));
        }

        @Override
        public Optional<Json> member(String name) {
            return Optional.ofNullable(members.get(name));
        }

        /** A copy with the member set; one that exists keeps its place. */
        public ObjectValue with(String name, Json value) {
            var copy = new LinkedHashMap<>(members);
            copy.put(name, value);
            return new ObjectValue(copy);
        }

        /** A copy with the member set to a string. */
        public ObjectValue with(String name, String value) {
            return with(name, new TextValue(value));
        }

        /** A copy with the member set to a number. */
        public ObjectValue with(String name, long value) {
            return with(name, new IntegerValue(value));
        }

        /** A copy with the member set to true or false. */
        public ObjectValue with(String name, boolean value) {
            return with(name, new BooleanValue(value));
        }

        @Override
        public String toString() {
            return JsonWriter.text(this);
        }
    }

    /** An array. */
    record ArrayValue(List<Json> elements) implements Json {
        public ArrayValue {
            elements = List.copyOf(elements);
        }

        @Override
        public String toString() {
            return JsonWriter.text(this);
        }
    }

    /** A string; may hold any characters, also surrogates without their other half. */
    record TextValue(String value) implements Json {
        @Override
        public String toString() {
            return JsonWriter.text(this);
        }
    }

    /** A whole number from -2^63 to 2^63-1. */
    record IntegerValue(long value) implements Json {
        @Override
        public String toString() {
            return JsonWriter.text(this);
        }
    }

    /**
     * A whole number from 2^63 to 2^64-1.
     *
     * @param bits the number as an unsigned long, thus negative
     */
    record UnsignedValue(long bits) implements Json {
        public UnsignedValue {
            if (bits >= 0) {
                throw new IllegalArgumentException(bits + " fits an integer");
            }
        }

        @Override
        public String toString() {
            return JsonWriter.text(this);
        }
    }

    /** Any other number, finite. */
    record RealValue(double value) implements Json {
        public RealValue {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("JSON has no " + value);
            }
        }

        @Override
        public String toString() {
            return JsonWriter.text(this);
        }
    }

    /** True or false. */
    record BooleanValue(boolean value) implements Json {
        @Override
        public String toString() {
            return JsonWriter.text(this);
        }
    }

    /** Null. */
    record NullValue() implements Json {
        @Override
        public String toString() {
            return JsonWriter.text(this);
        }
    }

    /** An object without members, to be filled by {@link ObjectValue#with}. */
    static ObjectValue object() {
        return ObjectValue.EMPTY;
    }

    static TextValue of(String value) {
        return new TextValue(value);
    }

    static IntegerValue of(long value) {
        return new IntegerValue(value);
    }

    static BooleanValue of(boolean value) {
        return new BooleanValue(value);
    }

    static ArrayValue array(List<? extends Json> elements) {
        return new ArrayValue(new ArrayList<>(elements));
    }

    /**
     * Reads a text that is one value and nothing else.
     *
     * @throws QmpException MALFORMED when it is not, or exceeds {@link JsonLimits#MONITOR}
     */
    static Json parse(String text) {
        return JsonReader.parse(text, JsonLimits.MONITOR);
    }

    /** This value as an object; MALFORMED when it is none. */
    default ObjectValue asObject() {
        if (this instanceof ObjectValue object) {
            return object;
        }
        throw mismatch("an object");
    }

    /** This object's member; empty when this is no object or has none of that name. */
    default Optional<Json> member(String name) {
        return Optional.empty();
    }

    /**
     * This object's member.
     *
     * @throws QmpException MALFORMED when this is no object or has none of that name
     */
    default Json required(String name) {
        return member(name).orElseThrow(() -> mismatch("an object with \"" + name + "\""));
    }

    /** This array's elements; MALFORMED when it is none. */
    default List<Json> elements() {
        throw mismatch("an array");
    }

    /** This string; MALFORMED when it is none. */
    default String text() {
        if (this instanceof TextValue(String value)) {
            return value;
        }
        throw mismatch("a string");
    }

    /** This whole number within 63 bits and sign; MALFORMED when it is none. */
    default long integer() {
        if (this instanceof IntegerValue(long value)) {
            return value;
        }
        throw mismatch("a signed 64-bit number");
    }

    /** This whole number as the bits of an unsigned 64-bit number; MALFORMED when it is none or negative. */
    default long unsigned() {
        if (this instanceof UnsignedValue(long bits)) {
            return bits;
        }
        if (this instanceof IntegerValue(long value) && value >= 0) {
            return value;
        }
        throw mismatch("an unsigned 64-bit number");
    }

    /** This number, rounded if need be; MALFORMED when it is none. */
    default double real() {
        return switch (this) {
            case RealValue(double value) -> value;
            case IntegerValue(long value) -> value;
            case UnsignedValue(long bits) -> (double) (bits >>> 1) * 2;
            case ObjectValue _, ArrayValue _, TextValue _, BooleanValue _, NullValue _ -> throw mismatch("a number");
        };
    }

    /** This truth value; MALFORMED when it is none. */
    default boolean truth() {
        if (this instanceof BooleanValue(boolean value)) {
            return value;
        }
        throw mismatch("true or false");
    }

    private QmpException mismatch(String expected) {
        return QmpException.malformed("expected " + expected + ", found " + brief(this));
    }

    /** Enough of a value to recognise it in a message. */
    static String brief(Json value) {
        String text = JsonWriter.text(value);
        int lengthMax = 200;
        return text.length() <= lengthMax ? text : text.substring(0, lengthMax) + "…";
    }
}
