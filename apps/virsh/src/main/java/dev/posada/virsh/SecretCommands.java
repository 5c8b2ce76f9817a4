package dev.posada.virsh;

import java.util.List;
import java.util.Optional;

/** Commands about passphrases and keys. */
final class SecretCommands implements CommandGroup {
    private static final List<String> NAMES = List.of(
            "secret-define",
            "secret-dumpxml",
            "secret-event",
            "secret-get-value",
            "secret-list",
            "secret-set-value",
            "secret-undefine");

    @Override
    public String keyword() {
        return "secret";
    }

    @Override
    public String title() {
        return "Secret";
    }

    @Override
    public List<String> names() {
        return NAMES;
    }

    @Override
    public Optional<Command> command(String name) {
        return Optional.ofNullable(
                switch (name) {
                    case "secret-define" -> Secrets.define();
                    case "secret-dumpxml" -> Secrets.dumpxml();
                    case "secret-list" -> Secrets.list();
                    case "secret-undefine" -> Secrets.undefine();
                    case "secret-get-value" -> Secrets.getValue();
                    case "secret-set-value" -> Secrets.setValue();
                    case "secret-event" -> ObjectEventCommands.secret();
                    default -> null;
                });
    }
}
