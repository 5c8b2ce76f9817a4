package dev.posada.system;

import dev.posada.terminal.Cancellation;
import dev.posada.terminal.Console;
import dev.posada.virsh.VirshTool;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Our virsh within this process: for hundreds of commands, where what the launcher does has been tested elsewhere. */
final class OurVirsh {
    private OurVirsh() {}

    static Outcome run(List<String> words) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int status = new VirshTool()
                .run(
                        words,
                        new Console(
                                InputStream.nullInputStream(),
                                new PrintStream(out, false, StandardCharsets.UTF_8),
                                new PrintStream(err, true, StandardCharsets.UTF_8),
                                new Cancellation()));
        return new Outcome(
                "virsh " + String.join(" ", words),
                status,
                out.toString(StandardCharsets.UTF_8),
                err.toString(StandardCharsets.UTF_8));
    }
}
