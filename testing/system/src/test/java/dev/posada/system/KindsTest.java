package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A container, a Java program and machines of two processors, in one view that Debian's virsh asks. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KindsTest {
    private static final String A_TENTH = "<cputune><period>100000</period><quota>10000</quota></cputune>";

    private static final long SECOND_NANOS = 1_000_000_000;

    private KindsHost host;

    @BeforeAll
    void makeHost(@TempDir Path folder) throws Exception {
        host = KindsHost.make(folder);
    }

    @AfterAll
    void closeHost() throws Exception {
        if (host != null) {
            host.close();
        }
    }

    @Test
    void allKindsAreSeenAndDrivenTogether() throws Exception {
        host.define("box", KindsHost.container("box", "", "/bin/sh"));
        host.define("parlour", host.program("parlour", "talk", ""));
        host.define("arm", KindsHost.arm("arm"));
        host.define("intel", LinuxGuest.xml("intel", host.folder(), "qemu", ""));
        var names = List.of("box", "parlour", "arm", "intel");
        var consoles = new LinkedHashMap<String, PtyConversation>();
        try (var events = host.events()) {
            // Paused, so that nothing is said before somebody listens.
            for (var name : List.of("arm", "intel")) {
                host.virsh("start", "--paused", name).succeeded();
                consoles.put(name, host.console(name));
                host.virsh("resume", name).succeeded();
            }
            for (var name : List.of("box", "parlour")) {
                host.virsh("start", name).succeeded();
                consoles.put(name, host.console(name));
            }
            for (var name : names) {
                assertThat(host.virsh("list").out()).containsPattern("\\d+\\s+" + name + "\\s+running");
            }
            consoles.get("arm").expect("posada-guest ready");
            consoles.get("intel").expect("GUEST-UP");
            speak(consoles, "one");

            var figures = host.virsh("domstats").succeeded().out();
            for (var name : names) {
                assertThat(figures).contains("Domain: '" + name + "'");
                assertThat(host.figure(name, "cpu.time")).as(name).isPositive();
                assertThat(host.figure(name, "state.state")).as(name).isOne();
            }
            assertThat(figures).contains("jvm.");

            for (var name : names) {
                host.virsh("suspend", name).succeeded();
                assertThat(host.state(name)).isEqualTo("paused (user)");
                events.expect("event 'lifecycle' for domain '" + name + "': Suspended Paused");
            }
            // Nobody answers before he is woken.
            ask(consoles, "two");
            for (var console : consoles.values()) {
                assertThat(console.screen()).doesNotContain(answer("two"));
            }
            for (var name : names) {
                host.virsh("resume", name).succeeded();
                assertThat(host.state(name)).isEqualTo("running (unpaused)");
                events.expect("event 'lifecycle' for domain '" + name + "': Resumed Unpaused");
            }
            consoles.values().forEach(console -> console.expect(answer("two")));
        } finally {
            consoles.values().forEach(PtyConversation::close);
        }

        var before = host.virsh("list").out();
        host.killDaemon();
        assertThat(host.virsh("list").out()).isEqualTo(before);
        consoles.clear();
        try (var events = host.events()) {
            for (var name : names) {
                consoles.put(name, host.console(name));
            }
            speak(consoles, "three");
            host.virsh("destroy", "box").succeeded();
            events.expect("event 'lifecycle' for domain 'box': Stopped Destroyed");
            assertThat(host.state("box")).isEqualTo("shut off (destroyed)");
            for (var name : List.of("parlour", "arm", "intel")) {
                if (name.equals("arm")) {
                    // Debian's kernel for clouds has no driver for the button of this machine.
                    consoles.get(name).type("busybox poweroff -f\n");
                } else {
                    host.virsh("shutdown", name).succeeded();
                }
                events.expect("event 'lifecycle' for domain '" + name + "': Stopped Shutdown");
                assertThat(host.state(name)).isEqualTo("shut off (shutdown)");
            }
        } finally {
            consoles.values().forEach(PtyConversation::close);
        }
        names.forEach(name -> host.virsh("undefine", name).succeeded());
        assertThat(host.virsh("list", "--all", "--name").out().lines()).doesNotContainAnyElementsOf(names);
    }

    /** Types a question into each console and waits for the answers. */
    private static void speak(Map<String, PtyConversation> consoles, String word) throws Exception {
        ask(consoles, word);
        consoles.values().forEach(console -> console.expect(answer(word)));
    }

    /** A shell puts the word together again, the program shouts it: neither is what was typed. */
    private static void ask(Map<String, PtyConversation> consoles, String word) throws Exception {
        for (var entry : consoles.entrySet()) {
            entry.getValue()
                    .type(
                            entry.getKey().equals("parlour")
                                    ? "say-" + word + "\n"
                                    : "echo SAY-''" + word.toUpperCase(Locale.ROOT) + "\n");
        }
    }

    private static String answer(String word) {
        return "SAY-" + word.toUpperCase(Locale.ROOT);
    }

    @Test
    void aContainerThatTakesMoreMemoryThanItHasIsEnded() throws Exception {
        endsBadly("swollen", KindsHost.container("swollen", "", "/bin/tail", "/dev/zero"), "32 MiB of memory");
    }

    @Test
    void aProgramThatTakesMoreMemoryThanItHasIsEnded() throws Exception {
        endsBadly("hoard", host.program("hoard", "hoard", ""), "128 MiB of memory");
    }

    @Test
    void aProgramThatEatsItsHeapIsEnded() throws Exception {
        endsBadly("glutton", host.program("glutton", "eat", ""), "heap");
    }

    @Test
    void aProgramThatFailsHasCrashed() throws Exception {
        endsBadly("fails", host.program("fails", "fail", ""), "status 1");
    }

    @Test
    void aContainerThatFailsHasCrashed() throws Exception {
        endsBadly("exits", KindsHost.container("exits", "", "/bin/sh", "-c", "exit 3"), "status 3");
    }

    /** Starts what cannot last: state, event and one line for people say how it ended. */
    private void endsBadly(String name, String xml, String reason) throws Exception {
        try (var events = host.events()) {
            host.start(name, xml);
            host.awaitState(name, "shut off (crashed)");
            events.expect("event 'lifecycle' for domain '" + name + "': Stopped Crashed");
        }
        assertThat(host.virsh("dominfo", name).succeeded().out())
                .containsPattern(Pattern.compile("(?m)^(Messages:|\\s).*" + reason));
        assertThat(host.log().lines().filter(line -> line.contains("'" + name + "'") && line.contains(reason)))
                .as("lines of the log on " + name + "\n" + host.log())
                .hasSize(1);
        host.virsh("undefine", name).succeeded();
    }

    @Test
    void aContainersShareOfAProcessorIsNotExceeded() throws Exception {
        isHeldBack("busy", KindsHost.container("busy", A_TENTH, "/bin/sh", "-c", "while :; do :; done"));
    }

    @Test
    void aProgramsShareOfAProcessorIsNotExceeded() throws Exception {
        isHeldBack("dizzy", host.program("dizzy", "spin", A_TENTH));
    }

    /** What is measured is a share, which a busy host only makes smaller. */
    private void isHeldBack(String name, String xml) throws Exception {
        host.start(name, xml);
        long begin = System.nanoTime();
        long before = host.figure(name, "cpu.time");
        Programs.await(
                name + " has worked for some time", () -> host.figure(name, "cpu.time") - before > SECOND_NANOS / 4);
        double share = (double) (host.figure(name, "cpu.time") - before) / (System.nanoTime() - begin);
        assertThat(share).as("share of a processor that %s has", name).isLessThan(0.15);
        host.virsh("destroy", name).succeeded();
        host.virsh("undefine", name).succeeded();
    }

    @Test
    void anImageThatIsMissingIsNamedAtTheStart() throws Exception {
        host.define("absent", KindsHost.containerOf("no-such-image:9", "absent", "", "/bin/sh"));
        var refusal = host.virsh("start", "absent").refused().err().strip();
        assertThat(refusal.lines().filter(line -> !line.isBlank())).hasSize(2);
        assertThat(refusal).contains("no-such-image:9");
        assertThat(host.state("absent")).startsWith("shut off");
        host.virsh("undefine", "absent").succeeded();
    }

    @Test
    void anEngineThatDiesAndComesBackIsSurvived() throws Exception {
        host.start("afloat", KindsHost.container("afloat", "", "/bin/sleep", "1000"));
        try (var events = host.events()) {
            host.engine().kill();
            try {
                var refusal = host.virsh("suspend", "afloat").refused().err().strip();
                assertThat(refusal.lines().filter(line -> !line.isBlank())).hasSize(2);
                assertThat(refusal).contains(host.engine().socket().toString());
                // The other kinds do not mind.
                host.start("during", host.program("during", "talk", ""));
                host.virsh("destroy", "during").succeeded();
            } finally {
                host.engine().restart();
            }
            // An engine that comes back ends what ran without it.
            events.expect("event 'lifecycle' for domain 'afloat': Stopped");
            assertThat(host.state("afloat")).startsWith("shut off");
            Programs.await(
                    "the engine is found again",
                    () -> host.virsh("start", "afloat").status() == 0);
            assertThat(host.state("afloat")).isEqualTo("running (booted)");
            host.virsh("destroy", "afloat").succeeded();
            for (var name : List.of("afloat", "during")) {
                host.virsh("undefine", name).succeeded();
            }
        }
    }

    @Test
    void aNameIsItsKindsOwn() throws Exception {
        host.define("twin", KindsHost.container("twin", "", "/bin/sh"));
        host.define("twin", host.program("twin", "talk", ""));

        // Debian's virsh keeps the reason of a failed look-up to itself; other clients tell it.
        host.virsh("domstate", "twin").refused();
        assertThat(python("c.lookupByName('twin')").refused().err()).contains("docker/twin", "jvm/twin");
        assertThat(host.virsh("domstate", "docker/twin").succeeded().out()).startsWith("shut off");
        var program = host.virsh("domuuid", "jvm/twin").succeeded().out();
        assertThat(host.virshAt(host.of("jvm"), "domuuid", "twin").succeeded().out())
                .isEqualTo(program);
        host.virsh("undefine", "docker/twin").succeeded();
        assertThat(host.virsh("domuuid", "twin").succeeded().out()).isEqualTo(program);
        assertThat(host.virshAt(host.of("docker"), "domuuid", "twin").refused().err())
                .contains("twin");
        host.virsh("undefine", "twin").succeeded();
    }

    @Test
    void whatOthersRunInTheEngineIsSeenAndDriven() throws Exception {
        var shell = "{\"Image\":\"busybox\",\"Cmd\":[\"sleep\",\"1000\"],\"HostConfig\":"
                + "{\"AutoRemove\":%s,\"NetworkMode\":\"none\"}}";
        try (var events = host.events()) {
            host.engine().run("passing", shell.formatted(true));
            host.engine().run("staying", shell.formatted(false));
            for (var name : List.of("passing", "staying")) {
                events.expect("event 'lifecycle' for domain '" + name + "': Started");
                host.awaitState(name, "running (booted)");
            }
            assertThat(host.virsh("dominfo", "passing").out()).containsPattern("Persistent: +no");
            assertThat(host.virsh("dominfo", "staying").out()).containsPattern("Persistent: +yes");
            host.virsh("suspend", "staying").succeeded();
            assertThat(host.engine().get("/containers/staying/json").body()).contains("\"Paused\":true");
            host.virsh("resume", "staying").succeeded();
            host.virsh("destroy", "passing").succeeded();
            events.expect("event 'lifecycle' for domain 'passing': Stopped");
            Programs.await(
                    "what passes is gone",
                    () -> !host.virsh("list", "--all", "--name").out().contains("passing"));

            host.engine().delete("/containers/staying?force=true").succeeded();
            events.expect("event 'lifecycle' for domain 'staying': Stopped");
            Programs.await(
                    "what was removed is gone",
                    () -> !host.virsh("list", "--all", "--name").out().contains("staying"));
        }
    }

    @Test
    void anyClientSeesAllKindsAndTheEngineSeesOurs() throws Exception {
        host.start("seen", KindsHost.container("seen", "", "/bin/sh"));
        host.start("heard", host.program("heard", "talk", ""));
        assertThat(host.engine().get("/containers/json").succeeded().body()).contains("\"/seen\"");
        assertThat(OurVirsh.run(List.of("-c", host.uri(), "list", "--name"))
                        .succeeded()
                        .out())
                .contains("seen", "heard");
        assertThat(Programs.run(Checkout.root().resolve("bin/posada").toString(), "-c", host.uri(), "domain", "list")
                        .succeeded()
                        .out())
                .contains("seen", "heard");
        assertThat(python("print(sorted(d.name() for d in c.listAllDomains()))")
                        .succeeded()
                        .out())
                .contains("'heard'", "'seen'");
        for (var name : List.of("seen", "heard")) {
            assertThat(host.virsh("screenshot", name, "/dev/null").refused().err())
                    .contains("not supported")
                    .contains("has no screen");
            host.virsh("destroy", name).succeeded();
            host.virsh("undefine", name).succeeded();
        }
    }

    /** A script of libvirt's Python binding, with {@code c} connected to the view of all kinds. */
    private Outcome python(String script) {
        return Programs.run(
                "/usr/bin/python3", "-c", "import libvirt; c = libvirt.open('" + host.uri() + "'); " + script);
    }

    @Test
    void aContainersTerminalIsAsLargeAsTheUsers() throws Exception {
        hasTheUsersSize("pane", KindsHost.container("pane", "", "/bin/sh", "-c", KindsHost.WINDOW_LOOK));
    }

    @Test
    void aProgramsTerminalIsAsLargeAsTheUsers() throws Exception {
        hasTheUsersSize("sash", host.program("sash", "window", ""));
    }

    /** Our virsh tells the size of its window when it opens a console, and when the window changes. */
    private void hasTheUsersSize(String name, String xml) throws Exception {
        Programs.need("stty", "tty");
        host.start(name, xml);
        var virsh = Checkout.root().resolve("bin/virsh");
        try (var console = new PtyConversation("stty rows 31 cols 101; echo here is $(tty).; exec " + virsh + " -c '"
                + host.uri() + "' console " + name)) {
            console.expect("31 101");
            var terminal = Pattern.compile("here is (/dev/pts/[0-9]+)\\.").matcher(console.screen());
            assertThat(terminal.find()).as(console.screen()).isTrue();
            Programs.run("stty", "-F", terminal.group(1), "rows", "43", "cols", "117")
                    .succeeded();
            console.expect("43 117");
        }
        host.virsh("destroy", name).succeeded();
        host.virsh("undefine", name).succeeded();
    }

    @Test
    void imagesOfTheEngineAreAPool() throws Exception {
        var xml = Files.writeString(
                host.folder().resolve("images.xml"),
                "<pool type='docker'><name>images</name><source><host name='%s'/></source></pool>"
                        .formatted(host.engine().socket()));
        host.virsh("pool-create", xml.toString()).succeeded();
        assertThat(host.virsh("vol-list", "images").succeeded().out()).contains("busybox:latest");
        host.virsh("vol-clone", "busybox:latest", "mine:1", "--pool", "images").succeeded();
        host.start("ours", KindsHost.containerOf("mine:1", "ours", "", "/bin/sh"));
        host.virsh("destroy", "ours").succeeded();
        host.virsh("undefine", "ours").succeeded();
        host.virsh("vol-delete", "mine:1", "--pool", "images").succeeded();
        assertThat(host.engine().get("/images/json").body()).doesNotContain("mine:1");
        host.virsh("pool-destroy", "images").succeeded();
    }
}
