package dev.posada.daemon;

import dev.posada.host.HostSettings.BaseLabel;
import dev.posada.host.HostSettings.SecurityModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** How guests are kept apart, as the capabilities tell it. */
final class SecurityModels {
    private static final SecurityModel NONE = new SecurityModel("none", List.of());

    /** Which field of passwd(5) and group(5) the number is in. */
    private static final int ID_FIELD = 2;

    private SecurityModels() {}

    /** Only root's daemon can give guests another user; whom it gives them is what a label of the model dac says. */
    static List<SecurityModel> of(boolean privileged, ConfFile qemu) {
        if (!privileged) {
            return List.of(NONE);
        }
        var user = Settings.text(qemu, "user")
                .map(name -> number(name, Path.of("/etc/passwd")))
                .orElse(Optional.of("0"));
        var group = Settings.text(qemu, "group")
                .map(name -> number(name, Path.of("/etc/group")))
                .orElse(Optional.of("0"));
        if (user.isEmpty() || group.isEmpty()) {
            // A name only a directory service knows; what the label would be is not worth asking the network.
            return List.of(NONE);
        }
        var label = "+" + user.get() + ":+" + group.get();
        return List.of(
                NONE, new SecurityModel("dac", List.of(new BaseLabel("kvm", label), new BaseLabel("qemu", label))));
    }

    private static Optional<String> number(String name, Path table) {
        if (name.matches("\\+?\\d{1,10}")) {
            return Optional.of(name.replace("+", ""));
        }
        try (var lines = Files.lines(table)) {
            return lines.map(line -> line.split(":", -1))
                    .filter(fields -> fields.length > ID_FIELD && fields[0].equals(name))
                    .map(fields -> fields[ID_FIELD])
                    .findFirst();
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }
}
