package dev.posada.generator;

import dev.posada.generator.InterfaceFile.Field;
import dev.posada.generator.InterfaceFile.Struct;
import java.util.stream.Collectors;

/** Writes one struct as a record that decodes and encodes itself. */
final class StructSource {

    private final Catalog catalog;
    private final InterfaceFile file;

    StructSource(Catalog catalog, InterfaceFile file) {
        this.catalog = catalog;
        this.file = file;
    }

    /**
     * The record's file.
     *
     * @param implementing what the record is besides a message, or nothing
     */
    JavaFile write(Struct struct, String description, String implementing) {
        String name = catalog.javaName(file, struct.name());
        var text = new StringBuilder();
        text.append("/** ").append(description).append(" */\n");
        text.append("public record ").append(name).append("(");
        text.append(struct.fields().stream()
                .map(field -> javaType(field.type()) + " " + Names.lowerCamel(field.name()))
                .collect(Collectors.joining(", ")));
        text.append(") implements ").append(implementing).append(" {\n");
        writeConstructor(text, struct, name);
        writeDecode(text, struct, name);
        writeEncode(text, struct);
        writeListReaders(text, struct);
        text.append("}\n");
        return JavaFile.of(name, text.toString());
    }

    private static void writeConstructor(StringBuilder text, Struct struct, String name) {
        if (struct.fields().stream().noneMatch(field -> field.type() instanceof WireType.Many)) {
            return;
        }
        text.append("\n    public ").append(name).append(" {\n");
        for (Field field : struct.fields()) {
            if (field.type() instanceof WireType.Many) {
                String java = Names.lowerCamel(field.name());
                text.append("        ")
                        .append(java)
                        .append(" = List.copyOf(")
                        .append(java)
                        .append(");\n");
            }
        }
        text.append("    }\n");
    }

    private void writeDecode(StringBuilder text, Struct struct, String name) {
        text.append("\n    /** Reads one from the wire. */\n");
        text.append("    public static ").append(name).append(" decode(XdrReader in) {\n");
        text.append("        return new ").append(name).append("(\n");
        text.append(struct.fields().stream()
                .map(field -> "                " + reading(field.name(), field.type()))
                .collect(Collectors.joining(",\n")));
        text.append(");\n    }\n");
    }

    private void writeEncode(StringBuilder text, Struct struct) {
        text.append("\n    @Override\n    public void encode(XdrWriter out) {\n");
        for (Field field : struct.fields()) {
            String java = Names.lowerCamel(field.name());
            switch (field.type()) {
                case WireType.Maybe(WireType of) ->
                    text.append("        out.optional(")
                            .append(java)
                            .append(" != null);\n")
                            .append("        if (")
                            .append(java)
                            .append(" != null) {\n            ")
                            .append(writing(java, of))
                            .append(";\n        }\n");
                case WireType.Many(WireType of, String limit) ->
                    text.append("        out.count(")
                            .append(java)
                            .append(".size(), ")
                            .append(limitName(limit))
                            .append(");\n        for (var item : ")
                            .append(java)
                            .append(") {\n            ")
                            .append(writing("item", of))
                            .append(";\n        }\n");
                default ->
                    text.append("        ").append(writing(java, field.type())).append(";\n");
            }
        }
        text.append("    }\n");
    }

    private void writeListReaders(StringBuilder text, Struct struct) {
        for (Field field : struct.fields()) {
            if (field.type() instanceof WireType.Many(WireType of, String limit)) {
                String element = boxed(of);
                text.append("\n    private static List<")
                        .append(element)
                        .append("> read")
                        .append(Names.upperCamel(field.name()))
                        .append("(XdrReader in) {\n")
                        .append("        int count = in.count(")
                        .append(limitName(limit))
                        .append(", ")
                        .append(catalog.minBytes(file, of))
                        .append(");\n")
                        .append("        var items = new ArrayList<")
                        .append(element)
                        .append(">(count);\n")
                        .append("        for (int i = 0; i < count; i++) {\n            items.add(")
                        .append(reading(field.name(), of))
                        .append(");\n        }\n        return items;\n    }\n");
            }
        }
    }

    String javaType(WireType type) {
        return switch (type) {
            case WireType.Scalar scalar -> scalar.javaName();
            case WireType.Text _ -> "String";
            case WireType.Bytes _, WireType.Octets _ -> "Opaque";
            case WireType.Named(String name) -> catalog.javaName(file, name);
            case WireType.Maybe(WireType of) -> "@Nullable " + boxed(of);
            case WireType.Many(WireType of, String _) -> "List<" + boxed(of) + ">";
        };
    }

    private String boxed(WireType type) {
        return switch (javaType(type)) {
            case "int" -> "Integer";
            case "long" -> "Long";
            case "double" -> "Double";
            case "boolean" -> "Boolean";
            case String other -> other;
        };
    }

    String reading(String field, WireType type) {
        return switch (type) {
            case WireType.Scalar scalar -> "in." + scalar.codec() + "()";
            case WireType.Text _ -> "in.string(WireLimits.MAX_STRING_BYTES)";
            case WireType.Bytes(String limit) -> "in.opaque(" + limitName(limit) + ")";
            case WireType.Octets(String limit, boolean fixed) ->
                "in." + (fixed ? "octetsFixed(" : "octets(") + limitName(limit) + ")";
            case WireType.Named(String name) -> catalog.javaName(file, name) + ".decode(in)";
            case WireType.Maybe(WireType of) -> "in.optional() ? " + reading(field, of) + " : null";
            case WireType.Many _ -> "read" + Names.upperCamel(field) + "(in)";
        };
    }

    String writing(String value, WireType type) {
        return switch (type) {
            case WireType.Scalar scalar -> "out." + scalar.codec() + "(" + value + ")";
            case WireType.Text _ -> "out.string(" + value + ", WireLimits.MAX_STRING_BYTES)";
            case WireType.Bytes(String limit) -> "out.opaque(" + value + ", " + limitName(limit) + ")";
            case WireType.Octets(String limit, boolean fixed) ->
                "out." + (fixed ? "octetsFixed(" : "octets(") + value + ", " + limitName(limit) + ")";
            case WireType.Named _ -> value + ".encode(out)";
            case WireType.Maybe _, WireType.Many _ ->
                throw new InterfaceException(file.name(), 0, "optionals and arrays belong directly into a struct");
        };
    }

    private String limitName(String limit) {
        catalog.limit(file, limit);
        return Character.isDigit(limit.charAt(0)) ? limit : Catalog.javaPrefix(file) + "Limits." + limit;
    }
}
