package dev.posada.viewer;

import dev.posada.terminal.Console;
import dev.posada.terminal.Tool;
import java.util.List;

/** {@code virt-manager}: will open the web console in a browser; says so until there is one. */
public final class BrowserConsole implements Tool {
    private static final int NOT_THERE = 1;

    @Override
    public int run(List<String> words, Console console) {
        console.err()
                .println("virt-manager: the web console it opens does not exist yet; use virsh, virt-install and "
                        + "virt-viewer");
        return NOT_THERE;
    }
}
