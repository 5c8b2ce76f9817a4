package dev.posada.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/**
 * A host with everything a domain can be: on an {@link Island}, a Docker engine with an image of busybox, a jar, a daemon
 * that knows of them, and the view of all kinds asked by Debian's virsh.
 */
final class KindsHost implements AutoCloseable {
    /** Words of the shell that say again and again how large the terminal is. */
    static final String WINDOW_LOOK = "while :; do stty size; sleep 1; done";

    private final Island island;
    private final Path folder;
    private final Path jar;
    private final Dockerd engine;
    private Daemon daemon;

    private KindsHost(Island island, Path folder, Path jar, Dockerd engine, Daemon daemon) {
        this.island = island;
        this.folder = folder;
        this.jar = jar;
        this.engine = engine;
        this.daemon = daemon;
    }

    /** Makes one in an empty folder, or skips the test where that cannot be. */
    static KindsHost make(Path folder) throws IOException {
        Programs.need("virsh", "qemu-system-x86_64", "script", "dockerd");
        // Java programs of the system's daemon are nobody's, and have to find their jar.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        var island = Island.make();
        Dockerd engine = null;
        try {
            engine = Dockerd.start(island, folder.resolve("engine"));
            engine.importBusybox("busybox");
            var root = folder.resolve("root");
            Files.createDirectories(root.resolve("etc"));
            Files.writeString(root.resolve("etc/docker.conf"), "docker_socket = \"" + engine.socket() + "\"\n");
            var host = new KindsHost(
                    island, folder, Parlour.jar(folder.resolve("parlour.jar")), engine, island.daemon(root));
            engine = null;
            return host;
        } finally {
            if (engine != null) {
                engine.close();
                island.close();
            }
        }
    }

    Dockerd engine() {
        return engine;
    }

    Daemon daemon() {
        return daemon;
    }

    Path folder() {
        return folder;
    }

    /** The address of the view of all kinds. */
    String uri() {
        return of("posada");
    }

    /** The address of one kind. */
    String of(String kind) {
        return daemon.uri().replaceFirst("^[a-z]+", kind);
    }

    /** Debian's virsh in the view of all kinds. */
    Outcome virsh(String... words) {
        return virshAt(uri(), words);
    }

    Outcome virshAt(String uri, String... words) {
        var command = new ArrayList<>(List.of("virsh", "-q", "-c", uri));
        command.addAll(List.of(words));
        return Programs.run(command.toArray(String[]::new));
    }

    PtyConversation console(String domain) throws IOException {
        var console = new PtyConversation("virsh -c '" + uri() + "' console " + domain);
        console.expect("Escape character is ^]");
        return console;
    }

    /** Debian's virsh telling what happens, from when it listens. */
    PtyConversation events() throws IOException {
        var events = new PtyConversation("virsh -c '" + uri() + "' event --event lifecycle --loop");
        // It says nothing of when it begins; what is done again until it is told of is harmless.
        var bell = define("bell", program("bell", "talk", ""));
        Programs.await("events flow", () -> {
            virsh("start", bell).succeeded();
            virsh("destroy", bell).succeeded();
            return events.screen().contains("event 'lifecycle' for domain 'bell'");
        });
        virsh("undefine", bell).succeeded();
        return events;
    }

    /** Ends the daemon as a power cut would, and starts the next one. */
    void killDaemon() throws IOException, InterruptedException {
        daemon.kill();
        daemon = island.daemon(daemon.root());
    }

    String define(String name, String xml) throws IOException {
        var file = Files.writeString(folder.resolve(name + ".xml"), xml);
        virsh("define", file.toString()).succeeded();
        return name;
    }

    void start(String name, String xml) throws IOException {
        define(name, xml);
        virsh("start", name).succeeded();
    }

    /** What virsh says of a state and its reason. */
    String state(String name) {
        return virsh("domstate", "--reason", name).succeeded().out().strip();
    }

    void awaitState(String name, String state) {
        try {
            Programs.await(name + " is " + state, () -> state(name).equals(state));
        } catch (AssertionError late) {
            throw new AssertionError(late.getMessage() + "; it is " + state(name) + "\n" + log(), late);
        }
    }

    /** One figure of {@code domstats}. */
    long figure(String name, String key) {
        var all = virsh("domstats", name).succeeded().out();
        var found =
                Pattern.compile("(?m)^\\s+" + Pattern.quote(key) + "=(\\d+)$").matcher(all);
        if (!found.find()) {
            throw new AssertionError("no " + key + " in\n" + all);
        }
        return Long.parseLong(found.group(1));
    }

    /** What the daemon has written to its log. */
    String log() {
        try {
            return Files.readString(daemon.root().resolveSibling(daemon.root().getFileName() + ".log"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A container of busybox with a terminal. */
    static String container(String name, String more, String... command) {
        return containerOf("busybox:latest", name, more, command);
    }

    static String containerOf(String image, String name, String more, String... command) {
        var words = new StringBuilder("<init>" + command[0] + "</init>");
        for (var word : List.of(command).subList(1, command.length)) {
            words.append("<initarg>").append(word).append("</initarg>");
        }
        return """
                <domain type='docker'>
                  <name>%s</name>
                  <memory unit='MiB'>32</memory>
                  <vcpu>1</vcpu>
                  %s
                  <os><type>exe</type>%s</os>
                  <devices>
                    <filesystem type='template'><source name='%s'/><target dir='/'/></filesystem>
                    <console type='pty'/>
                  </devices>
                </domain>
                """.formatted(name, more, words, image);
    }

    /** A run of {@link Parlour} with a terminal. */
    String program(String name, String what, String more) {
        return """
                <domain type='jvm'>
                  <name>%s</name>
                  <memory unit='MiB'>128</memory>
                  <vcpu>1</vcpu>
                  %s
                  <os><type>exe</type><init>%s</init><initarg>%s</initarg></os>
                  <devices><console type='pty'/></devices>
                </domain>
                """.formatted(name, more, jar, what);
    }

    /** A Linux for 64-bit ARM, or a skipped test. */
    static String arm(String name) {
        Programs.need("qemu-system-aarch64");
        var found =
                Programs.run(Checkout.root().resolve("testing/foreign-kernel").toString(), "aarch64");
        Assumptions.assumeTrue(found.status() != 75, found.err().strip());
        var files = found.succeeded().out().lines().toList();
        return """
                <domain type='qemu'>
                  <name>%s</name>
                  <memory unit='MiB'>256</memory>
                  <vcpu>1</vcpu>
                  <os>
                    <type arch='aarch64' machine='virt'>hvm</type>
                    <kernel>%s</kernel>
                    <initrd>%s</initrd>
                    <cmdline>console=ttyAMA0 quiet</cmdline>
                  </os>
                  <cpu mode='custom' match='exact'><model>cortex-a57</model></cpu>
                  <features><acpi/><gic version='2'/></features>
                  <devices><serial type='pty'/><console type='pty'/></devices>
                </domain>
                """.formatted(name, files.getFirst(), files.getLast());
    }

    @Override
    public void close() throws IOException {
        try {
            for (var name : virsh("list", "--uuid").out().lines().toList()) {
                if (!name.isBlank()) {
                    virsh("destroy", name.strip());
                }
            }
            daemon.close();
        } finally {
            engine.close();
            island.close();
        }
    }
}
