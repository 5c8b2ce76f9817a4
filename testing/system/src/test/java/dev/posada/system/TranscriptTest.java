package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same 800 virsh commands and 140 calls of libvirt's Python binding to a posadad and to a real libvirtd: what is
 * printed, exit statuses, types of answers and numbers of errors must agree. Each line that differs stands in {@code differences.txt} under its reason; {@code posada.golden.rewrite} writes the file anew,
 * without those that have gone.
 */
class TranscriptTest {
    private static final String RESOURCES = "transcript/";

    private static final List<String> FILES = List.of(
            "guest.xml",
            "small.xml",
            "broken.xml",
            "empty.xml",
            "noname.xml",
            "badtype.xml",
            "badmemory.xml",
            "badelement.xml",
            "baduuid.xml",
            "samename.xml",
            "nic.xml",
            "badnic.xml",
            "othermodel.xml",
            "sameuuid.xml",
            "cpu.xml",
            "badcpu.xml",
            "hostcpu.xml",
            "cpus.xml",
            "secret.xml",
            "private.xml",
            "badsecret.xml",
            "filter.xml",
            "badfilter.xml",
            "net.xml",
            "hostbridge.xml",
            "fleeting.xml",
            "badrange.xml",
            "badprefix.xml",
            "badmode.xml",
            "natless.xml",
            "samebridge.xml",
            "clash.xml",
            "port.xml",
            "calls.py");

    /** The figures and words to compare with are this version's. */
    private static final String VERSION = "9.0.";

    @TempDir
    Path folder;

    @Test
    void clientsAreToldTheSame() throws Exception {
        Programs.need("qemu-system-x86_64", "qemu-img");
        var commands = resource("commands.txt")
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
        SequencedMap<String, String> theirs;
        SequencedMap<String, String> ours;
        var ourFolder = prepare("ours");
        // No control groups on either side: what a host has of them is another matter.
        // Nor a network from the first day, which libvirtd has only where its package put one.
        Files.createDirectories(folder.resolve("root/etc/network"));
        Files.writeString(folder.resolve("root/etc/qemu.conf"), "cgroup_controllers = [ ]\n");
        Files.writeString(folder.resolve("root/etc/posadad.conf"), Libvirtd.HOST_UUID);
        try (var libvirtd = Libvirtd.start(folder.resolve("libvirtd"));
                var daemon = Daemon.startApart(folder.resolve("root"))) {
            assumeTrue(
                    libvirtd.version().startsWith(VERSION),
                    "libvirt " + libvirtd.version() + " is not the one to compare with");
            var theirFolder = prepare("theirs");
            var libvirts = Programs.background(() -> answers(libvirtd.uri(), theirFolder, commands));
            ours = answers(daemon.uri(), ourFolder, commands);
            ours.replaceAll((_, text) -> text.replace(daemon.root().toString(), "@ROOT@"));
            theirs = libvirts.get();
        }
        var differing = new LinkedHashMap<String, List<String>>();
        theirs.forEach((command, text) -> {
            var lines = Differences.between(text, ours.get(command));
            if (!lines.isEmpty()) {
                differing.put(command, lines);
            }
        });
        judge(differing);
    }

    /** What virsh prints for each command, and what each reading call of libvirt's Python binding answers. */
    private static SequencedMap<String, String> answers(String uri, String folder, List<String> commands) {
        var answers = Transcript.of(uri, folder, commands);
        var binding = "/usr/bin/python3";
        if (Programs.run(binding, "-c", "import libvirt").status() == 0) {
            Programs.run(binding, folder + "/calls.py", uri, folder + "/guest.xml")
                    .succeeded()
                    .out()
                    .lines()
                    .map(line -> line.split("\t", 2))
                    .forEach(call -> answers.put(call[0], call[1]));
        }
        return answers;
    }

    private static void judge(SequencedMap<String, List<String>> differing) throws IOException {
        var known = Differences.parse(resource("differences.txt"));
        if (Boolean.getBoolean("posada.golden.rewrite")) {
            Files.writeString(
                    Checkout.root()
                            .resolve("testing/system/src/test/resources/dev/posada/system")
                            .resolve(RESOURCES + "differences.txt"),
                    known.rewritten(differing));
            return;
        }
        var surprises = new ArrayList<String>();
        differing.forEach((command, lines) -> {
            if (!known.unknown(command, lines).isEmpty()) {
                surprises.add("== " + command + "\n" + String.join("\n", lines));
            }
        });
        assertThat(String.join("\n", surprises))
                .as("lines that only libvirtd (-) or only posadad (+) prints and no one has listed")
                .isEmpty();
    }

    /** A folder with the documents the commands name, and a disk. */
    private String prepare(String name) throws IOException {
        var made = Files.createDirectories(folder.resolve(name)).toString();
        for (var file : FILES) {
            Files.writeString(Path.of(made, file), resource(file).replace("@FOLDER@", made));
        }
        for (var disk : List.of("/disk.qcow2", "/more.qcow2")) {
            Programs.run("qemu-img", "create", "-q", "-f", "qcow2", made + disk, "64M")
                    .succeeded();
        }
        return made;
    }

    private static String resource(String name) throws IOException {
        try (var in = TranscriptTest.class.getResourceAsStream(RESOURCES + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
