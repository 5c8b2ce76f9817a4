package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher's virt-viewer under Xvfb, against our daemon and QEMU: what its window shows and what comes of its keys. */
class ViewerTest {
    private static final String SCREEN =
            "<graphics type='vnc'><listen type='socket'/></graphics><video><model type='vga'/></video>";

    @TempDir
    Path folder;

    @BeforeEach
    void needs() {
        Programs.need("virsh", "qemu-system-x86_64", "script", "Xvfb", "xdotool");
    }

    /** A machine without a disk, whose firmware says so. */
    private static String empty(String name, String devices) {
        return """
                <domain type='qemu'>
                  <name>%s</name>
                  <memory unit='MiB'>32</memory>
                  <os><type arch='x86_64'>hvm</type></os>
                  <devices>%s</devices>
                </domain>
                """.formatted(name, devices);
    }

    private void define(Daemon daemon, String name, String xml) throws IOException {
        Path file = Files.writeString(folder.resolve(name + ".xml"), xml);
        daemon.virsh("define", file.toString()).succeeded();
    }

    @Test
    void aBootingGuestIsSeenAndTypedInto() throws Exception {
        try (var daemon = Daemon.start(folder.resolve("root"));
                var display = XServer.start(folder)) {
            define(daemon, "seen", LinuxGuest.withScreen("seen", folder, SCREEN));
            daemon.virsh("start", "seen").succeeded();
            try (var viewer = Viewer.start(display, daemon, folder, "seen")) {
                viewer.expect("Connected to graphic server");
                try (var console = new PtyConversation("virsh -c '" + daemon.uri() + "' console seen")) {
                    console.expect("Escape character is ^]");
                    console.type("\n");
                    console.expect("/ #");
                    console.type("read line </dev/tty1; echo \"TYPED:[$line\"; echo \"SO IT IS: $line\" >/dev/tty1\n");
                    console.expect("echo \"SO IT IS");
                    viewer.focus();
                    viewer.type("Hello, World! <42>");
                    console.expect("TYPED:[Hello, World! <42>");
                }
                var place = viewer.awaitScreenOf("seen");
                // The tab of the serial console is above the screen, to the right of the screen's own.
                viewer.click(place.x() + 105, place.y() - 12);
                viewer.awaitNoScreenOf("seen", place);
                viewer.focus();
                // The console may not be open yet; once it is, the guest's screen tells that it was typed into.
                var before = viewer.screenshot("seen");
                Programs.await("the guest is typed into", () -> {
                    viewer.type("");
                    viewer.type("echo from the tab | tee /tmp/tab >/dev/tty1");
                    return viewer.changes("seen", before);
                });
            }
            try (var console = new PtyConversation("virsh -c '" + daemon.uri() + "' console seen --force")) {
                console.expect("Escape character is ^]");
                console.type("\ncat /tmp/tab\n");
                console.expect("from the tab\r\n");
            }
        }
    }

    @Test
    void aScreenThatListensNowhereIsHandedOver() throws Exception {
        try (var daemon = Daemon.start(folder.resolve("root"));
                var display = XServer.start(folder)) {
            define(
                    daemon,
                    "inner",
                    empty(
                            "inner",
                            "<graphics type='vnc' passwd='pssst'><listen type='none'/></graphics>"
                                    + "<video><model type='vga'/></video>"));
            daemon.virsh("start", "inner").succeeded();
            try (var viewer = Viewer.start(display, daemon, folder, "--attach", "inner")) {
                viewer.awaitScreenOf("inner");
                assertThat(viewer.said()).contains("Opening connection to display 0 that the daemon hands over");
                daemon.virsh("destroy", "inner").succeeded();
                assertThat(viewer.end()).isZero();
            }
        }
    }

    @Test
    void itWaitsForTheGuestAndForItsReturn() throws Exception {
        try (var daemon = Daemon.start(folder.resolve("root"));
                var display = XServer.start(folder)) {
            define(daemon, "late", empty("late", SCREEN));
            try (var viewer = Viewer.start(display, daemon, folder, "--wait", "--reconnect", "late")) {
                Programs.await(
                        "the window",
                        () -> !display.windows("late - Virt Viewer").isEmpty());
                daemon.virsh("start", "late").succeeded();
                viewer.awaitScreenOf("late");
                daemon.virsh("destroy", "late").succeeded();
                viewer.expect("display has disconnected, waiting to reconnect");
                daemon.virsh("start", "late").succeeded();
                viewer.awaitScreenOf("late");
                assertThat(viewer.interrupt()).isEqualTo(130);
            }
        }
    }

    @Test
    void itEndsWithTheGuestAndKnowsThePassword() throws Exception {
        try (var daemon = Daemon.start(folder.resolve("root"));
                var display = XServer.start(folder)) {
            define(
                    daemon,
                    "secret",
                    empty(
                            "secret",
                            "<graphics type='vnc' port='-1' autoport='yes' passwd='pssst'/><video><model type='vga'/></video>"));
            daemon.virsh("start", "secret").succeeded();
            try (var viewer = Viewer.start(display, daemon, folder, "secret")) {
                viewer.awaitScreenOf("secret");
                daemon.virsh("destroy", "secret").succeeded();
                assertThat(viewer.end()).isZero();
                assertThat(viewer.said())
                        .contains("Opening direct TCP connection to display at 127.0.0.1:59")
                        .endsWith("Guest secret display has disconnected, shutting down\n");
            }
        }
    }

    /** With a program in ssh's place that runs on this host what is meant for the other. */
    @Test
    void behindSshTheScreenIsTakenThroughIt() throws Exception {
        Programs.need("socat");
        Path ssh = program("ssh", "for word; do last=$word; done; echo \"$*\" >>$0.log; exec sh -c \"$last\"");
        Path netcat = program("nc", "[ \"$1\" = -U ] && exec socat - \"UNIX-CONNECT:$2\"; echo usage");
        try (var daemon = Daemon.start(folder.resolve("root"));
                var display = XServer.start(folder)) {
            define(daemon, "far", empty("far", SCREEN));
            daemon.virsh("start", "far").succeeded();
            String uri = daemon.uri().replace("+unix:///", "+ssh://me@far.example/") + "&command=" + ssh + "&netcat="
                    + netcat;
            try (var viewer = Viewer.start(display, daemon, folder, "-c", uri, "far")) {
                viewer.awaitScreenOf("far");
                assertThat(viewer.said()).contains("Opening indirect connection to display at /");
                daemon.virsh("destroy", "far").succeeded();
                assertThat(viewer.end()).isZero();
            }
            assertThat(Files.readString(folder.resolve("ssh.log")).lines())
                    .hasSize(2)
                    .allMatch(line -> line.startsWith("-l me -T -e none -- far.example sh -c "));
        }
    }

    private Path program(String name, String script) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file;
    }

    @Test
    void whatCannotBeShownIsToldInOneLine() throws Exception {
        try (var daemon = Daemon.start(folder.resolve("root"));
                var display = XServer.start(folder)) {
            define(daemon, "blind", empty("blind", ""));
            assertThat(ending(display, daemon, "nobody")).isEqualTo("1 virt-viewer: Cannot find guest nobody");
            assertThat(ending(display, daemon, "blind"))
                    .isEqualTo("1 virt-viewer: Virtual machine blind is not running");
            daemon.virsh("start", "blind").succeeded();
            assertThat(ending(display, daemon, "blind"))
                    .isEqualTo("1 virt-viewer: Cannot determine the graphic type for the guest blind");
            assertThat(ending(display, daemon, "--uuid", "blind")).isEqualTo("1 virt-viewer: Cannot find guest blind");
        }
    }

    /** Status and last line of one that ends by itself. */
    private String ending(XServer display, Daemon daemon, String... words) throws Exception {
        try (var viewer = Viewer.start(display, daemon, folder, words)) {
            int status = viewer.end();
            return status + " " + viewer.said().lines().toList().getLast();
        }
    }
}
