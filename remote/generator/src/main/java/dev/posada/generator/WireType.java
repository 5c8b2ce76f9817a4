package dev.posada.generator;

/** The type of a field as written in an interface file, names not yet resolved. */
sealed interface WireType {

    /** Types with a fixed encoding of their own. */
    enum Scalar implements WireType {
        INT("int", "int", "int32", 4),
        UINT("uint", "int", "int32", 4),
        HYPER("hyper", "long", "int64", 8),
        UHYPER("uhyper", "long", "int64", 8),
        DOUBLE("double", "double", "float64", 8),
        BOOL("bool", "boolean", "bool", 4),
        CHAR("char", "int", "octet", 4),
        UCHAR("uchar", "int", "octet", 4),
        USHORT("ushort", "int", "uint16", 4),
        UUID("uuid", "UUID", "uuid", 16);

        private final String notation;
        private final String javaName;
        private final String codec;
        private final int bytes;

        Scalar(String notation, String javaName, String codec, int bytes) {
            this.notation = notation;
            this.javaName = javaName;
            this.codec = codec;
            this.bytes = bytes;
        }

        String notation() {
            return notation;
        }

        String javaName() {
            return javaName;
        }

        /** The method of XdrReader and XdrWriter that carries it. */
        String codec() {
            return codec;
        }

        int bytes() {
            return bytes;
        }
    }

    /** UTF-8 text, at most as long as any string of the protocol. */
    record Text() implements WireType {}

    /** Counted bytes. */
    record Bytes(String limit) implements WireType {}

    /** Characters that fill a word each; exactly as many as the limit says when fixed. */
    record Octets(String limit, boolean fixed) implements WireType {}

    /** A struct, union or enumeration. */
    record Named(String name) implements WireType {}

    record Maybe(WireType of) implements WireType {}

    record Many(WireType of, String limit) implements WireType {}
}
