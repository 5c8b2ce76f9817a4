package dev.posada.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Machines whose kernel files were written down, laid out again in a folder. */
final class CapturedMachine {

    private CapturedMachine() {}

    /** Lays out a machine: lines {@code === path} part the text of its files. */
    static Path layOut(String name, Path root) {
        try (var input = CapturedMachine.class.getResourceAsStream(name + ".tree")) {
            var text = new String(input.readAllBytes(), StandardCharsets.UTF_8);
            for (var part : text.split("(?m)^=== ", -1)) {
                if (!part.isEmpty()) {
                    int end = part.indexOf('\n');
                    var file = root.resolve(part.substring(0, end));
                    Files.createDirectories(file.getParent());
                    Files.writeString(file, part.substring(end + 1));
                }
            }
            return root;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A host that is this machine, with default settings. */
    static LinuxHost host(String name, Path root) {
        return new LinuxHost(layOut(name, root), HostSettings.defaults(), root.resolve("kept/host-uuid"));
    }
}
