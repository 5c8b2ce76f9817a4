package dev.posada.jvm;

import dev.posada.model.PosadaException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/**
 * Flight recordings of one JVM: one at a time that is ours, beside those the program or others made. While it runs the JVM keeps
 * it in its own folder for such things; it becomes a file of ours when it is dumped or stopped.
 */
final class Recordings {
    /** The name ours has inside the JVM, where there may be others. */
    private static final String NAME = "posada";

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd-HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Diagnostics jvm;
    private final String domain;
    private final Path folder;
    private final InstantSource clock;

    /** @param folder where recordings go that nobody named a file for */
    Recordings(Diagnostics jvm, String domain, Path folder, InstantSource clock) {
        this.jvm = jvm;
        this.domain = domain;
        this.folder = folder;
        this.clock = clock;
    }

    /**
     * {@code start [SETTINGS]}, {@code dump [FILE]} or {@code stop [FILE]}.
     *
     * @return what was done, the file's name in it
     */
    String execute(List<String> words) {
        var verb = words.isEmpty() ? "" : words.getFirst();
        if (words.size() > 2) {
            throw usage();
        }
        var argument = words.size() == 2 ? words.get(1) : "";
        return switch (verb) {
            case "start" -> start(argument.isEmpty() ? "default" : argument);
            case "dump" -> written("JFR.dump", file(argument));
            case "stop" -> written("JFR.stop", file(argument));
            default -> throw usage();
        };
    }

    private static PosadaException usage() {
        return Refusal.argument("'record' is followed by start [default|profile], dump [FILE] or stop [FILE]");
    }

    private String start(String settings) {
        if (!settings.equals("default") && !settings.equals("profile")) {
            throw Refusal.argument("there are no settings '" + Refusal.shown(settings)
                    + "' of recordings; there are default and profile");
        }
        if (jvm.command("JFR.check name=" + NAME).contains("name=" + NAME)) {
            throw Refusal.invalid("domain '" + domain + "' is being recorded already; stop that first");
        }
        var said = jvm.command("JFR.start name=" + NAME + " settings=" + settings + " disk=true");
        if (!said.contains("Started recording")) {
            throw Refusal.failed("the JVM starts no recording: " + Refusal.shown(said.strip()));
        }
        return "recording of domain '" + domain + "' started\n";
    }

    private String written(String command, Path file) {
        if (!jvm.command("JFR.check name=" + NAME).contains("name=" + NAME)) {
            throw Refusal.invalid("domain '" + domain + "' is not being recorded; start that first");
        }
        long bytes = jvm.write(
                file, ".jfr", to -> jvm.writingCommand(command + " name=" + NAME + " filename=\"" + to + "\""));
        return "recording of domain '" + domain + "' written to " + file + " (" + bytes + " bytes)\n";
    }

    private Path file(String given) {
        if (given.isEmpty()) {
            Folders.makePrivate(folder);
            return folder.resolve(domain + "-" + TIME.format(clock.instant()) + ".jfr");
        }
        try {
            var path = Path.of(given);
            if (path.isAbsolute()) {
                return path;
            }
        } catch (InvalidPathException e) {
            throw Refusal.argument("'" + Refusal.shown(given) + "' is no path");
        }
        throw Refusal.argument("the path of a recording must be absolute, and '" + Refusal.shown(given) + "' is not");
    }
}
