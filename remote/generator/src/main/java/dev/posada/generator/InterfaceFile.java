package dev.posada.generator;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;

/**
 * One interface file: what a program, or all programs together, put on the wire.
 *
 * @param name the file's name without suffix; also the prefix of generated classes, unless it is the shared file
 * @param program empty for the shared file
 * @param limits the named limits of lengths and counts
 */
record InterfaceFile(
        String name,
        Optional<Program> program,
        SortedMap<String, Integer> limits,
        List<EnumType> enums,
        List<UnionType> unions,
        List<Struct> structs,
        List<Group> groups) {

    record Program(int number, int version) {}

    record EnumType(String name, List<Constant> constants) {}

    record Constant(String name, int value) {}

    record UnionType(String name, List<Arm> arms) {}

    record Arm(int discriminant, String name, WireType type) {}

    record Struct(String name, List<Field> fields) {}

    record Field(String name, WireType type) {}

    record Group(String name, String description, List<Procedure> procedures) {}

    /** How a procedure is carried: {@code duplex} is a stream in both directions. */
    enum Kind {
        CALL,
        UPLOAD,
        DOWNLOAD,
        DUPLEX,
        EVENT,
        MESSAGE;

        boolean isCall() {
            return this != EVENT && this != MESSAGE;
        }

        boolean isStream() {
            return isCall() && this != CALL;
        }
    }

    /** Which way file descriptors accompany a call. */
    enum Descriptors {
        NONE,
        IN,
        OUT,
        BOTH
    }

    /** An argument value for which a call is refused to read-only connections although it is otherwise allowed. */
    record Condition(String field, boolean mask, int value) {}

    record EventKey(String objectClass, int id, boolean withCallbackId) {}

    record Procedure(
            Kind kind,
            int number,
            String name,
            Traits traits,
            Optional<Struct> args,
            Optional<Struct> ret,
            Optional<Struct> msg) {}

    record Traits(
            Optional<String> apiName,
            boolean highPriority,
            boolean readOnlyAllowed,
            Optional<Condition> refusedIf,
            String origin,
            Descriptors descriptors,
            OptionalInt sparseFlag,
            Optional<EventKey> event) {}
}
