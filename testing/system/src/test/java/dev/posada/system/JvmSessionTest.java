package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Java programs of a user's session, whose daemon has no rights but the user's. The user is nobody. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JvmSessionTest {
    private static final String NOBODY = "65534";

    private Path folder;
    private Path posadad;
    private Path jar;
    private String java;
    private Daemon daemon;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        Programs.need("virsh", "setpriv", "script");
        Programs.needRoot();
        this.folder = folder;
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        java = Path.of(System.getProperty("java.home"), "bin/java").toString();
        jar = Parlour.jar(folder.resolve("parlour.jar"));
        // A checkout may be its owner's alone.
        var house = Files.createDirectory(folder.resolve("house"));
        Programs.run(
                        "/bin/sh",
                        "-c",
                        "cd \"$1\" && bin/posadad --help >/dev/null && cp -a --parents bin/posadad bin/find-jdk build/posada/lib"
                                + " build/posada/jdk build/posada/complete \"$2\"",
                        "sh",
                        Checkout.root().toString(),
                        house.toString())
                .succeeded();
        posadad = house.resolve("bin/posadad");
        for (var own : List.of("home", "run")) {
            Programs.run(
                            "install",
                            "-d",
                            "-m",
                            "0700",
                            "-o",
                            NOBODY,
                            "-g",
                            NOBODY,
                            folder.resolve(own).toString())
                    .succeeded();
        }
        daemon = Daemon.startSession(user(), posadad, folder.resolve("home"));
    }

    @AfterAll
    void end() throws Exception {
        if (daemon != null) {
            for (var name : virsh("list", "--name").out().lines().toList()) {
                if (!name.isBlank()) {
                    virsh("destroy", name);
                }
            }
            daemon.terminate();
        }
    }

    /** The words that run a command as the user, in the session. */
    private List<String> user() {
        return List.of(
                "setpriv",
                "--reuid",
                NOBODY,
                "--regid",
                NOBODY,
                "--clear-groups",
                "env",
                "-i",
                "PATH=/usr/bin:/bin",
                "LANG=C.UTF-8",
                "HOME=" + folder.resolve("home"),
                "XDG_RUNTIME_DIR=" + folder.resolve("run"));
    }

    private String[] asUser(String... words) {
        var line = new ArrayList<>(user());
        line.addAll(List.of(words));
        return line.toArray(String[]::new);
    }

    private String uri() {
        return daemon.uri().replaceFirst("^qemu", "jvm");
    }

    private Outcome virsh(String... words) {
        var line = new ArrayList<>(List.of("virsh", "-q", "-c", uri()));
        line.addAll(List.of(words));
        return Programs.run(asUser(line.toArray(String[]::new)));
    }

    private String state(String name) {
        return virsh("domstate", "--reason", name).succeeded().out().strip();
    }

    private void define(String name, String more) throws IOException {
        var xml = """
                <domain type='jvm'>
                  <name>%s</name>
                  <memory unit='MiB'>96</memory>
                  <vcpu>1</vcpu>
                  %s
                  <os><type>exe</type><init>%s</init><initarg>talk</initarg></os>
                  <devices><console type='pty'/></devices>
                </domain>
                """.formatted(name, more, jar);
        virsh("define", Files.writeString(folder.resolve(name + ".xml"), xml).toString())
                .succeeded();
    }

    @Test
    void aProgramRunsAsItsUserAndOutlivesTheDaemon() throws Exception {
        define("inn", "");
        virsh("start", "inn").succeeded();
        assertThat(virsh("domstats", "inn").succeeded().out()).contains("cpu.time=", "jvm.");
        // Neither silence nor a refusal: it runs, and who asks hears what does not hold.
        assertThat(virsh("dominfo", "inn").succeeded().out()).contains("the rest of <memory>");
        assertThat(virsh("setmem", "inn", "64M", "--live").refused().err()).contains("no control group");
        var heap = folder.resolve("home/inn.hprof");
        virsh("dump", "inn", heap.toString()).succeeded();
        assertThat(Files.getAttribute(heap, "unix:uid")).isEqualTo(Integer.valueOf(NOBODY));
        talk("one");

        daemon.kill();
        daemon = Daemon.startSession(user(), posadad, folder.resolve("home"));
        assertThat(state("inn")).isEqualTo("running (booted)");
        talk("two");
        virsh("suspend", "inn").succeeded();
        assertThat(state("inn")).isEqualTo("paused (user)");
        virsh("resume", "inn").succeeded();
        virsh("shutdown", "inn").succeeded();
        Programs.await("inn is shut off", () -> state("inn").equals("shut off (shutdown)"));
        virsh("undefine", "inn").succeeded();
    }

    private void talk(String word) throws IOException {
        try (var console =
                new PtyConversation(String.join(" ", asUser("virsh", "-c", "'" + uri() + "'", "console", "inn")))) {
            console.expect("Escape character is ^]");
            console.type("say " + word + "\n");
            console.expect("heard " + (4 + word.length()) + " letters: SAY " + word.toUpperCase(Locale.ROOT));
        }
    }

    @Test
    void whatNeedsAControlGroupIsRefused() throws Exception {
        define("tuned", "<cputune><shares>512</shares></cputune>");
        assertThat(virsh("start", "tuned").refused().err())
                .contains("<cputune> and <memtune> need a control group")
                .contains("no right to write");
        virsh("undefine", "tuned").succeeded();
    }

    @Test
    void itsOwnUsersProgramsAreAdoptedAndNobodyElses() throws Exception {
        assertThat(virsh("qemu-attach", Long.toString(ProcessHandle.current().pid()))
                        .refused()
                        .err()
                        .strip()
                        .lines()
                        .filter(line -> !line.isBlank()))
                .hasSize(2)
                .last()
                .asString()
                .contains("is another user's; a session's daemon looks after its own user's alone");
        var guest = new ProcessBuilder(
                        asUser(java, "-Xmx32m", "-XX:TieredStopAtLevel=1", "-jar", jar.toString(), "talk"))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            // It is the same process from setpriv to the JVM, which has to have begun.
            Programs.await(
                    "it is adopted",
                    () -> virsh("qemu-attach", Long.toString(guest.pid())).status() == 0);
            var name = "parlour-" + guest.pid();
            assertThat(virsh("list", "--transient", "--name").out().strip()).isEqualTo(name);
            assertThat(virsh("qemu-monitor-command", name, "--hmp", "VM.version")
                            .succeeded()
                            .out())
                    .contains("JDK");
            virsh("destroy", name).succeeded();
            Programs.await("it is gone", () -> !guest.isAlive());
        } finally {
            guest.destroyForcibly();
        }
    }
}
