package dev.posada.virsh;

import dev.posada.terminal.Cancellation;
import dev.posada.terminal.Console;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Runs common commands once, so that the JVM learns what they need; see bin/assemble. */
final class Training {
    private Training() {}

    /** Takes the socket of a daemon that serves {@code test:///default}. */
    public static void main(String[] words) {
        var uri = "test+unix:///default?socket=" + words[0];
        for (var line : List.of(
                "list --all",
                "list --all --title",
                "list --name --uuid",
                "--output json list --all",
                "help",
                "dominfo test",
                "domstate test",
                "dumpxml test",
                "suspend test",
                "resume test",
                "domstats",
                "net-list --all",
                "pool-list --all",
                "vol-list default-pool",
                "nodeinfo",
                "version",
                "capabilities",
                "destroy test",
                "start test",
                "dominfo nobody",
                "list --nothing")) {
            try (var nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
                var console = new Console(System.in, nowhere, nowhere, new Cancellation());
                var given = new ArrayList<>(List.of("-c", uri));
                given.addAll(List.of(line.split(" ")));
                new VirshTool().run(given, console);
            }
        }
        // The way in and the way out are learned too.
        Main.main(new String[] {"-c", uri, "list", "--all"});
    }
}
