package dev.posada.dockerhost;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An engine of Docker for tests: Debian's {@code dockerd} with all it keeps in one folder, in a mount namespace of its own and,
 * unless the test's JVM has one already, a network of its own. Starting takes one to two seconds: share it within a class.
 *
 * <p>A process that does nothing keeps the namespaces, so that an engine that was killed comes back to the same ones.
 */
public final class DockerHost implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration END = Duration.ofSeconds(20);
    private static final int LOG_CHARACTERS = 3000;

    /**
     * What a test JVM in a network of its own hides with its own {@code /sys}: control groups. And what the engine would spoil
     * for others: nothing it mounts leaves the namespace.
     */
    private static final String PREPARE = """
            mount --make-rprivate /
            ip link set lo up
            if ! mountpoint -q /sys/fs/cgroup; then
              if grep -qw cgroup /proc/self/mounts || [ "$(wc -l < /proc/self/cgroup)" -gt 1 ]; then
                mount -t tmpfs tmpfs /sys/fs/cgroup
                cut -d: -f2 /proc/self/cgroup | while read set; do
                  case "$set" in
                    '') ;;
                    name=*) mkdir "/sys/fs/cgroup/${set#name=}"; mount -t cgroup -o "none,$set" cgroup "/sys/fs/cgroup/${set#name=}" ;;
                    *) mkdir "/sys/fs/cgroup/$set"; mount -t cgroup -o "$set" cgroup "/sys/fs/cgroup/$set" ;;
                  esac
                done
              else
                mount -t cgroup2 cgroup2 /sys/fs/cgroup
              fi
            fi
            exec sleep infinity
            """;

    private final Path root;
    private final Network network;
    private final List<String> options;
    private final Process keeper;
    private Process engine;

    /** What networks the engine has. */
    public enum Network {
        /** Only {@code none} and {@code host}. */
        NONE,
        /** Also the usual {@code bridge}, 172.31.99.0/24, without rules in the firewall. */
        BRIDGE
    }

    private DockerHost(Path root, Network network, List<String> options) throws IOException {
        this.root = root;
        this.network = network;
        this.options = List.copyOf(options);
        this.keeper = keeper();
        this.engine = engine();
    }

    /** Why there can be none here, as an assumption of a test; empty where there can. */
    public static Optional<String> missing() {
        if (!System.getProperty("user.name").equals("root")) {
            return Optional.of("an engine of Docker needs root");
        }
        for (var program : List.of("dockerd", "containerd", "runc", "unshare", "nsenter", "busybox")) {
            if (find(program).isEmpty()) {
                return Optional.of("there is no " + program);
            }
        }
        return Optional.empty();
    }

    /**
     * Starts one and waits until it answers.
     *
     * @param options more of {@code dockerd}'s, as {@code --live-restore}
     */
    public static DockerHost start(Network network, String... options) {
        try {
            var host = new DockerHost(Files.createTempDirectory("dockerhost"), network, List.of(options));
            try {
                host.awaitAnswer();
                return host;
            } catch (RuntimeException e) {
                host.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it listens. */
    public Path socket() {
        return root.resolve("docker.sock");
    }

    /** Everything it has. */
    public Path root() {
        return root;
    }

    /** The engine's process. */
    public long pid() {
        return engine.pid();
    }

    /** The process that keeps the namespaces: those of the engine, whether it runs or not. */
    public long namespaces() {
        return keeper.pid();
    }

    /** Kills the engine and its containerd at once, as a crash does. What runs in containers goes on. */
    public void kill() {
        engine.destroyForcibly();
        await("the engine ends", () -> !engine.isAlive());
        // Its containerd is told to die with it, and does so a moment later: an engine that starts meanwhile counts on
        // it.
        ours().filter(process -> commandLine(process).startsWith("containerd\0"))
                .forEach(ProcessHandle::destroyForcibly);
        await(
                "its containerd ends",
                () -> ours().noneMatch(process -> commandLine(process).startsWith("containerd\0")));
    }

    /** Starts an engine again that was killed, and waits until it answers. */
    public void restart() {
        try {
            Files.deleteIfExists(root.resolve("pid"));
            Files.deleteIfExists(root.resolve("exec/containerd/containerd.pid"));
            engine = engine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        awaitAnswer();
    }

    /** What the engine said lately. */
    public String log() {
        try {
            var log = Files.readString(root.resolve("dockerd.log"));
            return log.substring(Math.max(0, log.length() - LOG_CHARACTERS));
        } catch (IOException e) {
            return "";
        }
    }

    /** Ends everything that was started here and within it, and removes what it kept. */
    @Override
    public void close() {
        shims().flatMap(ProcessHandle::descendants).forEach(ProcessHandle::destroyForcibly);
        engine.destroy();
        try {
            if (!engine.waitFor(END.toMillis(), TimeUnit.MILLISECONDS)) {
                engine.destroyForcibly();
            }
        } catch (InterruptedException e) {
            engine.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        ours().forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
        await("everything ends", () -> ours().findAny().isEmpty());
        keeper.destroyForcibly();
        await("the namespaces end", () -> !keeper.isAlive());
        remove();
    }

    private Process keeper() throws IOException {
        var command = new ArrayList<>(List.of("unshare", "-m"));
        if (!"own".equals(System.getenv("POSADA_TEST_NAMESPACE"))) {
            command.add("-n");
        }
        command.addAll(List.of("sh", "-c", PREPARE));
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(root.resolve("keeper.log").toFile())
                .start();
        await(
                "the namespaces are prepared",
                () -> process.info()
                        .command()
                        .filter(program -> program.endsWith("/sleep"))
                        .isPresent());
        return process;
    }

    private Process engine() throws IOException {
        var command = new ArrayList<>(List.of(
                "nsenter",
                "-t",
                Long.toString(keeper.pid()),
                "-m",
                "-n",
                "dockerd",
                "--data-root",
                root.resolve("data").toString(),
                "--exec-root",
                root.resolve("exec").toString(),
                "--pidfile",
                root.resolve("pid").toString(),
                "-H",
                "unix://" + socket(),
                "--exec-opt",
                "native.cgroupdriver=cgroupfs",
                "--experimental",
                "--iptables=false",
                "--ip-masq=false"));
        command.addAll(
                switch (network) {
                    case NONE -> List.of("--bridge=none");
                    case BRIDGE -> List.of("--bip=172.31.99.1/24");
                });
        command.addAll(options);
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        root.resolve("dockerd.log").toFile()));
        // Nothing of the user's own engine, and no settings from where it keeps them.
        builder.environment().put("HOME", root.toString());
        return builder.start();
    }

    private void awaitAnswer() {
        await("the engine answers; it says: " + log(), () -> {
            if (!engine.isAlive()) {
                throw new IllegalStateException("dockerd ended with " + engine.exitValue() + ": " + log());
            }
            return answers();
        });
    }

    private boolean answers() {
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket()));
            channel.write(ByteBuffer.wrap("GET /_ping HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            var answer = ByteBuffer.allocate(64);
            channel.read(answer);
            return new String(answer.array(), StandardCharsets.US_ASCII).contains(" 200 ");
        } catch (IOException e) {
            return false;
        }
    }

    /** What was started here, by the folder every one of them is told. */
    private Stream<ProcessHandle> ours() {
        return ProcessHandle.allProcesses()
                .filter(process -> commandLine(process).contains(root.toString()));
    }

    private Stream<ProcessHandle> shims() {
        return ours().filter(process -> commandLine(process).contains("containerd-shim"));
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
        } catch (IOException e) {
            return "";
        }
    }

    private static Optional<Path> find(String program) {
        return Stream.of("/usr/sbin", "/usr/bin", "/sbin", "/bin")
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private void remove() {
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
                        throws IOException {
                    Files.delete(folder);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void await(String what, Condition condition) {
        var deadline = Instant.now().plus(START);
        while (!condition.holds()) {
            if (Instant.now().isAfter(deadline)) {
                throw new IllegalStateException("not within " + START + ": " + what);
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds();
    }
}
