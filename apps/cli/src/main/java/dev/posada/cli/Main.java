package dev.posada.cli;

import dev.posada.clone.VirtClone;
import dev.posada.install.VirtInstall;
import dev.posada.install.VirtXml;
import dev.posada.terminal.Console;
import dev.posada.terminal.Program;
import dev.posada.terminal.Tool;
import dev.posada.viewer.BrowserConsole;
import dev.posada.viewer.VirtViewer;
import dev.posada.virsh.VirshTool;
import java.util.List;
import java.util.Optional;

/** One program of several names: the first word is the name it was called by, the others are the user's. */
public final class Main {
    private static final int UNKNOWN_TOOL = 127;

    private Main() {}

    public static void main(String[] words) {
        Program.run(
                (rest, console) -> run(words[0], rest, console), List.of(words).subList(1, words.length));
    }

    static int run(String name, List<String> words, Console console) {
        return tool(name).map(tool -> tool.run(words, console)).orElseGet(() -> {
            console.err().println("posada: there is no program '" + name + "'");
            return UNKNOWN_TOOL;
        });
    }

    /** Loads the classes of that tool alone. */
    private static Optional<Tool> tool(String name) {
        return switch (name) {
            case "posada" -> Optional.of(new PosadaTool());
            case "virt-clone" -> Optional.of(new VirtClone());
            case "virt-install" -> Optional.of(new VirtInstall());
            case "virt-xml" -> Optional.of(new VirtXml());
            case "virsh" -> Optional.of(new VirshTool());
            case "virt-viewer" -> Optional.of(new VirtViewer());
            case "virt-manager" -> Optional.of(new BrowserConsole());
            default -> Optional.empty();
        };
    }
}
