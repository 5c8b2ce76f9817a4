package dev.posada.generator;

import dev.posada.generator.InterfaceFile.EnumType;
import dev.posada.generator.InterfaceFile.Field;
import dev.posada.generator.InterfaceFile.Group;
import dev.posada.generator.InterfaceFile.Procedure;
import dev.posada.generator.InterfaceFile.Struct;
import dev.posada.generator.InterfaceFile.UnionType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** All interface files together: finds what a name means in a file, its own declarations before the shared ones. */
final class Catalog {

    /** The file whose declarations every other file sees, and whose Java names carry no prefix. */
    static final String SHARED = "net";

    /** The limit of every string of the protocol, in bytes. */
    static final int MAX_STRING_BYTES = 4_194_304;

    private final List<InterfaceFile> files;
    private final Map<String, Map<String, Object>> declarations = new HashMap<>();

    Catalog(List<InterfaceFile> files) {
        this.files = List.copyOf(files);
        for (InterfaceFile file : files) {
            var own = new HashMap<String, Object>();
            file.enums().forEach(type -> declare(file, own, type.name(), type));
            file.unions().forEach(type -> declare(file, own, type.name(), type));
            structs(file).forEach(struct -> declare(file, own, struct.name(), struct));
            declarations.put(file.name(), own);
        }
    }

    private static void declare(InterfaceFile file, Map<String, Object> own, String name, Object type) {
        if (own.put(name, type) != null) {
            throw new InterfaceException(file.name(), 0, name + " is declared twice");
        }
    }

    List<InterfaceFile> files() {
        return files;
    }

    /** The files that describe a program, which is all but the shared one. */
    List<InterfaceFile> programs() {
        return files.stream().filter(file -> file.program().isPresent()).toList();
    }

    /** Every struct of a file in the order of the file, those written inside procedures included. */
    static List<Struct> structs(InterfaceFile file) {
        var structs = new ArrayList<>(file.structs());
        procedures(file)
                .flatMap(procedure -> Stream.of(procedure.args(), procedure.ret(), procedure.msg()))
                .forEach(part -> part.ifPresent(structs::add));
        return structs;
    }

    static Stream<Procedure> procedures(InterfaceFile file) {
        return file.groups().stream().map(Group::procedures).flatMap(List::stream);
    }

    /** The Java name of a struct, union or enumeration as seen from a file. */
    String javaName(InterfaceFile file, String name) {
        if (declaration(file.name(), name)) {
            return javaPrefix(file) + Names.upperCamel(name);
        }
        if (declaration(SHARED, name)) {
            return Names.upperCamel(name);
        }
        throw new InterfaceException(file.name(), 0, "unknown type " + name);
    }

    static String javaPrefix(InterfaceFile file) {
        return file.name().equals(SHARED) ? "" : Names.upperCamel(file.name());
    }

    /** The value of a limit: a number as it stands, or one of the file's named limits. */
    int limit(InterfaceFile file, String limit) {
        if (Character.isDigit(limit.charAt(0))) {
            return Integer.parseInt(limit);
        }
        Integer value = file.limits().get(limit);
        if (value == null) {
            throw new InterfaceException(file.name(), 0, "unknown limit " + limit);
        }
        return value;
    }

    /** The size of the smallest value of a type, which bounds how many can be in what is left of a message. */
    int minBytes(InterfaceFile file, WireType type) {
        return switch (type) {
            case WireType.Scalar scalar -> scalar.bytes();
            case WireType.Octets(String limit, boolean fixed) -> fixed ? 4 * limit(file, limit) : 4;
            case WireType.Text _, WireType.Bytes _, WireType.Maybe _, WireType.Many _ -> 4;
            case WireType.Named(String name) -> minBytes(file, resolve(file, name));
        };
    }

    private int minBytes(InterfaceFile file, Object declared) {
        return switch (declared) {
            case EnumType _ -> 4;
            case UnionType union ->
                4
                        + union.arms().stream()
                                .mapToInt(arm -> minBytes(file, arm.type()))
                                .min()
                                .orElse(0);
            case Struct struct ->
                struct.fields().stream()
                        .map(Field::type)
                        .mapToInt(type -> minBytes(file, type))
                        .sum();
            default -> throw new IllegalStateException("not a declaration: " + declared);
        };
    }

    private Object resolve(InterfaceFile file, String name) {
        for (String scope : List.of(file.name(), SHARED)) {
            Object declared = declarations.getOrDefault(scope, Map.of()).get(name);
            if (declared != null) {
                return declared;
            }
        }
        throw new InterfaceException(file.name(), 0, "unknown type " + name);
    }

    private boolean declaration(String file, String name) {
        return declarations.getOrDefault(file, Map.of()).containsKey(name);
    }
}
