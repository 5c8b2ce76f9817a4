package dev.posada.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posada.qmp.Json;
import dev.posada.qmp.QmpClient;
import dev.posada.qmp.QmpEvent;
import dev.posada.qmp.QmpException;
import dev.posada.qmp.QmpListener;
import dev.posada.qmp.QmpSettings;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The emulator itself judges the command lines: it must come up with each, answer, and carry out what is to be said to it. */
final class RealEmulatorTest {
    private static final Pattern IMAGE = Pattern.compile("/images/[A-Za-z0-9_.-]+");
    private static final long IMAGE_BYTES = 4 << 20;
    private static final long FLOPPY_BYTES = 1440 << 10;
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    /** What a host must have for a document to run, when it is more than an emulator. */
    private static final Map<String, Path> NEEDS = Map.of(
            "vsock-q35", Path.of("/dev/vhost-vsock"),
            "net-vhost-q35", Path.of("/sys/bus/pci/devices/0000:07:10.1"),
            "net-vhostuser-q35", Path.of("/dev/vhost-vdpa-0"),
            "host-devices", Path.of("/sys/bus/mdev/devices/c2177883-f1bb-47f0-914d-32a22e3a8804"),
            "memory-modules", Path.of("/sys/kernel/mm/hugepages/hugepages-1048576kB/demand"));

    /** The images an emulator inherits open, as a shell opens them, under the numbers the document's command line has. */
    private static final Map<String, String> INHERITED = Map.of("disk-handed-over", "4<below.raw 5<>only-a-name.qcow2");

    @TempDir
    Path folder;

    static Stream<String> documents() {
        return Fixtures.documents().stream();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void theEmulatorComesUp(String name) throws Exception {
        var text = Fixtures.document(name);
        var complete = Fixtures.complete(text.replace("/images", folder.toString()));
        var emulator = Path.of(complete.emulator().orElseThrow());
        assumeTrue(Files.isExecutable(emulator), "needs " + emulator);
        assumeTrue(Files.exists(NEEDS.getOrDefault(name, emulator)), "needs " + NEEDS.get(name));
        assumeTrue(!text.contains("type='emulator'") && !text.contains("type=\"emulator\""), "needs a TPM emulator");
        assumeTrue(!text.contains("<kernel>") || kernel().isPresent(), "needs a kernel that can be read");
        var capabilities = CapabilitiesProbe.probe(emulator);
        assumeTrue(complete.type().equals("qemu") || capabilities.kvmUsable(), capabilities.kvmObstacle());
        assumeTrue(!text.contains("debian11-kvm"), "a nested host may refuse what its processor says it can");

        makeImages(text);
        var facts = Fixtures.facts(complete, folder);
        var plan = LaunchPlan.of(complete, capabilities, facts);
        prepare(plan);
        run(name, plan);
    }

    private static Optional<Path> kernel() throws IOException {
        try (var files = Files.list(Path.of("/boot"))) {
            return files.filter(
                            file -> String.valueOf(file.getFileName()).startsWith("vmlinuz") && Files.isReadable(file))
                    .findFirst();
        }
    }

    private void makeImages(String text) throws Exception {
        Matcher images = IMAGE.matcher(text);
        while (images.find()) {
            var name = images.group().substring("/images/".length());
            var file = folder.resolve(name);
            if (name.equals("vmlinuz")) {
                Files.deleteIfExists(file);
                Files.copy(kernel().orElseThrow(), file);
            } else if (name.endsWith(".raw") || name.equals("initrd") || name.endsWith(".fd")) {
                try (var image = new RandomAccessFile(file.toFile(), "rw")) {
                    image.setLength(name.startsWith("fd") ? FLOPPY_BYTES : IMAGE_BYTES);
                }
            } else if (name.endsWith(".qcow2")) {
                var process = new ProcessBuilder("qemu-img", "create", "-q", "-f", "qcow2", file.toString(), "4M")
                        .inheritIO()
                        .start();
                assertThat(process.waitFor()).isZero();
            }
        }
    }

    private static void prepare(LaunchPlan plan) throws IOException {
        Files.createDirectories(Path.of(String.valueOf(plan.environment().get("HOME"))));
        for (var directory : plan.directories()) {
            Files.createDirectories(directory);
        }
        if (plan.nvram().isPresent()) {
            var nvram = plan.nvram().get();
            Files.createDirectories(nvram.path().getParent());
            Files.deleteIfExists(nvram.path());
            var template = nvram.template().orElseThrow();
            assumeTrue(Files.exists(template), "needs " + template);
            Files.copy(template, nvram.path());
        }
    }

    private void run(String name, LaunchPlan plan) throws Exception {
        var argv = new ArrayList<String>();
        if (INHERITED.containsKey(name)) {
            argv.addAll(List.of("/bin/sh", "-c", "exec " + INHERITED.get(name) + "; exec \"$0\" \"$@\""));
        }
        for (var argument : plan.argv()) {
            // The monitor is a socket with a path, displays and cards take no port another test may want, and there is
            // no tap to inherit: the cards are judged, what is behind them is a hub.
            argv.add(
                    argument.startsWith("socket,id=charmonitor,")
                            ? "socket,id=charmonitor,path=" + folder.resolve("m") + ",server=on,wait=off"
                            : argument.replaceFirst("^(127\\.0\\.0\\.1|0\\.0\\.0\\.0):\\d+,", "none,")
                                    .replaceFirst("^port=\\d{4},", "port=0,")
                                    .replace("websocket=5700,", "")
                                    .replaceFirst(
                                            "^\\{\"type\":\"(tap|socket)\",.*\"id\":\"(\\w+)\"\\}$",
                                            "{\"type\":\"hubport\",\"hubid\":0,\"id\":\"$2\"}"));
        }
        var builder = new ProcessBuilder(argv).directory(folder.toFile());
        builder.environment().clear();
        builder.environment().putAll(plan.environment());
        builder.redirectErrorStream(true)
                .redirectOutput(folder.resolve("errors").toFile());
        var process = builder.start();
        try (var client = connect(process)) {
            for (var password : plan.passwords()) {
                client.execute(
                        "set_password",
                        Json.object().with("protocol", password.protocol()).with("password", password.password()),
                        TIMEOUT);
            }
            for (var command : plan.commands()) {
                client.execute(command.name(), command.arguments(), TIMEOUT);
            }
            assertThat(client.execute("query-status", TIMEOUT)
                            .required("status")
                            .text())
                    .isEqualTo("prelaunch");
        } catch (QmpException e) {
            process.waitFor(2, TimeUnit.SECONDS);
            throw new AssertionError(Files.readString(folder.resolve("errors")) + "\n" + String.join("\n", argv), e);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** Connects as soon as the emulator listens. */
    private QmpClient connect(Process process) throws Exception {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (true) {
            try {
                return QmpClient.connect(folder.resolve("m"), QmpSettings.DEFAULT, new Deaf());
            } catch (QmpException e) {
                if (process.waitFor(5, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
                    throw e;
                }
            }
        }
    }

    private static final class Deaf implements QmpListener {
        @Override
        public void event(QmpEvent event) {}

        @Override
        public void closed(QmpException reason) {}
    }
}
