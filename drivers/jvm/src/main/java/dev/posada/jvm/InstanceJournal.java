package dev.posada.jvm;

import dev.posada.model.Element;
import dev.posada.process.ProcessIdentity;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What is written down about an instance so that a later daemon finds it again, or clears away what a start that was
 * interrupted left.
 *
 * @param files the instance's own
 * @param log the file with the program's output
 * @param logStart where in it this run's output begins
 * @param watcher the process that waits for the program's end, once it was started
 * @param program the program's process, likewise
 * @param complete whether the program was let go: before that its process does nothing and ends with the daemon
 * @param wish what somebody wants to follow the program's end
 */
record InstanceJournal(
        InstanceFiles files,
        Path log,
        long logStart,
        Optional<ProcessIdentity> watcher,
        Optional<ProcessIdentity> program,
        boolean complete,
        Wish wish) {
    private static final String ELEMENT = "jvm";

    /** What is to follow a program's end. */
    enum Wish {
        /** What the definition says. */
        NONE("none"),
        /** The end of the instance, as its guest's own. */
        SHUTDOWN("shutdown"),
        /** Another run. */
        REBOOT("reboot"),
        /** Another run, whatever the definition says. */
        RESET("reset"),
        /** The end of the instance, as if it had failed. */
        CRASH("crash"),
        /** The end of the instance. */
        DESTROY("destroy");

        private final String word;

        Wish(String word) {
            this.word = word;
        }

        static Wish of(String word) {
            for (var wish : values()) {
                if (wish.word.equals(word)) {
                    return wish;
                }
            }
            return NONE;
        }
    }

    /** What is known before anything was started. */
    static InstanceJournal intent(InstanceFiles files, Path log, long logStart) {
        return new InstanceJournal(files, log, logStart, Optional.empty(), Optional.empty(), false, Wish.NONE);
    }

    InstanceJournal started(ProcessIdentity watching, ProcessIdentity started) {
        return new InstanceJournal(files, log, logStart, Optional.of(watching), Optional.of(started), false, wish);
    }

    InstanceJournal finished() {
        return new InstanceJournal(files, log, logStart, watcher, program, true, wish);
    }

    InstanceJournal wishing(Wish wanted) {
        return new InstanceJournal(files, log, logStart, watcher, program, complete, wanted);
    }

    Element toElement() {
        var element = Element.of(
                ELEMENT,
                "directory",
                files.directory().toString(),
                "log",
                log.toString(),
                "from",
                Long.toString(logStart),
                "complete",
                complete ? "yes" : "no",
                "then",
                wish.word);
        if (watcher.isPresent()) {
            element = element.plus(Element.text("watcher", watcher.get().text()));
        }
        if (program.isPresent()) {
            element = element.plus(Element.text("program", program.get().text()));
        }
        return element;
    }

    /** Reads what {@link #toElement} wrote; empty when it is something else. */
    static Optional<InstanceJournal> of(Element element) {
        var directory = element.attribute("directory");
        var log = element.attribute("log");
        if (!element.name().equals(ELEMENT) || directory.isEmpty() || log.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new InstanceJournal(
                    new InstanceFiles(Path.of(directory.get())),
                    Path.of(log.get()),
                    Long.parseLong(element.attribute("from", "0")),
                    element.childText("watcher").flatMap(ProcessIdentity::parse),
                    element.childText("program").flatMap(ProcessIdentity::parse),
                    element.has("complete", "yes"),
                    Wish.of(element.attribute("then", ""))));
        } catch (IllegalArgumentException damaged) {
            return Optional.empty();
        }
    }
}
