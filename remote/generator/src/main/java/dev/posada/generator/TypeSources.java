package dev.posada.generator;

import dev.posada.generator.InterfaceFile.Arm;
import dev.posada.generator.InterfaceFile.Constant;
import dev.posada.generator.InterfaceFile.EnumType;
import dev.posada.generator.InterfaceFile.UnionType;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Writes what is no struct: limits, enumerations and unions. */
final class TypeSources {

    private final Catalog catalog;
    private final InterfaceFile file;
    private final StructSource fields;

    TypeSources(Catalog catalog, InterfaceFile file) {
        this.catalog = catalog;
        this.file = file;
        this.fields = new StructSource(catalog, file);
    }

    /** The named limits of a program; empty when it has none. */
    Optional<JavaFile> limits() {
        if (file.limits().isEmpty()) {
            return Optional.empty();
        }
        String name = Catalog.javaPrefix(file) + "Limits";
        var text = new StringBuilder("/** The most elements or bytes the " + file.name()
                + " program allows in its arrays. */\npublic final class " + name + " {\n");
        for (Map.Entry<String, Integer> limit : file.limits().entrySet()) {
            text.append("    public static final int ")
                    .append(limit.getKey())
                    .append(" = ")
                    .append(limit.getValue())
                    .append(";\n");
        }
        text.append("\n    private ").append(name).append("() {}\n}\n");
        return Optional.of(JavaFile.of(name, text.toString()));
    }

    JavaFile enumeration(EnumType type) {
        String name = catalog.javaName(file, type.name());
        String constants = type.constants().stream()
                .map(constant -> "    " + Names.constant(constant.name()) + "(" + constant.value() + ")")
                .collect(Collectors.joining(",\n"));
        String cases =
                type.constants().stream().map(constant -> decodeCase(constant)).collect(Collectors.joining());
        return JavaFile.of(name, """
                /** Enumeration {@code %1$s}. */
                public enum %2$s implements XdrMessage {
                %3$s;

                    private final int number;

                    %2$s(int number) {
                        this.number = number;
                    }

                    /** The number on the wire. */
                    public int number() {
                        return number;
                    }

                    /** Reads one from the wire. */
                    public static %2$s decode(XdrReader in) {
                        int number = in.int32();
                        return switch (number) {
                %4$s            default -> throw in.unknownCase("%1$s", number);
                        };
                    }

                    @Override
                    public void encode(XdrWriter out) {
                        out.int32(number);
                    }
                }
                """.formatted(type.name(), name, constants, cases));
    }

    private static String decodeCase(Constant constant) {
        return "            case " + constant.value() + " -> " + Names.constant(constant.name()) + ";\n";
    }

    JavaFile union(UnionType type) {
        String name = catalog.javaName(file, type.name());
        String cases = type.arms().stream()
                .map(arm -> "            case " + arm.discriminant() + " -> new " + Names.upperCamel(arm.name()) + "("
                        + fields.reading("value", arm.type()) + ");\n")
                .collect(Collectors.joining());
        String arms = type.arms().stream().map(arm -> arm(name, arm)).collect(Collectors.joining());
        return JavaFile.of(name, """
                /** Union {@code %1$s}. */
                public sealed interface %2$s extends XdrMessage {

                    /** Reads one from the wire. */
                    static %2$s decode(XdrReader in) {
                        int discriminant = in.int32();
                        return switch (discriminant) {
                %3$s            default -> throw in.unknownCase("%1$s", discriminant);
                        };
                    }
                %4$s}
                """.formatted(type.name(), name, cases, arms));
    }

    private String arm(String union, Arm arm) {
        return """

                    /** Discriminant %4$d. */
                    record %1$s(%2$s value) implements %5$s {
                        @Override
                        public void encode(XdrWriter out) {
                            out.int32(%4$d);
                            %3$s;
                        }
                    }
                """.formatted(
                        Names.upperCamel(arm.name()),
                        fields.javaType(arm.type()),
                        fields.writing("value", arm.type()),
                        arm.discriminant(),
                        union);
    }
}
