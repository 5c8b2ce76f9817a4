package dev.posada.virsh;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** The folder that relative file names begin at: a process of Java cannot leave its own, so the shell remembers one. */
final class WorkingFolder {
    private Path path = Path.of("").toAbsolutePath();

    static Command pwd() {
        return Command.named("pwd")
                .summary("show the current folder")
                .offline()
                .action(call -> call.println(call.session().folder().path.toString()));
    }

    static Command cd() {
        return Command.named("cd")
                .summary("change the current folder")
                .description("Changes the current folder; without one, to the home folder.")
                .options(Option.text("dir", "the folder to go to"))
                .offline()
                .action(WorkingFolder::cd);
    }

    private static void cd(Call call) {
        if (!call.session().interactive()) {
            throw new CommandException("cd: command valid only in interactive mode");
        }
        call.session().folder().change(call.text("dir").orElseGet(() -> System.getProperty("user.home")));
    }

    private void change(String name) {
        var target = resolve(name).normalize();
        if (!Files.isDirectory(target)) {
            throw new CommandException(
                    "cd: " + (Files.exists(target) ? "Not a directory" : "No such file or directory") + ": " + name);
        }
        path = target;
    }

    /**
     * The file that a name means here.
     *
     * @throws CommandException when it cannot be a file's name
     */
    Path resolve(String name) {
        try {
            return path.resolve(name);
        } catch (InvalidPathException e) {
            throw new CommandException("not a file name: " + name.replace('\0', '?'));
        }
    }
}
