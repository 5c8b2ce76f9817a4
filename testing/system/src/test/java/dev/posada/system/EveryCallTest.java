package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each call of libvirt's own Python binding, of each kind of domain: none is answered late, by a fault inside the daemon or by
 * an error that says nothing, and a domain starts after all of them. {@code clients/every_call.py} makes them.
 */
class EveryCallTest {
    @TempDir
    static Path folder;

    private static KindsHost host;
    private static Path script;

    @BeforeAll
    static void makeHost() throws IOException {
        assumeTrue(
                Programs.run("/usr/bin/python3", "-c", "import libvirt").status() == 0,
                "python3-libvirt is not installed");
        host = KindsHost.make(folder);
        // Each emulator is asked what it can when somebody wants to know for the first time, which takes longer than
        // any call.
        host.virsh("capabilities").succeeded();
        script = folder.resolve("every_call.py");
        try (var in = Objects.requireNonNull(EveryCallTest.class.getResourceAsStream("clients/every_call.py"))) {
            Files.copy(in, script, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @AfterAll
    static void closeHost() throws IOException {
        if (host != null) {
            host.close();
        }
    }

    private static void ask(String uri, String part) {
        var ran = Programs.run("/usr/bin/python3", script.toString(), uri, folder.toString(), part);
        assertThat(ran.out().lines().filter(line -> line.startsWith("wrong: ")))
                .as("asked of " + uri + ", " + part)
                .isEmpty();
        assertThat(ran.succeeded().out()).containsPattern("\\d+ calls, \\d+ refusals\n$");
    }

    @Test
    void connectionsOfAllKindsAnswer() {
        for (var kind : new String[] {"posada", "qemu", "docker", "jvm"}) {
            ask(host.of(kind), "connection");
        }
        ask(host.of("test").replace("/system", "/default"), "connection");
    }

    @Test
    void objectsOfTheHostAnswer() {
        ask(host.uri(), "objects");
    }

    @Test
    void aContainerAnswers() throws IOException {
        host.start("web", KindsHost.container("web", "", "/bin/sh"));
        ask(host.uri(), "web");
    }

    @Test
    void aJavaProgramAnswers() throws IOException {
        host.start("ledger", host.program("ledger", "talk", ""));
        ask(host.uri(), "ledger");
    }

    @Test
    void aGuestAnswers() throws IOException {
        host.start("box", """
                <domain type='qemu'><name>box</name><memory unit='MiB'>32</memory>
                <os><type arch='x86_64' machine='q35'>hvm</type></os>
                <devices><serial type='pty'/><console type='pty'/><graphics type='vnc'/></devices></domain>
                """);
        ask(host.uri(), "box");
    }

    @Test
    void aSimulatedDomainAnswers() {
        ask(host.of("test").replace("/system", "/default"), "test");
    }

    /** Also on a virtual network, which the command itself knows nothing of. */
    @Test
    void aGuestOnANetworkHasANativeCommand() throws IOException {
        var document = Files.writeString(folder.resolve("plugged.xml"), """
                <domain type='qemu'><name>plugged</name><memory unit='MiB'>32</memory>
                <os><type arch='x86_64'>hvm</type></os>
                <devices><interface type='network'><source network='default'/></interface></devices></domain>
                """, StandardCharsets.UTF_8);
        assertThat(host.virsh("domxml-to-native", "qemu-argv", document.toString())
                        .succeeded()
                        .out())
                .contains("\"type\":\"tap\"");
    }
}
