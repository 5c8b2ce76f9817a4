package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posada.install.VirtInstall;
import dev.posada.install.VirtXml;
import dev.posada.terminal.Cancellation;
import dev.posada.terminal.Console;
import dev.posada.terminal.Tool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code virt-install} and {@code virt-xml} answer as the originals do, word for word but for what is random. */
class VirtInstallTest {
    /** So many the originals do well within a program's patience, on a busy machine too. */
    private static final int LINES_AT_ONCE = 60;

    private static final Path ORIGINALS = Path.of("/usr/share/virt-manager/virtinst/virtinstall.py");
    private static final String UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
    private static final List<Map.Entry<Pattern, String>> RANDOM = List.of(
            Map.entry(Pattern.compile(UUID), "UUID"),
            Map.entry(Pattern.compile("(52:54:00|00:16:3e)(:[0-9a-f]{2}){3}"), "MAC"),
            Map.entry(Pattern.compile("> \\d+ M available"), "> N M available"));

    @TempDir
    private Path folder;

    private record Answer(int status, String out, String err) {
        /** What two runs of the same program have in common. */
        Answer masked() {
            return new Answer(status, mask(out), mask(err));
        }

        List<String> lines() {
            return List.of((status + "\n" + err + "\n" + out).split("\n", -1));
        }

        private static String mask(String text) {
            var masked = text;
            for (var each : RANDOM) {
                masked = each.getKey().matcher(masked).replaceAll(each.getValue());
            }
            return masked;
        }
    }

    @Test
    void agreesWithTheOriginalOnLibvirtd() throws Exception {
        needOriginals();
        try (var libvirtd = Libvirtd.start(folder.resolve("libvirtd"))) {
            prepare();
            libvirtd.virsh("define", domain(libvirtd.uri()).toString());
            var lines = new ArrayList<>(lines("lines.txt"));
            lines.addAll(lines("suboptions.txt"));
            compare(libvirtd.uri(), lines);
        }
    }

    private static void needOriginals() {
        Programs.need("python3", "qemu-img", "virt-install", "qemu-system-x86_64");
        assumeTrue(Files.exists(ORIGINALS), "the original tools are not installed");
    }

    private void prepare() throws IOException {
        var images = Files.createDirectories(folder.resolve("images/dir")).getParent();
        Programs.run(
                "qemu-img",
                "create",
                "-q",
                "-f",
                "qcow2",
                images.resolve("disk.qcow2").toString(),
                "64M");
        for (var raw : List.of("disk.raw", "vx.raw")) {
            Programs.run(
                    "qemu-img", "create", "-q", "-f", "raw", images.resolve(raw).toString(), "64M");
        }
        Files.writeString(images.resolve("cd.iso"), "no image");
    }

    /** A domain for virt-xml to change. */
    private Path domain(String uri) throws IOException {
        var printed = ours(
                uri,
                words("--name xmltest --memory 1024 --vcpus 2 --disk " + folder.resolve("images/vx.raw")
                        + ",target=vda --disk device=cdrom --graphics vnc --graphics spice --serial pty"
                        + " --network default --network user --osinfo debian11 --import --print-xml"
                        + " --sysinfo bios.vendor=a --cpu core2duo,+vmx --boot hd,cdrom --virt-type qemu"));
        return Files.writeString(folder.resolve("xmltest.xml"), printed.out());
    }

    private List<String> lines(String file) throws IOException {
        var lines = new ArrayList<String>();
        for (var line : resource(file).lines().toList()) {
            if (!line.isBlank() && !line.startsWith("#")) {
                lines.add(line.replace("@IMAGES@", folder.resolve("images").toString()));
            }
        }
        return lines;
    }

    private static String resource(String name) throws IOException {
        try (var in = VirtInstallTest.class.getResourceAsStream("virt-install/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void compare(String uri, List<String> lines) throws Exception {
        var theirs = new ArrayList<Answer>();
        for (int i = 0; i < lines.size(); i += LINES_AT_ONCE) {
            theirs.addAll(originals(uri, lines.subList(i, Math.min(i + LINES_AT_ONCE, lines.size()))));
        }
        var ours = lines.stream().map(line -> ours(uri, words(line))).toList();
        var allowed = resource("differences.txt")
                .lines()
                .filter(line -> line.contains(" | "))
                .map(line -> line.substring(0, line.indexOf(" | ")))
                .toList();
        var differences = new ArrayList<String>();
        for (int i = 0; i < lines.size(); i++) {
            var line = lines.get(i);
            if (allowed.stream().noneMatch(line::endsWith)) {
                difference(theirs.get(i).masked(), ours.get(i).masked())
                        .ifPresent(difference -> differences.add(line + "\n" + difference));
            }
        }
        assertThat(differences).as("of " + lines.size() + " answers").isEmpty();
    }

    /** The first line that differs. */
    private static Optional<String> difference(Answer theirs, Answer ours) {
        var expected = theirs.lines();
        var actual = ours.lines();
        for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
            var one = i < expected.size() ? expected.get(i) : "(nothing)";
            var other = i < actual.size() ? actual.get(i) : "(nothing)";
            if (!one.equals(other)) {
                return Optional.of("  theirs: " + one + "\n  ours:   " + other);
            }
        }
        return Optional.empty();
    }

    private List<Answer> originals(String uri, List<String> lines) throws IOException {
        var script = Files.writeString(folder.resolve("original.py"), resource("original.py"));
        var commands = Files.write(folder.resolve("lines"), lines);
        var answers = folder.resolve("answers");
        var outcome = Programs.run("/usr/bin/python3", script.toString(), uri, commands.toString(), answers.toString());
        assertThat(outcome.status()).as(outcome.err()).isZero();
        var read = new ArrayList<Answer>();
        for (var record : Files.readString(answers).split("\u001e", -1)) {
            var parts = record.split("\u001f", -1);
            if (parts.length == 3) {
                read.add(new Answer(Integer.parseInt(parts[0]), parts[1], parts[2]));
            }
        }
        assertThat(read).hasSameSizeAs(lines);
        return read;
    }

    private static Answer ours(String uri, List<String> line) {
        var first = line.getFirst();
        boolean named = first.equals("virt-install") || first.equals("virt-xml");
        Tool tool = first.equals("virt-xml") ? new VirtXml() : new VirtInstall();
        var words = new ArrayList<>(List.of("--connect", uri));
        words.addAll(line.subList(named ? 1 : 0, line.size()));
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int status = tool.run(
                words,
                new Console(
                        InputStream.nullInputStream(),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        new Cancellation()));
        return new Answer(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** A line's words, as a shell takes them apart. */
    private static List<String> words(String line) {
        var words = new ArrayList<String>();
        var word = new StringBuilder();
        boolean begun = false;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote != 0 && c == quote) {
                quote = 0;
            } else if (quote == '"' && c == '\\' && "\\\"".indexOf(line.charAt(i + 1)) >= 0) {
                word.append(line.charAt(++i));
            } else if (quote != 0 || (c != '\'' && c != '"' && c != ' ')) {
                word.append(c);
                begun = true;
            } else if (c != ' ') {
                quote = c;
                begun = true;
            } else if (begun) {
                words.add(word.toString());
                word.setLength(0);
                begun = false;
            }
        }
        if (begun) {
            words.add(word.toString());
        }
        return words;
    }
}
