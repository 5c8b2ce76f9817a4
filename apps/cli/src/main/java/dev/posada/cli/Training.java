package dev.posada.cli;

import dev.posada.terminal.Cancellation;
import dev.posada.terminal.Console;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Runs the verbs once on small images, so that the JVM learns what they need; see bin/assemble. */
final class Training {
    private static final int PATTERN_BYTES = 4 << 20;

    private Training() {}

    /** Takes an empty folder and the socket of a daemon that serves {@code test:///default}. */
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
        learnTools("test+unix:///default?socket=" + words[1], folder);
        // The way in and the way out are learned too.
        Main.main(new String[] {"posada", "image", "info", compressed});
    }

    /** What they print is the same work as what they do, save for the doing. */
    private static void learnTools(String uri, Path folder) {
        for (var disk : List.of("none", folder.resolve("disk.qcow2") + ",size=1")) {
            tool(
                    "virt-install",
                    List.of(
                            "--connect",
                            uri,
                            "--name",
                            "learning",
                            "--memory",
                            "256",
                            "--import",
                            "--disk",
                            disk,
                            "--network",
                            "default",
                            "--graphics",
                            "vnc",
                            "--osinfo",
                            "generic",
                            "--print-xml"));
        }
        tool("virt-xml", List.of("--connect", uri, "test", "--edit", "--memory", "256", "--print-diff"));
        tool("virt-clone", List.of("--connect", uri, "--original", "test", "--auto-clone", "--print-xml"));
    }

    private static void tool(String name, List<String> words) {
        try (var nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            Main.run(name, words, new Console(System.in, nowhere, nowhere, new Cancellation()));
        }
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
