package dev.posada.osinfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same database, read by libosinfo and by us. */
final class LibosinfoTest {
    private static final Path PYTHON = Path.of("/usr/bin/python3");

    @TempDir
    private Path folder;

    @Test
    void everySystemSaysWhatLibosinfoSaysOfIt() throws Exception {
        List<String> theirs = bySystem(judge("dump"));
        List<String> ours = new ArrayList<>();
        for (Os os : OsDatabase.open().all()) {
            ours.add(String.join("\n", lines(os)));
        }
        ours.sort(null);

        List<String> ourDifferences = new ArrayList<>(ours);
        ourDifferences.removeAll(theirs);
        List<String> theirDifferences = new ArrayList<>(theirs);
        theirDifferences.removeAll(ours);
        assertThat(String.join("\n", ourDifferences)).isEqualTo(String.join("\n", theirDifferences));
    }

    private static List<String> bySystem(List<String> lines) {
        List<String> systems = new ArrayList<>();
        StringBuilder system = new StringBuilder();
        for (String line : lines) {
            if (line.startsWith("os ") && !system.isEmpty()) {
                systems.add(system.toString());
                system.setLength(0);
            }
            system.append(system.isEmpty() ? "" : "\n").append(line);
        }
        systems.add(system.toString());
        return systems;
    }

    @Test
    void aDiscIsRecognizedAsLibosinfoDoes() throws Exception {
        List<String> volumes = List.of(
                "Debian 11.5.0 amd64 n",
                "Debian 10.2.0 amd64 1",
                "Fedora-S-dvd-x86_64-35",
                "Fedora-WS-Live-36-1-5",
                "Ubuntu-Server 20.04.1 LTS amd64",
                "Ubuntu 22.04 LTS amd64",
                "CentOS-8-3-2011-x86_64-dvd",
                "RHEL-9-0-0-BaseOS-x86_64",
                "openSUSE-Leap-15.4-NET-x86_64151",
                "FREEBSD_INSTALL",
                "ARCH_202211",
                "Fedora-S-dvd-x86_64-99",
                "nothing at all");
        List<String> ours = new ArrayList<>();
        OsDatabase database = OsDatabase.open();
        for (String volume : volumes) {
            ours.add(database.identify(new MediaLabels(volume, "LINUX", "", "", 0))
                    .map(match -> match.os().shortId() + " " + match.media().architecture())
                    .orElse("None"));
        }

        assertThat(ours).isEqualTo(judge("media", volumes.toArray(String[]::new)));
    }

    private List<String> judge(String verb, String... words) throws IOException, InterruptedException {
        assumeTrue(Files.exists(PYTHON) && Files.exists(Path.of("/usr/share/osinfo/VERSION")));
        Path script = folder.resolve("judge.py");
        Path answer = folder.resolve("answer");
        try (var in = LibosinfoTest.class.getResourceAsStream("judge.py")) {
            Files.write(script, in.readAllBytes());
        }
        List<String> command = new ArrayList<>(List.of(PYTHON.toString(), script.toString(), verb));
        command.addAll(List.of(words));
        Process judge = new ProcessBuilder(command)
                .redirectOutput(answer.toFile())
                .redirectError(folder.resolve("errors").toFile())
                .start();
        assertThat(judge.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assumeTrue(judge.exitValue() == 0, Files.readString(folder.resolve("errors")));
        return Files.readAllLines(answer, StandardCharsets.UTF_8);
    }

    private static List<String> lines(Os os) {
        List<String> lines = new ArrayList<>();
        lines.add("os " + os.id());
        lines.add("short " + String.join(" ", os.shortIds()));
        word(lines, "name", os.name());
        word(lines, "vendor", os.vendor());
        word(lines, "family", os.family());
        word(lines, "distro", os.distro());
        word(lines, "version", os.version());
        word(lines, "codename", os.codename());
        os.released().ifPresent(day -> lines.add("release " + day));
        os.endOfLife().ifPresent(day -> lines.add("eol " + day));
        os.kernelUrlArgument().ifPresent(word -> lines.add("kernelurl " + word));
        os.cloudUser().ifPresent(word -> lines.add("clouduser " + word));
        lines.add("status " + os.status().name().toLowerCase(java.util.Locale.ROOT));
        figures(lines, "min", os.resources(Needs.MINIMUM));
        figures(lines, "rec", os.resources(Needs.RECOMMENDED));
        figures(lines, "max", os.resources(Needs.MAXIMUM));
        figures(lines, "net", os.resources(Needs.NETWORK_INSTALL));
        os.devices().stream().sorted().forEach(device -> lines.add("dev " + device));
        os.firmwares().stream()
                .map(one -> "fw " + one.architecture() + " " + one.type() + " " + one.supported())
                .sorted()
                .forEach(lines::add);
        os.media().stream().map(LibosinfoTest::line).sorted().forEach(lines::add);
        os.trees().stream().map(LibosinfoTest::line).sorted().forEach(lines::add);
        os.images().stream()
                .map(one -> "image " + one.architecture() + " " + one.format() + " "
                        + one.url().orElse("None") + " " + one.cloudInit())
                .sorted()
                .forEach(lines::add);
        for (InstallScript script : os.installScripts()) {
            lines.add("script " + script.id() + " " + script.profile());
        }
        for (Driver one : os.drivers()) {
            lines.add("driver " + one.architecture() + " " + one.location() + " pre=" + one.preInstallable()
                    + " signed=" + one.signed() + " files=" + String.join(",", one.files()));
        }
        return lines;
    }

    private static void word(List<String> lines, String key, String value) {
        if (!value.isEmpty()) {
            lines.add(key + " " + value);
        }
    }

    private static void figures(List<String> lines, String key, List<Resources> all) {
        all.stream()
                .map(one -> key + " " + one.architecture() + " cpu=" + number(one.cpuHertz()) + " n="
                        + number(one.cpus()) + " ram=" + number(one.ramBytes()) + " st=" + number(one.storageBytes()))
                .sorted()
                .forEach(lines::add);
    }

    private static long number(OptionalLong value) {
        return value.orElse(-1);
    }

    private static String none(Optional<String> value) {
        return value.orElse("None");
    }

    private static String line(Media media) {
        return "media " + media.architecture() + " v=" + none(media.volumeId()) + " s=" + none(media.systemId()) + " p="
                + none(media.publisherId()) + " a=" + none(media.applicationId()) + " k=" + none(media.kernel()) + " i="
                + none(media.initrd()) + " live=" + media.live() + " inst=" + media.installer() + " script="
                + media.installerScript() + " vs=" + media.volumeSizeBytes().orElse(-1) + " ["
                + String.join(",", media.variants()) + "] {" + String.join(",", media.installScripts()) + "}";
    }

    private static String line(Tree tree) {
        return "tree " + tree.architecture() + " u=" + none(tree.url()) + " k=" + none(tree.kernel()) + " i="
                + none(tree.initrd()) + " f=" + none(tree.family()) + " v=" + none(tree.variant()) + " n="
                + none(tree.version()) + " a=" + none(tree.treeArchitecture()) + " ["
                + String.join(",", tree.variants()) + "]";
    }
}
