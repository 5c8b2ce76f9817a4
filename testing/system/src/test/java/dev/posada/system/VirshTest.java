package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Debian's virsh drives a posadad and a real Linux guest, command by command. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VirshTest {
    @TempDir
    static Path folder;

    private Daemon daemon;

    @BeforeAll
    void startDaemon() throws IOException {
        Programs.need("virsh", "qemu-system-x86_64", "script");
        daemon = Daemon.start(folder.resolve("root"));
    }

    @AfterAll
    void stopDaemon() {
        if (daemon != null) {
            daemon.close();
        }
    }

    @Test
    void aFreshDaemonHasNoDomains() {
        assertThat(daemon.virsh("list", "--all").succeeded().out()).isBlank();
        assertThat(daemon.virsh("uri").succeeded().out().strip()).isEqualTo(daemon.uri());
        assertThat(daemon.virsh("version").succeeded().out()).contains("QEMU");
    }

    @Test
    void aGuestLivesItsWholeLife() throws Exception {
        define("life", LinuxGuest.xml("life", folder, "qemu", ""));
        assertThat(daemon.virsh("list", "--all").succeeded().out())
                .contains("life")
                .contains("shut off");
        daemon.virsh("start", "life").succeeded();
        assertThat(daemon.virsh("domstate", "life", "--reason").out().strip()).isEqualTo("running (booted)");

        try (var console = new PtyConversation("virsh -c '" + daemon.uri() + "' console life")) {
            console.expect("Escape character is ^]");
            console.type("\n");
            console.expect("/ #");
            console.type("echo sum=$((40+2))\n");
            console.expect("sum=42");
            console.type("\u001d");
            assertThat(console.end()).isZero();
        }

        daemon.virsh("suspend", "life").succeeded();
        assertThat(daemon.virsh("domstate", "life", "--reason").out().strip()).isEqualTo("paused (user)");
        daemon.virsh("resume", "life").succeeded();
        assertThat(daemon.virsh("domstate", "life", "--reason").out().strip()).isEqualTo("running (unpaused)");

        daemon.virsh("shutdown", "life").succeeded();
        Programs.await(
                "the guest obeys its power button",
                () -> daemon.virsh("domstate", "life", "--reason").out().strip().equals("shut off (shutdown)"));
        daemon.virsh("start", "life").succeeded();
        daemon.virsh("destroy", "life").succeeded();
        assertThat(daemon.virsh("domstate", "life", "--reason").out().strip()).isEqualTo("shut off (destroyed)");
        daemon.virsh("undefine", "life").succeeded();
        assertThat(daemon.virsh("domstate", "life").refused().err()).contains("failed to get domain 'life'");
    }

    @Test
    void aSecondConsoleIsRefusedUnlessForced() throws Exception {
        define("twins", LinuxGuest.xml("twins", folder, "qemu", ""));
        daemon.virsh("start", "twins").succeeded();
        try (var first = new PtyConversation("virsh -c '" + daemon.uri() + "' console twins")) {
            first.expect("Escape character is ^]");
            try (var second = new PtyConversation("virsh -c '" + daemon.uri() + "' console twins")) {
                second.expect("Active console session exists for this domain");
                assertThat(second.end()).isNotZero();
            }
            try (var forced = new PtyConversation("virsh -c '" + daemon.uri() + "' console twins --force")) {
                forced.expect("Escape character is ^]");
                assertThat(first.end()).isBetween(0, 1);
                forced.type("\n");
                forced.expect("/ #");
            }
        }
        daemon.virsh("destroy", "twins").succeeded();
        daemon.virsh("undefine", "twins").succeeded();
    }

    @Test
    void aGuestThatPowersItselfOffIsShutOff() throws Exception {
        define("selfish", LinuxGuest.xml("selfish", folder, "qemu", ""));
        daemon.virsh("start", "selfish").succeeded();
        try (var console = new PtyConversation("virsh -c '" + daemon.uri() + "' console selfish")) {
            console.expect("Escape character is ^]");
            console.type("\n");
            console.expect("/ #");
            console.type("poweroff -f\n");
            console.end();
        }
        Programs.await(
                "the guest is off",
                () -> daemon.virsh("domstate", "selfish", "--reason")
                        .out()
                        .strip()
                        .equals("shut off (shutdown)"));
        daemon.virsh("undefine", "selfish").succeeded();
    }

    @Test
    void eventsArriveUnderLibvirtsNames() throws Exception {
        var xml = Files.writeString(folder.resolve("noisy.xml"), small("noisy"));
        try (var events = new PtyConversation("virsh -c '" + daemon.uri() + "' event --all --loop")) {
            // Only a registered listener is told; the first change may come before that, so it is made until seen.
            Programs.await("the first event", () -> {
                daemon.virsh("define", xml.toString()).succeeded();
                return events.screen().contains("event 'lifecycle' for domain 'noisy': Defined");
            });
            daemon.virsh("start", "noisy").succeeded();
            daemon.virsh("suspend", "noisy").succeeded();
            daemon.virsh("resume", "noisy").succeeded();
            daemon.virsh("reset", "noisy").succeeded();
            daemon.virsh("destroy", "noisy").succeeded();
            daemon.virsh("undefine", "noisy").succeeded();
            events.expect("event 'lifecycle' for domain 'noisy': Started Booted");
            events.expect("event 'lifecycle' for domain 'noisy': Suspended Paused");
            events.expect("event 'lifecycle' for domain 'noisy': Resumed Unpaused");
            events.expect("event 'lifecycle' for domain 'noisy': Stopped Destroyed");
            events.expect("event 'lifecycle' for domain 'noisy': Undefined Removed");
            assertThat(events.screen().split("Started Booted", -1))
                    .as("each event once")
                    .hasSize(2);
        }
    }

    @Test
    void whatIsDumpedSatisfiesLibvirtsSchema() throws Exception {
        Programs.need("xmllint");
        define("valid", LinuxGuest.xml("valid", folder, "qemu", """
                <interface type='user'><model type='virtio'/></interface>
                <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
                <graphics type='vnc' port='-1' autoport='yes' listen='127.0.0.1'/>
                <video><model type='vga'/></video>
                <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
                """));
        schema("domain", daemon.virsh("dumpxml", "valid").succeeded().out());
        daemon.virsh("start", "valid").succeeded();
        var live = daemon.virsh("dumpxml", "valid").succeeded().out();
        schema("domain", live);
        assertThat(live).contains("<alias name='serial0'/>").contains("path='/dev/pts/");
        // Dots in the names of processor features are real and not in the schema: libvirt's own document fails there
        // too.
        schema(
                "capability",
                daemon.virsh("capabilities").succeeded().out().replaceAll(" *<feature name='[^']*'/>\n", ""));
        schema("domaincaps", daemon.virsh("domcapabilities").succeeded().out());
        schema(
                "domaincaps",
                daemon.virsh("domcapabilities", "--machine", "q35").succeeded().out());

        var vnc = daemon.virsh("vncdisplay", "valid").succeeded().out().strip();
        assertThat(vnc).startsWith("127.0.0.1:");
        var picture = folder.resolve("picture");
        daemon.virsh("screenshot", "valid", picture.toString()).succeeded();
        assertThat(new String(Files.readAllBytes(picture), StandardCharsets.ISO_8859_1))
                .matches("(?s)(P6|.PNG).*");
        daemon.virsh("destroy", "valid").succeeded();
        daemon.virsh("undefine", "valid").succeeded();
    }

    @Test
    void figuresAreThere() throws Exception {
        define("figures", small("figures"));
        assertThat(daemon.virsh("domstats", "figures").succeeded().out())
                .contains("state.state=5")
                .contains("vcpu.maximum=1")
                .contains("balloon.maximum=65536");
        daemon.virsh("start", "figures").succeeded();
        assertThat(daemon.virsh("domstats", "figures").succeeded().out())
                .contains("state.state=1")
                .contains("cpu.time=")
                .contains("vcpu.0.time=")
                .contains("balloon.rss=");
        assertThat(daemon.virsh("dominfo", "figures").succeeded().out())
                .contains("CPU time:")
                .contains("65536 KiB");
        assertThat(daemon.virsh("vcpuinfo", "figures").succeeded().out()).contains("State:          running");
        assertThat(daemon.virsh("dommemstat", "figures").succeeded().out()).contains("rss ");
        assertThat(daemon.virsh("nodeinfo").succeeded().out()).contains("CPU(s):");
        assertThat(daemon.virsh("nodecpustats").succeeded().out())
                .contains("user:")
                .contains("idle:");
        assertThat(daemon.virsh("nodememstats").succeeded().out())
                .contains("total")
                .contains("free");
        assertThat(daemon.virsh("qemu-monitor-command", "figures", "--hmp", "info status")
                        .succeeded()
                        .out())
                .contains("VM status: running");
        assertThat(daemon.virsh("qemu-monitor-command", "figures", "{\"execute\":\"query-status\"}")
                        .succeeded()
                        .out())
                .contains("\"status\":\"running\"");
        daemon.virsh("send-key", "figures", "KEY_LEFTCTRL", "KEY_LEFTALT", "KEY_DELETE")
                .succeeded();
        daemon.virsh("inject-nmi", "figures").succeeded();
        daemon.virsh("destroy", "figures").succeeded();
        daemon.virsh("undefine", "figures").succeeded();
    }

    @Test
    void settingsChangeOnDiskAndLive() throws Exception {
        define("settings", small("settings"));
        daemon.virsh("setmaxmem", "settings", "128M", "--config").succeeded();
        daemon.virsh("setmem", "settings", "96M", "--config").succeeded();
        daemon.virsh("setvcpus", "settings", "4", "--config", "--maximum").succeeded();
        daemon.virsh("setvcpus", "settings", "2", "--config").succeeded();
        daemon.virsh("desc", "settings", "--config", "--title", "A title").succeeded();
        daemon.virsh("metadata", "settings", "http://example.org/a", "--key", "a", "--set", "<b c='d'/>", "--config")
                .succeeded();
        daemon.virsh("autostart", "settings").succeeded();
        var xml = daemon.virsh("dumpxml", "settings").succeeded().out();
        assertThat(xml)
                .contains("<memory unit='KiB'>131072</memory>")
                .contains("<currentMemory unit='KiB'>98304</currentMemory>")
                .contains("<vcpu placement='static' current='2'>4</vcpu>")
                .contains("<title>A title</title>");
        assertThat(daemon.virsh("metadata", "settings", "http://example.org/a")
                        .succeeded()
                        .out())
                .contains("<b c='d'/>");
        assertThat(daemon.virsh("list", "--all", "--autostart").succeeded().out())
                .contains("settings");
        daemon.virsh("domrename", "settings", "renamed").succeeded();
        daemon.virsh("start", "renamed").succeeded();
        daemon.virsh("setmem", "renamed", "64M", "--live").succeeded();
        assertThat(daemon.virsh("setmem", "renamed", "1G", "--live").refused().err())
                .contains("cannot set memory higher than max memory");
        daemon.virsh("destroy", "renamed").succeeded();
        daemon.virsh("undefine", "renamed").succeeded();
    }

    @Test
    void whatDevicesMayTakeChangesWhileTheyAreUsed() throws Exception {
        Programs.run("truncate", "-s", "1M", folder.resolve("paced.raw").toString())
                .succeeded();
        define("paced", """
                <domain type='qemu'>
                  <name>paced</name><memory unit='MiB'>32</memory>
                  <os><type arch='x86_64' machine='pc'>hvm</type></os>
                  <devices>
                    <disk type='file' device='disk'><driver name='qemu' type='raw'/>
                      <source file='%s'/><target dev='vda' bus='virtio'/></disk>
                    <interface type='user'><mac address='52:54:00:aa:bb:cc'/><model type='virtio'/></interface>
                  </devices>
                </domain>
                """.formatted(folder.resolve("paced.raw")));
        daemon.virsh("start", "paced", "--paused").succeeded();

        daemon.virsh("blkdeviotune", "paced", "vda", "--total-iops-sec", "123", "--live")
                .succeeded();
        assertThat(monitor("query-block")).contains("\"iops\":123,");
        assertThat(daemon.virsh("blkdeviotune", "paced", "vda").out()).contains("total_iops_sec : 123");

        daemon.virsh("iothreadadd", "paced", "3", "--live").succeeded();
        daemon.virsh("iothreadset", "paced", "3", "--poll-max-ns", "5000", "--live")
                .succeeded();
        daemon.virsh("iothreadpin", "paced", "3", "0", "--live").succeeded();
        assertThat(monitor("query-iothreads")).contains("iothread3").contains("\"poll-max-ns\":5000");
        assertThat(daemon.virsh("iothreadinfo", "paced").out()).containsPattern("3 +0\\s");
        daemon.virsh("iothreaddel", "paced", "3", "--live").succeeded();
        assertThat(monitor("query-iothreads")).doesNotContain("iothread3");

        daemon.virsh("domif-setlink", "paced", "52:54:00:aa:bb:cc", "down").succeeded();
        assertThat(daemon.virsh("domif-getlink", "paced", "52:54:00:aa:bb:cc").out())
                .contains("down");
        assertThat(daemon.virsh("dumpxml", "paced", "--inactive").out()).doesNotContain("<link");
        daemon.virsh("domif-setlink", "paced", "52:54:00:aa:bb:cc", "up").succeeded();

        daemon.virsh("set-lifecycle-action", "paced", "reboot", "destroy", "--live")
                .succeeded();
        daemon.virsh("resume", "paced").succeeded();
        daemon.virsh("reset", "paced");
        Programs.await(
                "a reset ends the guest",
                () -> daemon.virsh("domstate", "paced").out().contains("shut off"));
        daemon.virsh("undefine", "paced").succeeded();
    }

    /** The command that is shown is one that runs: QEMU, given to a shell, answers on the monitor it names. */
    @Test
    void theNativeCommandCanBeTriedByHand() throws Exception {
        var file = Files.writeString(folder.resolve("native.xml"), small("native"));
        var command = daemon.virsh("domxml-to-native", "qemu-argv", file.toString())
                .succeeded()
                .out()
                .strip();
        assertThat(command.lines()).hasSize(1);
        var monitor = Path.of(command.replaceFirst(".*path=([^,]*/monitor.sock),.*", "$1"));
        assertThat(monitor.getParent()).as("nothing is made for the asking").doesNotExist();
        Files.createDirectories(monitor.getParent());
        var qemu = new ProcessBuilder("sh", "-c", "exec env " + command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("native.out").toFile())
                .start();
        try {
            Programs.await("QEMU listens on its monitor: " + command, () -> Files.exists(monitor) || !qemu.isAlive());
            assertThat(qemu.isAlive())
                    .as(Files.readString(folder.resolve("native.out")))
                    .isTrue();
        } finally {
            qemu.destroyForcibly().waitFor();
        }
    }

    private String monitor(String command) {
        return daemon.virsh("qemu-monitor-command", "paced", "{\"execute\":\"" + command + "\"}")
                .succeeded()
                .out()
                .replace(": ", ":");
    }

    @Test
    void startFlagsDoWhatTheySay() throws Exception {
        define("flags", small("flags"));
        daemon.virsh("start", "flags", "--paused").succeeded();
        assertThat(daemon.virsh("domstate", "flags").out().strip()).isEqualTo("paused");
        daemon.virsh("destroy", "flags", "--graceful").succeeded();
        daemon.virsh("start", "flags", "--autodestroy").succeeded();
        assertThat(daemon.virsh("domstate", "flags").out().strip())
                .as("when virsh has ended, the guest that was to end with it has too")
                .isEqualTo("shut off");
        daemon.virsh("undefine", "flags").succeeded();
        var transientXml = Files.writeString(folder.resolve("t.xml"), small("passing"));
        daemon.virsh("create", transientXml.toString()).succeeded();
        assertThat(daemon.virsh("dominfo", "passing").out()).contains("Persistent:     no");
        daemon.virsh("destroy", "passing").succeeded();
        assertThat(daemon.virsh("list", "--all").out()).doesNotContain("passing");
    }

    @Test
    void interactiveModeWorks() throws Exception {
        try (var shell = new PtyConversation("virsh -c '" + daemon.uri() + "'")) {
            shell.expect("virsh #");
            shell.type("hostname\n");
            shell.expect("virsh #");
            shell.type("nodeinfo\n");
            shell.expect("CPU model:");
            shell.type("quit\n");
            assertThat(shell.end()).isZero();
        }
    }

    @Test
    void theSimulatorIsPrivateToItsConnection() {
        var uri = daemon.uri().replaceFirst("^qemu\\+unix:///system", "test+unix:///default");
        assertThat(Programs.run("virsh", "-q", "-c", uri, "list", "--all")
                        .succeeded()
                        .out())
                .contains("test")
                .contains("running");
        Programs.run("virsh", "-q", "-c", uri, "destroy", "test").succeeded();
        assertThat(Programs.run("virsh", "-q", "-c", uri, "list").succeeded().out())
                .contains("running");
    }

    @Test
    void ofHundredsOfClientsEachIsServed() throws Exception {
        var uri = daemon.uri();
        var clients = java.util.stream.IntStream.range(0, 200)
                .mapToObj(number -> Programs.background(() -> Programs.run("virsh", "-q", "-c", uri, "hostname")))
                .toList();
        for (var client : clients) {
            client.get().succeeded();
        }
        assertThat(daemon.alive()).isTrue();
    }

    private void define(String name, String xml) throws IOException {
        var file = Files.writeString(folder.resolve(name + ".xml"), xml);
        daemon.virsh("define", file.toString(), "--validate").succeeded();
    }

    private static String small(String name) {
        return """
                <domain type='qemu'>
                  <name>%s</name>
                  <uuid>%s</uuid>
                  <memory unit='MiB'>64</memory>
                  <os><type arch='x86_64' machine='pc'>hvm</type></os>
                  <devices><serial type='pty'/><console type='pty'/></devices>
                </domain>
                """.formatted(name, UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)));
    }

    private void schema(String schema, String document) throws IOException {
        var file = Files.writeString(folder.resolve("judged.xml"), document);
        Programs.run(
                        "xmllint",
                        "--noout",
                        "--relaxng",
                        "/usr/share/libvirt/schemas/" + schema + ".rng",
                        file.toString())
                .succeeded();
    }
}
