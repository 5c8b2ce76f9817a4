package dev.posada.virsh;

import dev.posada.model.PosadaException;
import dev.posada.terminal.SingleKey;
import dev.posada.terminal.Terminals;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Has the user edit an object's document until the daemon takes it or the user gives up.
 *
 * {@snippet :
 * var edited = Editing.of(call, network::inactiveXml, networks::define);
 * edited.ifPresentOrElse(
 *         changed -> call.print("Network " + changed.name() + " XML configuration edited.\n"),
 *         () -> call.extra("Network " + network.name() + " XML configuration not changed.\n"));
 * }
 */
final class Editing {
    private static final String FAILED = "Failed.";
    private static final String OUTDATED = "The XML configuration was changed by another user.";

    private Editing() {}

    /** Gives the daemon an edited document. */
    @FunctionalInterface
    interface Definition<T> {
        /**
         * Redefines the object.
         *
         * @param validate whether the document is held against its schema
         */
        T define(String document, boolean validate);
    }

    /**
     * Edits a document; what the daemon does not take can be edited again, or forced upon it.
     *
     * @param source reads the document: before the editor starts, and again after it, to see whether others changed it
     * @param definition gives the daemon the edited document and returns what came of it
     * @return what {@code definition} returned; empty when the user changed nothing
     * @throws CommandException when it was given up, or reading the document or running the editor failed
     */
    static <T> Optional<T> of(Call call, Supplier<String> source, java.util.function.Function<String, T> definition) {
        return new Attempt<T>(call, source, (document, _) -> definition.apply(document), false, false).run();
    }

    /**
     * The same for documents that have a schema: where the daemon refuses, the user may also have it define without.
     *
     * @param validate whether to begin with the schema
     */
    static <T> Optional<T> validated(Call call, Supplier<String> source, Definition<T> definition, boolean validate) {
        return new Attempt<T>(call, source, definition, validate, true).run();
    }

    /** Edits a text that nobody else changes meanwhile, once. */
    static String text(Call call, String text) {
        try (var editor = Editor.of(call, text)) {
            return editor.edit();
        }
    }

    /** What the user wants after a refusal. */
    private enum Answer {
        AGAIN,
        GIVE_UP,
        WITHOUT_SCHEMA,
        FORCE
    }

    private static final class Attempt<T> {
        private final Call call;
        private final Supplier<String> source;
        private final Definition<T> definition;
        private boolean validate;
        private boolean canRelax;

        Attempt(Call call, Supplier<String> source, Definition<T> definition, boolean validate, boolean canRelax) {
            this.call = call;
            this.source = source;
            this.definition = definition;
            this.validate = validate;
            this.canRelax = canRelax;
        }

        Optional<T> run() {
            var before = source.get();
            try (var editor = Editor.of(call, before)) {
                while (true) {
                    var edited = editor.edit();
                    if (edited.equals(before)) {
                        return Optional.empty();
                    }
                    var now = source.get();
                    var refused = now.equals(before)
                            ? Optional.<CommandException>empty()
                            : Optional.of(new CommandException(OUTDATED));
                    before = now;
                    var answer = Answer.FORCE;
                    while (answer != Answer.AGAIN) {
                        if (refused.isEmpty()) {
                            try {
                                return Optional.of(definition.define(edited, validate));
                            } catch (PosadaException e) {
                                refused = Optional.of(new CommandException(FAILED, e));
                            }
                        }
                        answer = ask(refused.get());
                        if (answer == Answer.GIVE_UP) {
                            throw CommandException.silent();
                        }
                        if (answer == Answer.WITHOUT_SCHEMA) {
                            validate = false;
                            canRelax = false;
                        }
                        refused = Optional.empty();
                    }
                }
            }
        }

        /** Asks what to do about a refusal; where nobody can be asked, that is the end. */
        private Answer ask(CommandException refused) {
            if (!Terminals.isTerminal(Terminals.Descriptor.IN)) {
                throw refused;
            }
            var lines = refused.lines();
            lines.subList(1, lines.size()).forEach(call::complain);
            try (var key = SingleKey.open(call.session().console().in())) {
                while (true) {
                    show("\r" + lines.getFirst() + " Try again? " + (canRelax ? "[y,n,i,f,?]" : "[y,n,f,?]") + ": ");
                    int typed = key.read();
                    switch (typed) {
                        case 'y', 'Y' -> {
                            return Answer.AGAIN;
                        }
                        case 'n', 'N', -1 -> {
                            return Answer.GIVE_UP;
                        }
                        case 'f', 'F' -> {
                            return Answer.FORCE;
                        }
                        case '?' -> show(help());
                        default -> {
                            if (canRelax && (typed == 'i' || typed == 'I')) {
                                return Answer.WITHOUT_SCHEMA;
                            }
                        }
                    }
                }
            } finally {
                show("\r\n");
            }
        }

        private String help() {
            return "\r\ny - open the editor once more\r\nn - give up, all changes are lost\r\n"
                    + (canRelax ? "i - ignore the schema and redefine\r\n" : "")
                    + "f - redefine, whatever was wrong\r\n? - show these lines\r\n";
        }

        private void show(String text) {
            call.print(text);
            call.session().console().out().flush();
        }
    }
}
