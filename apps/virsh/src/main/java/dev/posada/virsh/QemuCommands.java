package dev.posada.virsh;

import dev.posada.client.Domain;
import dev.posada.client.Flag;
import dev.posada.client.GuestAgent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code qemu-monitor-command}, {@code qemu-agent-command}, {@code qemu-attach}, {@code guest-agent-timeout}. */
final class QemuCommands {
    private QemuCommands() {}

    static Command monitor() {
        return Command.named("qemu-monitor-command")
                .summary("have QEMU's monitor execute a command")
                .description("Has the monitor of a running domain's QEMU execute a command: JSON as it is, or a name\n"
                        + "and then arguments as JSON, with or without braces.")
                .options(
                        running(),
                        Option.flag("hmp", "the command is in the monitor's language for people"),
                        Option.flag("pretty", "a line for each value of the answer"),
                        Option.flag("return-value", "only what the answer returns"),
                        Option.text("pass-fds", "open files N,M,... to give to QEMU")
                                .onlyNamed(),
                        Option.rest("cmd", "the command").required())
                .action(QemuCommands::monitor);
    }

    private static void monitor(Call call) {
        call.exclusive("hmp", "pretty");
        call.exclusive("hmp", "return-value");
        var domain = Domains.of(call);
        var words = String.join(" ", call.all("cmd"));
        var files = PassedFiles.of(call);
        boolean human = call.has("hmp");
        var command = human ? words : command(call, words);
        var answer = answer(domain, command, human, files);
        if (human) {
            call.println(answer);
            return;
        }
        if (!call.has("pretty") && !call.has("return-value")) {
            call.println(answer);
            return;
        }
        var value = JsonText.parse(answer);
        if (value.isEmpty()) {
            if (call.has("return-value")) {
                throw new CommandException("failed to parse JSON returned by qemu");
            }
            call.println(answer);
            return;
        }
        var shown = call.has("return-value") ? returned(value.get()) : value.get();
        call.print(call.has("pretty") ? JsonText.pretty(shown) : JsonText.line(shown));
    }

    private static String answer(Domain domain, String command, boolean human, List<Integer> files) {
        if (!files.isEmpty()) {
            return domain.files().monitorCommand(command, human, files);
        }
        return human ? domain.humanMonitorCommand(command) : domain.monitorCommand(command);
    }

    private static Object returned(Object answer) {
        var value = answer instanceof Map<?, ?> map ? map.get("return") : null;
        if (value != null) {
            return value;
        }
        throw new CommandException("'return' member missing");
    }

    /** The command as JSON: given so, or as a name and arguments. */
    private static String command(Call call, String words) {
        if (JsonText.parse(words).orElse("") instanceof Map<?, ?>) {
            return words;
        }
        var list = call.all("cmd");
        var command = new LinkedHashMap<String, Object>();
        command.put("execute", list.getFirst());
        if (list.size() > 1) {
            var given = String.join(" ", list.subList(1, list.size()));
            var arguments = JsonText.parse(given)
                    .filter(Map.class::isInstance)
                    .or(() -> JsonText.parse("{" + given + "}"))
                    .orElseThrow(() -> new CommandException(
                            "failed to wrap arguments '" + given + "' into a QMP command wrapper",
                            "internal error: cannot parse json {" + given + "}"));
            command.put("arguments", arguments);
        }
        return JsonText.line(command);
    }

    static Command agent() {
        return Command.named("qemu-agent-command")
                .summary("have the agent inside a guest execute a command")
                .options(
                        running(),
                        Option.number("timeout", "seconds to wait for the answer")
                                .onlyNamed(),
                        Option.flag("async", "do not wait for the answer"),
                        Option.flag("block", "wait as long as it takes"),
                        Option.flag("pretty", "a line for each value of the answer"),
                        Option.rest("cmd", "the command, as JSON").required())
                .action(QemuCommands::agent);
    }

    private static void agent(Call call) {
        var domain = Domains.of(call);
        var command = String.join(" ", call.all("cmd"));
        int timeout = call.integer("timeout").orElse(GuestAgent.WAIT_FOREVER);
        int ways = 0;
        for (var option : new String[] {"timeout", "async", "block"}) {
            ways += call.has(option) ? 1 : 0;
        }
        if (ways > 1) {
            throw new CommandException("timeout, async and block options are exclusive");
        }
        if (call.has("timeout") && timeout < 1) {
            throw new CommandException("timeout must be positive");
        }
        if (call.has("async")) {
            timeout = GuestAgent.NO_WAIT;
        }
        var answer = domain.agent().command(command, timeout);
        if (call.has("pretty")) {
            call.print(JsonText.parse(answer).map(JsonText::pretty).orElse(answer));
        } else {
            call.println(answer);
        }
    }

    static Command agentTimeout() {
        return Command.named("guest-agent-timeout")
                .summary("say how long the daemon waits for the agent inside a guest")
                .options(
                        running(),
                        Option.number("timeout", "seconds; as long as it takes where none are given, -1 the default")
                                .onlyNamed())
                .action(call -> Domains.of(call)
                        .agent()
                        .setTimeout(call.integer("timeout").orElse(GuestAgent.WAIT_FOREVER)));
    }

    static Command attach() {
        return Command.named("qemu-attach")
                .summary("take care of a QEMU that somebody else started")
                .options(Option.value("pid", "the process's number"))
                .action(QemuCommands::attach);
    }

    static void attach(Call call) {
        int process = call.unsigned("pid").orElseThrow();
        var number = Integer.toUnsignedString(process);
        var domain = call.attempt(
                "Failed to attach to pid " + number, () -> call.connection().attachQemu(process));
        call.extra("Domain '" + domain.name() + "' attached to pid " + number + "\n");
    }

    private static Option running() {
        return Domains.option().completing(Proposals.domains(Flag.List.ACTIVE));
    }
}
