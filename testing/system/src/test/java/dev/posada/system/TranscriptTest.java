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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same 800 virsh commands and 140 calls of libvirt's Python binding to a posadad and to a real libvirtd: what is
 * printed, exit statuses, types of answers and numbers of errors must agree. And the same commands by our own virsh to
 * both: it must print what libvirt's prints. Each line that differs stands in {@code differences.txt}, {@code
 * virsh-of-libvirtd.txt} or {@code virsh-of-posadad.txt} under its reason; {@code posada.golden.rewrite} writes the
 * files anew, without those that have gone.
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
    static Path folder;

    /** What libvirt's virsh and Python binding are told by libvirtd and by posadad, what our virsh is told by both. */
    private static SequencedMap<String, String> theirs;

    private static SequencedMap<String, String> ours;
    private static SequencedMap<String, String> ourVirshOfTheirs;
    private static SequencedMap<String, String> ourVirshOfOurs;

    @BeforeAll
    static void askAll() throws Exception {
        Programs.need("virsh", "qemu-system-x86_64", "qemu-img");
        var commands = resource("commands.txt")
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
        // Each asks a daemon of its own, since most commands change something.
        try (var libvirtd = Libvirtd.start(folder.resolve("libvirtd"));
                var otherLibvirtd = Libvirtd.start(folder.resolve("other-libvirtd"));
                var daemon = posadad("root");
                var otherDaemon = posadad("other-root")) {
            assumeTrue(
                    libvirtd.version().startsWith(VERSION),
                    "libvirt " + libvirtd.version() + " is not the one to compare with");
            var folders = new ArrayList<String>();
            for (var name : List.of("theirs", "ours", "ours-of-theirs", "ours-of-ours")) {
                folders.add(prepare(name));
            }
            var first = Programs.background(() -> answers(libvirtd.uri(), folders.get(0), commands));
            var second = Programs.background(
                    () -> Transcript.of(OurVirsh::run, otherLibvirtd.uri(), folders.get(2), commands));
            var third = Programs.background(
                    () -> Transcript.of(OurVirsh::run, otherDaemon.uri(), folders.get(3), commands));
            ours = answers(daemon.uri(), folders.get(1), commands);
            theirs = first.get();
            ourVirshOfTheirs = second.get();
            ourVirshOfOurs = third.get();
            ours.replaceAll((_, text) -> text.replace(daemon.root().toString(), "@ROOT@"));
            ourVirshOfOurs.replaceAll(
                    (_, text) -> text.replace(otherDaemon.root().toString(), "@ROOT@"));
        }
    }

    /**
     * No control groups on either side: what a host has of them is another matter. Nor a network from the first day,
     * which libvirtd has only where its package put one.
     */
    private static Daemon posadad(String name) throws Exception {
        var root = folder.resolve(name);
        Files.createDirectories(root.resolve("etc/network"));
        Files.writeString(root.resolve("etc/qemu.conf"), "cgroup_controllers = [ ]\n");
        Files.writeString(root.resolve("etc/posadad.conf"), Libvirtd.HOST_UUID);
        return Daemon.startApart(root);
    }

    @Test
    void clientsAreToldTheSame() throws Exception {
        judge(theirs, ours, "differences.txt");
    }

    @Test
    void ourVirshPrintsOfLibvirtdWhatLibvirtsPrints() throws Exception {
        judge(commandsOf(theirs), ourVirshOfTheirs, "virsh-of-libvirtd.txt");
    }

    @Test
    void ourVirshPrintsOfPosadadWhatLibvirtsPrints() throws Exception {
        judge(commandsOf(ours), ourVirshOfOurs, "virsh-of-posadad.txt");
    }

    /** Without the calls of the Python binding. */
    private static SequencedMap<String, String> commandsOf(SequencedMap<String, String> answers) {
        var commands = new LinkedHashMap<>(answers);
        commands.keySet().retainAll(ourVirshOfTheirs.keySet());
        return commands;
    }

    /** What virsh prints for each command, and what each reading call of libvirt's Python binding answers. */
    private static SequencedMap<String, String> answers(String uri, String folder, List<String> commands) {
        var answers = Transcript.of(TranscriptTest::libvirtsVirsh, uri, folder, commands);
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

    private static Outcome libvirtsVirsh(List<String> words) {
        var line = new ArrayList<>(List.of("virsh"));
        line.addAll(words);
        return Programs.run(line.toArray(String[]::new));
    }

    /** Compares; what differs and is not in the file fails the test. */
    private static void judge(SequencedMap<String, String> first, SequencedMap<String, String> second, String file)
            throws IOException {
        var differing = new LinkedHashMap<String, List<String>>();
        first.forEach((command, text) -> {
            var lines = Differences.between(text, second.getOrDefault(command, "(not asked)"));
            if (!lines.isEmpty()) {
                differing.put(command, lines);
            }
        });
        var known = Differences.parse(resource(file));
        if (Boolean.getBoolean("posada.golden.rewrite")) {
            Files.writeString(
                    Checkout.root()
                            .resolve("testing/system/src/test/resources/dev/posada/system")
                            .resolve(RESOURCES + file),
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
                .as("lines that only the first (-) or only the second (+) prints and " + file + " does not list")
                .isEmpty();
    }

    /** A folder with the documents the commands name, and a disk. */
    private static String prepare(String name) throws IOException {
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
