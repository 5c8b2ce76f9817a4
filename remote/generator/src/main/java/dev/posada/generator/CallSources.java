package dev.posada.generator;

import dev.posada.generator.InterfaceFile.Condition;
import dev.posada.generator.InterfaceFile.Group;
import dev.posada.generator.InterfaceFile.Kind;
import dev.posada.generator.InterfaceFile.Procedure;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes what turns messages into method calls and back: for the server an interface of calls per group and the
 * dispatcher in front of them, for the client a stub per group.
 */
final class CallSources {

    private final Catalog catalog;
    private final InterfaceFile file;
    private final String prefix;

    CallSources(Catalog catalog, InterfaceFile file) {
        this.catalog = catalog;
        this.file = file;
        this.prefix = Catalog.javaPrefix(file);
    }

    List<JavaFile> write() {
        List<Group> groups = file.groups().stream()
                .filter(group -> group.procedures().stream()
                        .anyMatch(procedure -> procedure.kind().isCall()))
                .toList();
        var files = new ArrayList<JavaFile>();
        if (groups.isEmpty()) {
            return files;
        }
        for (Group group : groups) {
            files.add(calls(group));
            files.add(dispatch(group));
            files.add(stub(group));
        }
        files.add(groups(groups));
        files.add(dispatcher(groups));
        files.add(stubs(groups));
        return files;
    }

    private static List<Procedure> callsOf(Group group) {
        return group.procedures().stream()
                .filter(procedure -> procedure.kind().isCall())
                .toList();
    }

    private JavaFile calls(Group group) {
        String name = Names.upperCamel(group.name()) + "Calls";
        String methods = callsOf(group).stream().map(this::callMethod).collect(Collectors.joining());
        return JavaFile.of(name, """
                /**
                 * %s
                 *
                 * <p>What an implementation leaves out answers that the driver does not support the function.
                 *
                 * @param <C> what the server knows about the call: its connection, its caller, its streams
                 */
                public interface %s<C> {
                %s}
                """.formatted(group.description(), name, methods));
    }

    private String callMethod(Procedure procedure) {
        return """

                    /** Procedure %1$d%2$s. */
                    default %3$s %4$s(C context%5$s) {
                        throw %6$sProcedure.%7$s.unsupported();
                    }
                """.formatted(
                procedure.number(),
                streamNote(procedure),
                returned(procedure),
                Names.lowerCamel(procedure.name()),
                procedure.args().map(args -> ", " + java(args) + " args").orElse(""),
                prefix,
                Names.constant(procedure.name()));
    }

    private static String streamNote(Procedure procedure) {
        return switch (procedure.kind()) {
            case UPLOAD -> "; the client's data follows as a stream";
            case DOWNLOAD -> "; the server's data follows as a stream";
            case DUPLEX -> "; a stream in both directions follows";
            case CALL, EVENT, MESSAGE -> "";
        };
    }

    private String returned(Procedure procedure) {
        return procedure.ret().map(this::java).orElse("void");
    }

    private String java(InterfaceFile.Struct struct) {
        return catalog.javaName(file, struct.name());
    }

    /** One class per group: small switches the just-in-time compiler takes whole, loaded when the group is used. */
    private JavaFile dispatch(Group group) {
        String name = Names.upperCamel(group.name()) + "Dispatch";
        String cases = callsOf(group).stream().map(this::dispatchCase).collect(Collectors.joining());
        String doesRefuse = callsOf(group).stream()
                        .anyMatch(procedure -> procedure.traits().refusedIf().isPresent())
                ? ", boolean readOnly"
                : "";
        return JavaFile.of(name, """
                /** Decodes the calls of group {@code %1$s} and makes them. */
                final class %2$s {

                    private %2$s() {}

                    static <C> XdrMessage dispatch(int number, XdrReader in, %3$sCalls<C> calls, C context%5$s) {
                        return switch (number) {
                %4$s            default -> throw new IllegalArgumentException("no call " + number + " in %1$s");
                        };
                    }
                }
                """.formatted(group.name(), name, Names.upperCamel(group.name()), cases, doesRefuse));
    }

    private String dispatchCase(Procedure procedure) {
        var lines = new ArrayList<String>();
        String args = procedure
                .args()
                .map(struct -> ", " + java(struct) + ".decode(in)")
                .orElse("");
        if (procedure.traits().refusedIf().isPresent()) {
            Condition condition = procedure.traits().refusedIf().get();
            lines.add("var args = " + java(procedure.args().orElseThrow()) + ".decode(in);");
            String field = "args." + Names.lowerCamel(condition.field()) + "()";
            String test = condition.mask()
                    ? "(" + field + " & " + condition.value() + ") != 0"
                    : field + " == " + condition.value();
            lines.add("if (readOnly && " + test + ") {");
            lines.add("    throw " + prefix + "Procedure." + Names.constant(procedure.name()) + ".readOnlyRefusal();");
            lines.add("}");
            args = ", args";
        }
        String call = "calls." + Names.lowerCamel(procedure.name()) + "(context" + args + ");";
        if (procedure.ret().isEmpty()) {
            lines.add(call);
            lines.add("yield NoPayload.INSTANCE;");
        } else if (lines.isEmpty()) {
            return "            case " + procedure.number() + " -> " + call + "\n";
        } else {
            lines.add("yield " + call);
        }
        return "            case " + procedure.number() + " -> {\n                "
                + String.join("\n                ", lines) + "\n            }\n";
    }

    private JavaFile groups(List<Group> groups) {
        String name = prefix + "Service";
        String components = groups.stream()
                .map(group ->
                        "        " + Names.upperCamel(group.name()) + "Calls<C> " + Names.lowerCamel(group.name()))
                .collect(Collectors.joining(",\n"));
        String unsupported = groups.stream()
                .map(group -> "                new " + Names.upperCamel(group.name()) + "Calls<>() {}")
                .collect(Collectors.joining(",\n"));
        String all =
                groups.stream().map(group -> Names.lowerCamel(group.name())).collect(Collectors.joining(", "));
        String withers = groups.stream().map(group -> wither(name, group, all)).collect(Collectors.joining());
        return JavaFile.of(name, """
                /**
                 * Who answers the calls of the %1$s program, group by group.
                 *
                 * @param <C> what the server knows about a call
                 */
                public record %2$s<C>(
                %3$s) {

                    /** Every call answers that it is not supported; the starting point for {@code with…}. */
                    public static <C> %2$s<C> unsupported() {
                        return new %2$s<>(
                %4$s);
                    }
                %5$s}
                """.formatted(file.name(), name, components, unsupported, withers));
    }

    private static String wither(String name, Group group, String all) {
        return """

                    /** The same, with {@code %4$s} answered by {@code %2$s}. */
                    public %1$s<C> with%3$s(%3$sCalls<C> %2$s) {
                        return new %1$s<>(%5$s);
                    }
                """.formatted(name, Names.lowerCamel(group.name()), Names.upperCamel(group.name()), group.name(), all);
    }

    private JavaFile dispatcher(List<Group> groups) {
        String cases = file.groups().stream()
                .map(group -> "            case " + Names.constant(group.name()) + " -> "
                        + (groups.contains(group)
                                ? Names.upperCamel(group.name()) + "Dispatch.dispatch(number, in, service."
                                        + Names.lowerCamel(group.name()) + "(), context"
                                        + (hasCondition(group) ? ", readOnly" : "") + ");\n"
                                : "throw new IllegalArgumentException(procedure + \" is no call\");\n"))
                .collect(Collectors.joining());
        return JavaFile.of(prefix + "Dispatcher", """
                /** Turns a call message of the %1$s program into the method call it asks for. */
                public final class %2$sDispatcher {

                    private %2$sDispatcher() {}

                    /**
                     * Decodes the arguments, makes the call and returns the payload of the reply.
                     *
                     * @param in positioned at the arguments, behind header and descriptor count
                     * @param readOnly whether the caller may only look; a call that changes something is then refused
                     * @throws dev.posada.xdr.XdrException when the arguments cannot be decoded
                     * @throws dev.posada.model.PosadaException when the call is refused, unsupported or fails
                     * @throws IllegalArgumentException when the procedure is no call, see {@link Procedure.Kind#isCall}
                     */
                    public static <C> XdrMessage dispatch(
                            %2$sProcedure procedure, XdrReader in, %2$sService<C> service, C context, boolean readOnly) {
                        if (readOnly && !procedure.traits().readOnlyAllowed()) {
                            throw procedure.readOnlyRefusal();
                        }
                        int number = procedure.number();
                        return switch (procedure.group()) {
                %3$s        };
                    }
                }
                """.formatted(file.name(), prefix, cases));
    }

    private static boolean hasCondition(Group group) {
        return group.procedures().stream()
                .anyMatch(procedure -> procedure.traits().refusedIf().isPresent());
    }

    private JavaFile stub(Group group) {
        String name = Names.upperCamel(group.name()) + "Stub";
        boolean streams =
                callsOf(group).stream().anyMatch(procedure -> procedure.kind().isStream());
        String methods = callsOf(group).stream().map(this::stubMethod).collect(Collectors.joining());
        return JavaFile.of(name, """
                /**
                 * %1$s One method per procedure, to be called on a server.
                 *
                 * <p>Each blocks until the reply is there and throws what its {@link CallChannel} throws.%5$s
                 */
                public final class %2$s%3$s {

                    private final CallChannel<%4$s> channel;

                    %2$s(CallChannel<%4$s> channel) {
                        this.channel = channel;
                    }
                %6$s}
                """.formatted(
                        group.description(),
                        name,
                        streams ? "<S>" : "",
                        streams ? "S" : "?",
                        streams ? "\n *\n * @param <S> the channel's streams" : "",
                        methods));
    }

    private String stubMethod(Procedure procedure) {
        String parameters = procedure.args().map(args -> java(args) + " args").orElse("");
        String args = procedure.args().isPresent() ? "args" : "NoPayload.INSTANCE";
        String constant = prefix + "Procedure." + Names.constant(procedure.name());
        String method = Names.lowerCamel(procedure.name());
        var text = new StringBuilder(
                "\n    /** Procedure " + procedure.number() + streamNote(procedure) + ". */\n    public ");
        if (procedure.kind() == Kind.CALL) {
            String call = "channel.call(" + constant + ", " + args + ")";
            text.append(returned(procedure))
                    .append(" ")
                    .append(method)
                    .append("(")
                    .append(parameters)
                    .append(") {\n        ")
                    .append(procedure
                            .ret()
                            .map(ret -> "return " + java(ret) + ".decode(" + call + ")")
                            .orElse(call));
        } else {
            String open = "channel.open(" + constant + ", " + args + ")";
            String result = procedure
                    .ret()
                    .map(ret -> "StreamReply<" + java(ret) + ", S>")
                    .orElse("S");
            text.append(result)
                    .append(" ")
                    .append(method)
                    .append("(")
                    .append(parameters)
                    .append(") {\n        ")
                    .append(procedure
                            .ret()
                            .map(ret -> "var reply = " + open + ";\n        return new StreamReply<>(" + java(ret)
                                    + ".decode(reply.reply()), reply.stream())")
                            .orElse("return " + open + ".stream()"));
        }
        return text.append(";\n    }\n").toString();
    }

    private JavaFile stubs(List<Group> groups) {
        String methods = groups.stream()
                .map(group -> {
                    boolean streams = callsOf(group).stream()
                            .anyMatch(procedure -> procedure.kind().isStream());
                    String type = Names.upperCamel(group.name()) + "Stub";
                    return """

                                /** %s */
                                public %s %s() {
                                    return new %s(channel);
                                }
                            """.formatted(
                                    group.description(),
                                    type + (streams ? "<S>" : ""),
                                    Names.lowerCamel(group.name()),
                                    type + (streams ? "<>" : ""));
                })
                .collect(Collectors.joining());
        return JavaFile.of(prefix + "Stubs", """
                /**
                 * All calls of the %1$s program, group by group.
                 *
                 * @param <S> the channel's streams
                 */
                public final class %2$sStubs<S> {

                    private final CallChannel<S> channel;

                    /** Stubs that call through {@code channel}. */
                    public %2$sStubs(CallChannel<S> channel) {
                        this.channel = channel;
                    }
                %3$s}
                """.formatted(file.name(), prefix, methods));
    }
}
