package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our virsh at a terminal: lines that are completed and remembered, a guest's console, Ctrl-C. */
class ShellTest {
    private static final String ESCAPE = "\035";
    private static final String CONTROL_C = "\003";
    private static final String EARLIER = "\020";

    @TempDir
    Path folder;

    private Daemon daemon;

    @BeforeEach
    void startDaemon() throws IOException {
        Programs.need("qemu-system-x86_64", "busybox", "script", "stty");
        daemon = Daemon.start(folder.resolve("root"));
    }

    @AfterEach
    void stopDaemon() {
        daemon.close();
    }

    private PtyConversation virsh(String words) throws IOException {
        return new PtyConversation("stty rows 24 cols 100; TERM=xterm XDG_CACHE_HOME=" + folder + " exec "
                + Checkout.root().resolve("bin/virsh") + " -c '" + daemon.uri() + "' " + words);
    }

    private void define(String name) throws IOException {
        var xml = Files.writeString(
                folder.resolve(name + ".xml"),
                "<domain type='qemu'><name>" + name + "</name><memory unit='MiB'>32</memory>"
                        + "<os><type arch='x86_64'>hvm</type></os></domain>");
        assertThat(OurVirsh.run(List.of("-c", daemon.uri(), "define", xml.toString()))
                        .succeeded()
                        .out())
                .isEqualTo("Domain '" + name + "' defined from " + xml + "\n\n");
    }

    @Test
    void linesAreCompletedAndRemembered() throws Exception {
        define("shepherd");
        try (var shell = virsh("")) {
            shell.expect("virsh # ");
            shell.type("lis\t--al\t\n");
            shell.expect(" -    shepherd   shut off");
            shell.type("domin\tsheph\t\n");
            shell.expect("Name:           shepherd");
            shell.type("quit\n");
            assertThat(shell.end()).isZero();
        }
        try (var shell = virsh("")) {
            shell.expect("virsh # ");
            shell.type(EARLIER + EARLIER + "\n");
            shell.expect("Name:           shepherd");
            shell.type("quit\n");
            assertThat(shell.end()).isZero();
        }
    }

    @Test
    void theConsoleOfAGuestIsUsedAndLeft() throws Exception {
        var xml = Files.writeString(folder.resolve("g.xml"), LinuxGuest.xml("guest", folder, "qemu", ""));
        try (var console = virsh("create --console " + xml)) {
            console.expect("Connected to domain 'guest'");
            console.expect("Escape character is ^] (Ctrl + ])");
            console.type("\n");
            console.expect("/ #");
            console.type("echo SUM-$((40 + 2))\n");
            console.expect("SUM-42");
            console.type(ESCAPE);
            assertThat(console.end()).isZero();
        }
        // From within the shell, which has its terminal back afterwards.
        try (var shell = virsh("")) {
            shell.expect("virsh # ");
            shell.type("console guest\n");
            shell.expect("Escape character");
            shell.type("\necho PRODUCT-$((6 * 7))\n");
            shell.expect("PRODUCT-42");
            shell.type(ESCAPE);
            Programs.await(
                    "the shell is back",
                    () -> shell.screen().lastIndexOf("virsh # ")
                            > shell.screen().indexOf("PRODUCT-42"));
            shell.type("domstate guest\n");
            shell.expect("running");
            shell.type("destroy guest\nquit\n");
            assertThat(shell.end()).isZero();
        }
    }

    @Test
    void controlCEndsAWaitForEvents() throws Exception {
        define("shepherd");
        try (var waiting = virsh("event --event lifecycle --loop")) {
            Programs.await("an event is seen", () -> {
                OurVirsh.run(List.of("-c", daemon.uri(), "start", "shepherd"));
                OurVirsh.run(List.of("-c", daemon.uri(), "destroy", "shepherd"));
                return waiting.screen().contains("event 'lifecycle' for domain 'shepherd': Started Booted");
            });
            waiting.type(CONTROL_C);
            waiting.expect("event loop interrupted");
            waiting.expect("events received: ");
            assertThat(waiting.end()).isZero();
        }
    }
}
