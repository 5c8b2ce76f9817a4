package dev.posada.virsh;

import dev.posada.terminal.Program;
import java.util.List;

/** {@code virsh} as a program of its own: scripts start it thousands of times, so nothing else is on its class path. */
public final class Main {
    private Main() {}

    public static void main(String[] words) {
        Program.run(new VirshTool(), List.of(words));
    }
}
