package dev.posada.virsh;

import dev.posada.client.Flag;
import dev.posada.xml.Documents;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Commands for Java virtual machines that libvirt's virsh does not have. They say by a shorter word what the domain's monitor
 * understands from everybody, see {@code qemu-monitor-command}.
 */
final class JvmCommands implements CommandGroup {
    private static final List<String> NAMES =
            List.of("jvm-adopt", "jvm-candidates", "jvm-heap", "jvm-record", "jvm-threads");

    @Override
    public String keyword() {
        return "jvm";
    }

    @Override
    public String title() {
        return "Java virtual machines";
    }

    @Override
    public List<String> names() {
        return NAMES;
    }

    @Override
    public Optional<Command> command(String name) {
        return Optional.ofNullable(
                switch (name) {
                    case "jvm-adopt" -> adopt();
                    case "jvm-candidates" -> candidates();
                    case "jvm-heap" -> heap();
                    case "jvm-record" -> record();
                    case "jvm-threads" -> threads();
                    default -> null;
                });
    }

    private static Command adopt() {
        return Command.named("jvm-adopt")
                .summary("take a Java virtual machine of the host that somebody else started for a domain")
                .options(Option.value("pid", "the process's number"))
                .action(QemuCommands::attach);
    }

    private static Command candidates() {
        return Command.named("jvm-candidates")
                .summary("list the Java virtual machines of the host that could be taken for domains")
                .action(call -> {
                    var table = Table.of("PID", "User", "Version", "Program");
                    var listing =
                            Documents.parse(call.connection().nativeFormats().toXml("jvm-candidates", ""));
                    for (var jvm : listing.children("jvm")) {
                        table.row(
                                jvm.attribute("pid", ""),
                                jvm.attribute("user", ""),
                                jvm.attribute("version", ""),
                                jvm.attribute("program", ""));
                    }
                    call.print(table);
                });
    }

    private static Command heap() {
        return Command.named("jvm-heap")
                .summary("show how full a Java virtual machine's heap is")
                .options(running(), Option.flag("histogram", "of what classes, after a collection"))
                .action(call -> say(call, call.has("histogram") ? "GC.class_histogram" : "GC.heap_info"));
    }

    private static Command threads() {
        return Command.named("jvm-threads")
                .summary("show what the threads of a Java virtual machine do")
                .options(running(), Option.flag("locks", "with the locks they hold"))
                .action(call -> say(call, call.has("locks") ? "Thread.print -l" : "Thread.print"));
    }

    private static Command record() {
        return Command.named("jvm-record")
                .summary("record what goes on in a Java virtual machine")
                .description(
                        "Starts a flight recording, writes what there is of it to a file, or stops it and writes it.\n"
                                + "The file is one of the daemon's host; the daemon chooses one where none is named.")
                .options(
                        Option.value("action", "start, dump or stop").completing(_ -> List.of("start", "dump", "stop")),
                        running(),
                        Option.text("file", "the absolute path of the file"),
                        Option.text("settings", "of a recording that starts: default or profile")
                                .onlyNamed()
                                .completing(_ -> List.of("default", "profile")))
                .action(JvmCommands::record);
    }

    private static void record(Call call) {
        var action = call.required("action");
        var line = new ArrayList<>(List.of("record", action));
        if (action.equals("start")) {
            if (call.has("file")) {
                throw new CommandException("a recording gets its file when it is dumped or stopped");
            }
            call.text("settings").ifPresent(line::add);
        } else {
            if (call.has("settings")) {
                throw new CommandException("only a recording that starts has settings");
            }
            call.text("file").ifPresent(line::add);
        }
        say(call, String.join(" ", line));
    }

    private static void say(Call call, String line) {
        call.print(Domains.of(call).humanMonitorCommand(line));
    }

    private static Option running() {
        return Domains.option().completing(Proposals.domains(Flag.List.ACTIVE));
    }
}
