package dev.posada.generator;

import dev.posada.generator.InterfaceFile.EventKey;
import dev.posada.generator.InterfaceFile.Kind;
import dev.posada.generator.InterfaceFile.Procedure;
import dev.posada.generator.InterfaceFile.Traits;
import java.util.List;
import java.util.stream.Collectors;

/** Writes the table of programs, each program's table of procedures, and its closed set of events. */
final class ProgramSources {

    private final Catalog catalog;

    ProgramSources(Catalog catalog) {
        this.catalog = catalog;
    }

    JavaFile programs() {
        String constants = catalog.programs().stream()
                .map(file -> "    %s(0x%08x, %d)"
                        .formatted(
                                Names.constant(file.name()),
                                file.program().orElseThrow().number(),
                                file.program().orElseThrow().version()))
                .collect(Collectors.joining(",\n"));
        String cases = catalog.programs().stream()
                .map(file -> "            case 0x%08x -> Optional.of(%s);\n"
                        .formatted(file.program().orElseThrow().number(), Names.constant(file.name())))
                .collect(Collectors.joining());
        String tables = catalog.programs().stream()
                .map(file -> "            case %s -> %sProcedure.of(number).map(procedure -> procedure);\n"
                        .formatted(Names.constant(file.name()), Catalog.javaPrefix(file)))
                .collect(Collectors.joining());
        return JavaFile.of("Program", """
                /** A set of procedures with a number of its own, which every message names. */
                public enum Program {
                %s;

                    private final int number;
                    private final int version;

                    Program(int number, int version) {
                        this.number = number;
                        this.version = version;
                    }

                    /** The number in message headers. */
                    public int number() {
                        return number;
                    }

                    /** The only version there is of this program. */
                    public int version() {
                        return version;
                    }

                    /** The program with this number. */
                    public static Optional<Program> of(int number) {
                        return switch (number) {
                %s            default -> Optional.empty();
                        };
                    }

                    /** The program's procedure with this number. */
                    public Optional<Procedure> procedure(int number) {
                        return switch (this) {
                %s        };
                    }
                }
                """.formatted(constants, cases, tables));
    }

    JavaFile procedures(InterfaceFile file) {
        String name = Catalog.javaPrefix(file) + "Procedure";
        String constants = file.groups().stream()
                .flatMap(group -> group.procedures().stream().map(procedure -> constant(group.name(), procedure)))
                .collect(Collectors.joining(",\n"));
        int highest = Catalog.procedures(file).mapToInt(Procedure::number).max().orElse(0);
        String groups = file.groups().stream()
                .map(group -> Names.constant(group.name()))
                .collect(Collectors.joining(", "));
        return JavaFile.of(
                name, """
                /** The procedures of the %1$s program. */
                public enum %2$s implements Procedure {
                %3$s;

                    /** The groups the procedures are sorted into; each has its own interface of calls. */
                    public enum Group {
                        %5$s
                    }

                    private static final @Nullable %2$s[] BY_NUMBER = byNumber();

                    private final Group group;
                    private final ProcedureTraits traits;

                    %2$s(Group group, ProcedureTraits traits) {
                        this.group = group;
                        this.traits = traits;
                    }

                    private static @Nullable %2$s[] byNumber() {
                        var table = new @Nullable %2$s[%4$d];
                        for (%2$s procedure : values()) {
                            table[procedure.number()] = procedure;
                        }
                        return table;
                    }

                    /** The procedure with this number. */
                    public static Optional<%2$s> of(int number) {
                        return number >= 0 && number < BY_NUMBER.length
                                ? Optional.ofNullable(BY_NUMBER[number])
                                : Optional.empty();
                    }

                    /** The group whose interface has this procedure. */
                    public Group group() {
                        return group;
                    }

                    @Override
                    public Program program() {
                        return Program.%6$s;
                    }

                    @Override
                    public ProcedureTraits traits() {
                        return traits;
                    }
                }
                """.formatted(file.name(), name, constants, highest + 1, groups, Names.constant(file.name())));
    }

    private static String constant(String group, Procedure procedure) {
        Traits traits = procedure.traits();
        String call = procedure.kind().isCall()
                ? "ProcedureTraits.call(%d, Procedure.Kind.%s, \"%s\", %s, %s, ErrorOrigin.%s)"
                        .formatted(
                                procedure.number(),
                                procedure.kind(),
                                traits.apiName().orElse(procedure.name()),
                                traits.highPriority() ? "Procedure.Priority.HIGH" : "Procedure.Priority.LOW",
                                traits.readOnlyAllowed(),
                                origin(traits.origin()))
                : "ProcedureTraits.%s(%d%s)"
                        .formatted(
                                procedure.kind() == Kind.EVENT ? "event" : "message",
                                procedure.number(),
                                traits.event().map(ProgramSources::event).orElse(""));
        if (traits.descriptors() != InterfaceFile.Descriptors.NONE) {
            call += ".withDescriptors(Procedure.Descriptors." + traits.descriptors() + ")";
        }
        if (traits.sparseFlag().isPresent()) {
            call += ".withSparseFlag(" + traits.sparseFlag().getAsInt() + ")";
        }
        return "    %s(Group.%s, %s)".formatted(Names.constant(procedure.name()), Names.constant(group), call);
    }

    private static String event(EventKey event) {
        return ", EventKey.ObjectClass.%s, %d, %s"
                .formatted(Names.constant(event.objectClass()), event.id(), event.withCallbackId());
    }

    private static String origin(String notation) {
        return switch (notation) {
            case "snapshot" -> "DOMAIN_SNAPSHOT";
            case "checkpoint" -> "DOMAIN_CHECKPOINT";
            default -> Names.constant(notation);
        };
    }

    /** The sealed interface of a program's events. */
    JavaFile events(InterfaceFile file) {
        String name = Catalog.javaPrefix(file) + "Event";
        List<Procedure> events = Catalog.procedures(file)
                .filter(procedure -> procedure.kind() == Kind.EVENT)
                .toList();
        String permits = events.stream().map(event -> record(file, event)).collect(Collectors.joining(", "));
        String cases = events.stream()
                .map(event -> "            case %d -> %s.decode(in);\n".formatted(event.number(), record(file, event)))
                .collect(Collectors.joining());
        String reverse = events.stream()
                .map(event -> "            case %s _ -> %sProcedure.%s;\n"
                        .formatted(record(file, event), Catalog.javaPrefix(file), Names.constant(event.name())))
                .collect(Collectors.joining());
        return JavaFile.of(name, """
                /** An event of the %1$s program: what a server sends without being asked each time. */
                public sealed interface %2$s extends XdrMessage permits %3$s {

                    /**
                     * Reads the payload of an event message.
                     *
                     * @throws IllegalArgumentException when the procedure is not an event
                     */
                    static %2$s decode(%4$sProcedure procedure, XdrReader in) {
                        return switch (procedure.number()) {
                %5$s            default -> throw new IllegalArgumentException(procedure + " is not an event");
                        };
                    }

                    /** The procedure whose number the message carries. */
                    default %4$sProcedure procedure() {
                        return switch (this) {
                %6$s        };
                    }
                }
                """.formatted(file.name(), name, permits, Catalog.javaPrefix(file), cases, reverse));
    }

    private String record(InterfaceFile file, Procedure event) {
        return catalog.javaName(file, event.name() + "_msg");
    }
}
