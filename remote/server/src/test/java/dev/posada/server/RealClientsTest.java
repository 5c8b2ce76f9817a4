package dev.posada.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posada.simulator.SimulatorProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * libvirt's own clients as judges: what they show of our {@code test:///default} must be what they show of libvirt's,
 * which lives inside them and needs no daemon.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealClientsTest {
    private static final String THEIRS = "test:///default";

    private RunningServer server;
    private String ours;

    @BeforeAll
    void start() {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/virsh")), "virsh is not installed");
        server = RunningServer.start(settings -> settings, List.of(new SimulatorProvider()));
        ours = "test+unix:///default?socket=" + server.socket();
    }

    @AfterAll
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "list --all",
                "list --all --name --uuid",
                "domstate test --reason",
                "domid test",
                "domuuid test",
                "domname 1",
                "dumpxml test",
                "vcpucount test",
                "vcpupin test",
                "emulatorpin test",
                "nodeinfo",
                "nodecpumap",
                "freecell --all",
                "maxvcpus",
                "domstats",
                "dommemstat test",
                "domblklist test",
                "domiflist test",
                "domcontrol test",
                "ttyconsole test",
                "desc test",
                "desc test --title",
                "snapshot-list test",
                "suspend test",
                "reset test",
                "reboot test",
                "shutdown test",
                "destroy test",
                "undefine test",
                "autostart test",
                "setmem test 1000000",
                "setmaxmem test 1000000",
                "setvcpus test 1",
                "send-key test KEY_A",
                "inject-nmi test",
                "screenshot test /dev/null",
                "domrename test other",
                "start test",
                "dominfo nobody",
                "domuuid nobody",
                "event --list",
                "-r destroy test",
                "-r domstate test",
                "-r dumpxml test --security-info",
                "qemu-monitor-command test {}",
                "domxml-from-native qemu-argv /dev/null"
            })
    void virshShowsTheSame(String command) throws Exception {
        assertThat(virsh(ours, command)).isEqualTo(virsh(THEIRS, command));
    }

    @Test
    void virshCanBeTalkedTo() throws Exception {
        var script = """
                define %s
                start talk
                list --all
                suspend talk
                domstate talk --reason
                resume talk
                destroy talk
                undefine talk
                list --all
                quit
                """;
        var xml = Files.writeString(folder.resolve("talk.xml"), domain("talk"));
        assertThat(run(script.formatted(xml), "virsh", "-q", "-c", ours))
                .isEqualTo(run(script.formatted(xml), "virsh", "-q", "-c", THEIRS));
    }

    @Test
    void pythonHearsTheSameEvents() throws Exception {
        assumeTrue(run("", "/usr/bin/python3", "-c", "import libvirt").startsWith("0"), "python3-libvirt is missing");
        var script = Files.writeString(folder.resolve("events.py"), """
                import libvirt, sys, threading
                libvirt.virEventRegisterDefaultImpl()
                def loop():
                    while True:
                        libvirt.virEventRunDefaultImpl()
                threading.Thread(target=loop, daemon=True).start()
                connection = libvirt.open(sys.argv[1])
                done = threading.Event()
                heard = []
                def lifecycle(connection, domain, event, detail, opaque):
                    heard.append((domain.name(), event, detail))
                    if event == libvirt.VIR_DOMAIN_EVENT_UNDEFINED:
                        done.set()
                connection.domainEventRegisterAny(None, libvirt.VIR_DOMAIN_EVENT_ID_LIFECYCLE, lifecycle, None)
                for event in range(1, 27):
                    connection.domainEventRegisterAny(None, event, lambda *a: heard.append(event), None)
                domain = connection.defineXML(sys.argv[2])
                for act in (domain.create, domain.suspend, domain.resume, domain.destroy, domain.create,
                            domain.shutdown, domain.undefine):
                    act()
                done.wait(20)
                print(heard)
                print(connection.getType(), connection.isAlive(), connection.isSecure(), connection.getInfo())
                """);
        assertThat(run("", "/usr/bin/python3", script.toString(), ours, domain("heard")))
                .isEqualTo(run("", "/usr/bin/python3", script.toString(), THEIRS, domain("heard")));
    }

    @Test
    void twoHundredVirshesAtOnceAreServed() throws Exception {
        var all = new ArrayList<Process>();
        for (int i = 0; i < 200; i++) {
            all.add(new ProcessBuilder("virsh", "-c", ours, "list", "--name")
                    .redirectErrorStream(true)
                    .start());
        }
        for (var each : all) {
            var out = new String(each.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(each.waitFor()).as(out).isZero();
            assertThat(out.strip()).isEqualTo("test");
        }
    }

    @TempDir
    Path folder;

    private static String virsh(String uri, String command) throws Exception {
        var words = new ArrayList<>(List.of("virsh", "-c", uri));
        words.addAll(List.of(command.split(" ")));
        return run("", words.toArray(String[]::new));
    }

    /** Exit status and everything a program says. */
    private static String run(String input, String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return process.exitValue() + "\n" + out;
    }

    private static String domain(String name) {
        return "<domain type='test'><name>" + name + "</name><uuid>aaaaaaaa-1111-2222-3333-444444444444</uuid>"
                + "<memory>1024</memory><os><type>hvm</type></os></domain>";
    }
}
