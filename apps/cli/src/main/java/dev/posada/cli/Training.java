package dev.posada.cli;

import dev.posada.terminal.Cancellation;
import dev.posada.terminal.Console;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Runs the verbs once on small images, so that the JVM learns what they need; see bin/assemble. */
final class Training {
    private static final int PATTERN_BYTES = 4 << 20;

    private Training() {}

    /** Takes an empty folder. */
    public static void main(String[] words) throws IOException {
        var folder = Path.of(words[0]);
        var raw = folder.resolve("raw");
        byte[] content = new byte[PATTERN_BYTES];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) ((i % 3) * (i / 128));
        }
        Files.write(raw, content);
        var qcow2 = folder.resolve("image").toString();
        var compressed = folder.resolve("compressed").toString();
        run("convert", "-p", "-f", "raw", "-O", "qcow2", raw.toString(), qcow2);
        run("convert", "-p", "-f", "qcow2", "-O", "raw", qcow2, raw.toString());
        run("convert", "-c", "-f", "qcow2", "-O", "qcow2", qcow2, compressed);
        run("info", compressed);
        run("info", "--output=json", compressed);
        run("check", compressed);
        run("map", "--output=json", qcow2);
        run("compare", qcow2, compressed);
        run("create", "-f", "qcow2", folder.resolve("new").toString(), "1G");
        // The way in and the way out are learned too.
        Main.main(new String[] {"posada", "image", "info", compressed});
    }

    private static void run(String... words) {
        try (var nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            var console = new Console(System.in, nowhere, System.err, new Cancellation());
            if (new ImageCommand(console).run(words) != 0) {
                throw new IllegalStateException("the training failed at " + words[0]);
            }
        }
    }
}
