package dev.posada.virsh;

import dev.posada.client.Namespaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code lxc-enter-namespace}: runs a program inside a container. The daemon hands over the container's namespaces;
 * {@code nsenter} enters them, because a program of many threads cannot.
 */
final class EnterNamespace {
    private static final int CANNOT_EXECUTE = 255;

    /** The options of {@code nsenter} by the kernel's names of namespaces. */
    private static final Map<String, String> OPTIONS = Map.of(
            "user",
            "--user",
            "ipc",
            "--ipc",
            "uts",
            "--uts",
            "net",
            "--net",
            "pid",
            "--pid",
            "mnt",
            "--mount",
            "cgroup",
            "--cgroup");

    private EnterNamespace() {}

    static void run(Call call) {
        var domain = Domains.of(call);
        var model = call.has("noseclabel")
                ? "none"
                : call.connection().securityModel().name();
        if (!model.isEmpty() && !model.equals("none")) {
            throw new CommandException(
                    "unsupported configuration: Security model " + model + " cannot be entered; use --noseclabel");
        }
        try (var namespaces = domain.files().namespaces()) {
            var words = new ArrayList<>(List.of("nsenter"));
            words.addAll(entrances(namespaces));
            words.add("--");
            words.addAll(call.all("cmd"));
            int status = ForegroundProgram.run(call, words, CANNOT_EXECUTE);
            if (status != 0) {
                throw ForegroundProgram.failed(String.join(" ", call.all("cmd")), status);
            }
        }
    }

    /** Those that are not our own: entering one's own user namespace is an error. */
    private static List<String> entrances(Namespaces namespaces) {
        var options = new ArrayList<String>();
        for (var place : namespaces.places()) {
            var name = name(place);
            var kind = name.substring(0, Math.max(0, name.indexOf(':')));
            var option = OPTIONS.get(kind);
            if (option != null && !name.equals(name(Path.of("/proc/self/ns", kind)))) {
                options.add(option + "=" + place);
            }
        }
        return options;
    }

    /** What the kernel calls it, as {@code net:[4026531840]}. */
    private static String name(Path namespace) {
        try {
            return Files.readSymbolicLink(namespace).toString();
        } catch (IOException e) {
            throw new CommandException("cannot look at the namespace " + namespace + ": " + e.getMessage());
        }
    }
}
