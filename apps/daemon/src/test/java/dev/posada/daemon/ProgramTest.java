package dev.posada.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posada.client.Connection;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as whoever starts it sees it: a process with words, two outputs and an exit status. */
final class ProgramTest {
    private static final int PATIENCE_SECONDS = 120;

    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void end() throws InterruptedException {
        for (var process : started) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void readyLineComesOnceAndItsUriWorks() throws Exception {
        var daemon = start("--root", root());
        var out = daemon.inputReader();
        var uri = uri(out);

        assertThat(uri).startsWith("qemu+unix:///").endsWith("?socket=" + root() + "/run/posada-sock");
        try (var connection = Connection.open(uri.replaceFirst("qemu\\+unix:///[a-z]*", "test+unix:///default"))) {
            assertThat(connection.domains()).hasSize(1);
        }
        terminate(daemon);
        assertThat(out.lines()).as("nothing else on standard output").isEmpty();
    }

    @Test
    void sigtermEndsItInOrder() throws Exception {
        var daemon = start("--root", root(), "--pid-file", folder.resolve("pid").toString());
        var uri = uri(daemon.inputReader());
        assertThat(uri).isNotEmpty();
        assertThat(folder.resolve("pid")).hasContent(daemon.pid() + "\n");

        terminate(daemon);

        assertThat(exit(daemon)).isZero();
        assertThat(folder.resolve("pid")).doesNotExist();
        assertThat(Path.of(root(), "run/posada-sock")).doesNotExist();
    }

    @Test
    void killedDaemonLeavesNothingInTheWayOfTheNext() throws Exception {
        var first = start("--root", root());
        assertThat(uri(first.inputReader())).isNotEmpty();
        first.destroyForcibly().waitFor();

        var second = start("--root", root());

        assertThat(uri(second.inputReader())).isNotEmpty();
    }

    @Test
    void secondDaemonIsRefusedInOneLine() throws Exception {
        var first = start("--root", root());
        assertThat(uri(first.inputReader())).isNotEmpty();

        var second = start("--root", root());

        assertThat(exit(second)).isEqualTo(ExitCode.TAKEN.number());
        assertThat(second.errorReader().lines())
                .singleElement()
                .asString()
                .startsWith("posadad: another daemon (process " + first.pid() + ") runs in ");
    }

    @Test
    void wrongOptionIsOneLineAndItsStatus() throws Exception {
        var process = start("--rooot", root());

        assertThat(exit(process)).isEqualTo(ExitCode.OPTIONS.number());
        assertThat(process.errorReader().lines())
                .containsExactly("posadad: --rooot is no option of posadad; posadad --help lists them");
    }

    @Test
    void wrongSettingIsOneLineWithFileLineAndKey() throws Exception {
        var conf = folder.resolve("my.conf");
        Files.writeString(conf, "# mine\nmax_clients = \"many\"\n");

        var process = start("--root", root(), "--config", conf.toString());

        assertThat(exit(process)).isEqualTo(ExitCode.SETTINGS.number());
        assertThat(process.errorReader().lines())
                .containsExactly(
                        "posadad: " + conf + ":2: max_clients takes a number, as in max_clients = 5000, not text");
    }

    @Test
    void helpAndVersionGoToStandardOutput() throws Exception {
        var help = start("--help");
        assertThat(exit(help)).isZero();
        assertThat(help.inputReader().lines().findFirst()).contains("usage: posadad [OPTION]...");

        var version = start("--version");
        assertThat(exit(version)).isZero();
        assertThat(version.inputReader().lines()).singleElement().asString().startsWith("posadad ");
    }

    @Test
    void idleDaemonEndsAfterItsTimeout() throws Exception {
        var process = start("--root", root(), "--timeout", "1");
        assertThat(uri(process.inputReader())).isNotEmpty();

        assertThat(exit(process)).isZero();
    }

    @Test
    void messagesGoWhereTheSettingsSay() throws Exception {
        var log = folder.resolve("my.log");
        var conf = folder.resolve("my.conf");
        Files.writeString(conf, "log_outputs = \"1:file:" + log + "\"\nno_such_key = 1\n");
        var process = start("--root", root(), "--config", conf.toString(), "--verbose");
        assertThat(uri(process.inputReader())).isNotEmpty();
        terminate(process);
        assertThat(exit(process)).isZero();

        assertThat(process.errorReader().lines()).isEmpty();
        assertThat(Files.readAllLines(log))
                .anyMatch(line -> line.endsWith("warning daemon: " + conf + ":2: no_such_key is no setting of posadad"))
                .anyMatch(line -> line.contains(" info daemon: posadad ") && line.contains("is ready at"))
                .anyMatch(line -> line.endsWith("info daemon: stopping; guests go on"));
    }

    @Test
    void sessionDaemonOfAnotherUserKeepsToItsHome() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root, to become another user");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "needs setpriv (package util-linux)");
        var home = Files.createTempDirectory(
                Path.of("/tmp"),
                "posada-",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxrwxrwx")));
        // The umask took the right to write away again.
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
        var nobody = List.of("/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
        assumeTrue(readableBy(nobody), "needs a checkout that everybody can read");
        try {
            var command = new ArrayList<>(nobody);
            command.addAll(List.of(
                    "/usr/bin/env", "-u", "XDG_RUNTIME_DIR", "HOME=" + home, "XDG_CONFIG_HOME=" + home + "/config"));
            command.addAll(java());
            var daemon = new ProcessBuilder(command).start();
            started.add(daemon);

            assertThat(uri(daemon.inputReader()))
                    .isEqualTo("qemu+unix:///session?socket=" + home + "/.cache/posada/run/posada-sock");
            assertThat(home.resolve("config/posada")).isDirectory();
            assertThat(Path.of("/etc/posada/posadad.conf.new")).doesNotExist();
            terminate(daemon);
            assertThat(exit(daemon)).isZero();
        } finally {
            deleteTree(home);
        }
    }

    private static boolean readableBy(List<String> user) throws Exception {
        var command = new ArrayList<>(user);
        command.addAll(List.of("/usr/bin/test", "-r"));
        command.add(Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.contains("classes"))
                .findFirst()
                .orElse("/"));
        return new ProcessBuilder(command).start().waitFor() == 0;
    }

    private static void deleteTree(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private Process start(String... words) throws IOException {
        var command = java();
        command.addAll(List.of(words));
        var process = new ProcessBuilder(command).start();
        started.add(process);
        return process;
    }

    private static List<String> java() {
        return new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.posada.daemon.Main"));
    }

    private static String uri(BufferedReader out) throws IOException {
        var line = out.readLine();
        assertThat(line).startsWith("posadad ready ");
        return line.substring("posadad ready ".length());
    }

    private static int exit(Process process) throws InterruptedException {
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as("ends")
                .isTrue();
        return process.exitValue();
    }

    /** Sends SIGTERM; Process.destroy would close what it still has to say as well. */
    private static void terminate(Process process) {
        assertThat(process.toHandle().destroy()).isTrue();
    }

    private String root() {
        return folder.resolve("root").toString();
    }
}
