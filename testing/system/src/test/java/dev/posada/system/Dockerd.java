package dev.posada.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A Docker engine of its own on an {@link Island}: its images, containers and sockets are below one folder, its containers
 * in a control group named after it. Spoken to in plain HTTP, as another tool on the host would. Closing it leaves no
 * process, mount or group behind.
 */
final class Dockerd implements AutoCloseable {
    /** What a container of {@link #importBusybox} finds in its /bin. */
    private static final List<String> APPLETS = List.of(
            "sh", "cat", "echo", "tail", "sleep", "stty", "true", "ls", "ip", "ping", "hostname", "httpd", "wget");

    /** The folders for its containers' sockets are its own: another engine of this host has the same. */
    private static final String SCRIPT = """
            mount --make-rprivate / && mount -t tmpfs tmpfs /run || exit 1
            exec dockerd --data-root "$0/data" --exec-root "$0/exec" -H "unix://$0/sock" --pidfile "$0/pid" \\
              --storage-driver vfs --cgroup-parent "$1" --log-level warn >>"$0/log" 2>&1
            """;

    private final Island island;
    private final Path folder;
    private final String group;
    private Process process;

    private Dockerd(Island island, Path folder, String group, Process process) {
        this.island = island;
        this.folder = folder;
        this.group = group;
        this.process = process;
    }

    /** Starts one, without an image; skips the test where it cannot be had. */
    static Dockerd start(Island island, Path folder) throws IOException {
        Programs.need("dockerd", "containerd", "runc", "iptables", "busybox");
        Files.createDirectories(folder);
        var group = "posada-test-" + ProcessHandle.current().pid();
        var engine = new Dockerd(island, folder, group, begin(island, folder, group));
        engine.awaitAnswer();
        return engine;
    }

    private static Process begin(Island island, Path folder, String group) throws IOException {
        var command = new ArrayList<>(island.entering());
        command.addAll(List.of("unshare", "-m", "sh", "-c", SCRIPT, folder.toString(), group));
        return new ProcessBuilder(command).start();
    }

    private void awaitAnswer() {
        Programs.await("dockerd answers", () -> {
            if (!process.isAlive()) {
                throw new AssertionError("dockerd has ended:\n" + log());
            }
            return Files.exists(socket()) && answers();
        });
    }

    private boolean answers() {
        try {
            return get("/_ping").status() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    Path socket() {
        return folder.resolve("sock");
    }

    /** Ends it as a crash would. Its containers run on, until it is there again and ends them. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Starts it anew on what it has left. */
    void restart() throws IOException {
        // Its containerd has died with it; where nobody buries it, a number in this file looks as if it lived.
        Files.deleteIfExists(folder.resolve("exec/containerd/containerd.pid"));
        process = begin(island, folder, group);
        awaitAnswer();
    }

    /** Makes an image of nothing but busybox. */
    void importBusybox(String repository) throws IOException {
        var archive = new ByteArrayOutputStream();
        for (var directory : List.of("bin/", "tmp/", "srv/")) {
            entry(archive, directory, '5', "", new byte[0]);
        }
        var busybox = Stream.of("/bin/busybox", "/usr/bin/busybox")
                .map(Path::of)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
        entry(archive, "bin/busybox", '0', "", Files.readAllBytes(busybox));
        for (var applet : APPLETS) {
            entry(archive, "bin/" + applet, '2', "busybox", new byte[0]);
        }
        archive.write(new byte[1024]);
        send("POST", "/images/create?fromSrc=-&repo=" + repository, "application/x-tar", archive.toByteArray())
                .succeeded();
    }

    Answer get(String path) throws IOException {
        return send("GET", path, "application/json", new byte[0]);
    }

    Answer post(String path, String json) throws IOException {
        return send("POST", path, "application/json", json.getBytes(UTF_8));
    }

    Answer delete(String path) throws IOException {
        return send("DELETE", path, "application/json", new byte[0]);
    }

    /** As {@code docker run -d --name NAME busybox COMMAND}: returns the container's number. */
    String run(String name, String json) throws IOException {
        var made = post("/containers/create?name=" + name, json).succeeded().body();
        post("/containers/" + name + "/start", "").succeeded();
        return made.replaceFirst("(?s).*\"Id\":\"([0-9a-f]+)\".*", "$1");
    }

    /** One request on a connection of its own; HTTP/1.0 makes its end that of the answer. */
    private Answer send(String method, String path, String type, byte[] body) throws IOException {
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket()));
            var out = Channels.newOutputStream(channel);
            out.write("%s %s HTTP/1.0\r\nHost: engine\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
                    .formatted(method, path, type, body.length)
                    .getBytes(ISO_8859_1));
            out.write(body);
            var text = new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
            int cut = text.indexOf("\r\n\r\n");
            if (cut < 0) {
                throw new IOException("no answer to " + path + ": " + text);
            }
            return new Answer(method + " " + path, Integer.parseInt(text.substring(9, 12)), text.substring(cut + 4));
        }
    }

    /** What the engine answered. */
    record Answer(String request, int status, String body) {
        Answer succeeded() {
            if (status >= 400) {
                throw new AssertionError(request + " was answered with " + status + " " + body);
            }
            return this;
        }
    }

    /** One file of a tar archive of the old kind. */
    private static void entry(ByteArrayOutputStream archive, String name, char kind, String target, byte[] data)
            throws IOException {
        var header = new byte[512];
        put(header, 0, name);
        put(header, 100, "0000755");
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, "%011o".formatted(data.length));
        put(header, 136, "00000000000");
        put(header, 148, "        ");
        put(header, 156, String.valueOf(kind));
        put(header, 157, target);
        put(header, 257, "ustar");
        put(header, 263, "00");
        int sum = 0;
        for (byte each : header) {
            sum += each & 0xff;
        }
        put(header, 148, "%06o\0 ".formatted(sum));
        archive.write(header);
        archive.write(data);
        archive.write(new byte[(512 - data.length % 512) % 512]);
    }

    private static void put(byte[] header, int at, String text) {
        var bytes = text.getBytes(ISO_8859_1);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    String log() {
        try {
            return Files.readString(folder.resolve("log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** The processes of its containers, by the group they are in. */
    private List<ProcessHandle> contained() throws IOException {
        var found = new ArrayList<ProcessHandle>();
        for (var list : Programs.run("find", "/sys/fs/cgroup", "-path", "*/" + group + "/*/cgroup.procs")
                .out()
                .lines()
                .toList()) {
            for (var pid : Files.readAllLines(Path.of(list))) {
                ProcessHandle.of(Long.parseLong(pid)).ifPresent(found::add);
            }
        }
        return found;
    }

    /** What it has started for itself: containerd, and a keeper for each container; all have its folder in their words. */
    private List<ProcessHandle> helpers() {
        return ProcessHandle.allProcesses()
                .filter(each -> words(each.pid()).contains(folder + "/exec/"))
                .toList();
    }

    private static String words(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }

    @Override
    public void close() throws IOException {
        contained().forEach(ProcessHandle::destroyForcibly);
        process.destroy();
        Programs.await("dockerd ends", () -> !process.isAlive());
        helpers().forEach(ProcessHandle::destroyForcibly);
        Programs.await("nothing of the engine runs", () -> helpers().isEmpty());
        Programs.await("its groups are gone", () -> {
            for (var folder : Programs.run(
                            "find", "/sys/fs/cgroup", "-depth", "-type", "d", "-path", "*/" + group + "*")
                    .out()
                    .lines()
                    .toList()) {
                if (!Path.of(folder).toFile().delete()) {
                    return false;
                }
            }
            return true;
        });
        // Images hold links that lead out of them; they are nothing to follow or to warn of.
        Programs.run("rm", "-rf", folder.toString()).succeeded();
    }
}
