package dev.posada.virsh;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Commands about the shell itself. */
final class ShellCommands implements CommandGroup {
    @Override
    public String keyword() {
        return "virsh";
    }

    @Override
    public String title() {
        return "Virsh itself";
    }

    @Override
    public List<String> names() {
        return List.of("cd", "echo", "exit", "help", "pwd", "quit", "connect");
    }

    @Override
    public Optional<Command> command(String name) {
        return Optional.ofNullable(
                switch (name) {
                    case "cd" -> WorkingFolder.cd();
                    case "echo" -> Echo.command();
                    case "exit", "quit" -> quit(name);
                    case "help" -> help();
                    case "pwd" -> WorkingFolder.pwd();
                    case "connect" -> connect();
                    case "complete" -> complete();
                    default -> null;
                });
    }

    private static Command quit(String name) {
        return Command.named(name)
                .summary("end the shell")
                .offline()
                .action(call -> call.session().end());
    }

    private static Command connect() {
        return Command.named("connect")
                .summary("connect to a daemon, or to another one")
                .description("Connects to the local daemon, or to the one that a URI names.\n"
                        + "What was connected before is left.")
                .options(Option.text("name", "the daemon's URI").orEmpty(), Option.flag("readonly", "for looking only"))
                .offline()
                .action(call -> call.session().connect(call.text("name").orElse(""), call.has("readonly")));
    }

    /** Not in the help: for the completion of shells, which gives it the words of a line and shows what it prints. */
    private static Command complete() {
        return Command.named("complete")
                .summary("propose words for a line")
                .options(Option.rest("string", "the words of the line").orEmpty())
                .offline()
                .action(call -> {
                    var words = new ArrayList<>(call.all("string"));
                    var typed = words.isEmpty() ? "" : words.removeLast();
                    new Completion(call.session()).propose(words, typed).forEach(call::println);
                });
    }

    private static Command help() {
        return Command.named("help")
                .summary("show the commands, or what one of them takes")
                .description("Shows all commands by group, the commands of one group, or one command's options.")
                .options(Option.text("command", "a command or a group's keyword")
                        .completing(_ -> Groups.all().stream()
                                .flatMap(group -> group.names().stream())
                                .toList()))
                .offline()
                .action(ShellCommands::help);
    }

    private static void help(Call call) {
        var wanted = call.text("command");
        if (wanted.isEmpty()) {
            call.println("Grouped commands:\n");
            for (var group : Groups.all()) {
                call.println(Help.group(group, ":"));
            }
            return;
        }
        var name = wanted.get();
        var command = Groups.command(name);
        if (command.isPresent()) {
            call.print(Help.command(command.get()));
            return;
        }
        var group = Groups.named(name)
                .orElseThrow(() -> new CommandException("command or command group '" + name + "' doesn't exist"));
        call.print(Help.group(group, ":"));
    }
}
