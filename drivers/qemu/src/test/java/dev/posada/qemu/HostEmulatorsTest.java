package dev.posada.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostEmulatorsTest {
    private static final Path QEMU = Path.of("/usr/bin/qemu-system-x86_64");

    @TempDir
    Path folder;

    @Test
    void anEmulatorTellsWhatItCanDo() {
        assumeTrue(Files.isExecutable(QEMU), "needs " + QEMU);
        var capabilities = new HostEmulators(folder).capabilities(QEMU);

        assertThat(capabilities.version()).isGreaterThanOrEqualTo(CapabilitiesProbe.VERSION_MIN);
        assertThat(capabilities.architecture()).isEqualTo("x86_64");
        assertThat(capabilities.machine("q35"))
                .get()
                .extracting(MachineType::name)
                .asString()
                .startsWith("pc-q35-");
        assertThat(capabilities.machine("pc").flatMap(MachineType::defaultRamId))
                .contains("pc.ram");
        assertThat(capabilities.defaultMachine()).isPresent();
        assertThat(capabilities.has("virtio-blk-pci")).isTrue();
        assertThat(capabilities.commands()).contains("query-status", "set_password");
        assertThat(capabilities.options()).containsKey("sandbox");
        assertThat(capabilities.cpuModels().get(Accelerator.TCG))
                .extracting(CpuModel::name)
                .contains("qemu64", "Nehalem")
                .doesNotContain("host", "qemu64-v1");
        assertThat(capabilities.hostModels()).containsKey(Accelerator.TCG);
        assertThat(capabilities.cpuModels().containsKey(Accelerator.KVM)).isEqualTo(capabilities.kvmUsable());
    }

    @Test
    void whatWasFoundOutIsReadFromItsFile() throws IOException {
        assumeTrue(Files.isExecutable(QEMU), "needs " + QEMU);
        var first = new HostEmulators(folder).capabilities(QEMU);
        var file = onlyFile();
        var written = Files.readString(file);
        var modified = Files.getLastModifiedTime(file);

        assertThat(new HostEmulators(folder).capabilities(QEMU)).isEqualTo(first);
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(modified);
        assertThat(onlyFile()).hasContent(written);
    }

    @Test
    void aTornFileIsMadeAnew() throws IOException {
        assumeTrue(Files.isExecutable(QEMU), "needs " + QEMU);
        var first = new HostEmulators(folder).capabilities(QEMU);
        var file = onlyFile();
        var whole = Files.readString(file);
        Files.writeString(file, whole.substring(0, whole.length() / 2));

        assertThat(new HostEmulators(folder).capabilities(QEMU)).isEqualTo(first);
        assertThat(onlyFile()).hasContent(whole);
    }

    @Test
    void aChangedBinaryIsProbedAnew() throws IOException {
        assumeTrue(Files.isExecutable(QEMU), "needs " + QEMU);
        var binary = script("emulator", "exec " + QEMU + " \"$@\"");
        var emulators = new HostEmulators(folder.resolve("cache"));
        assertThat(emulators.capabilities(binary).architecture()).isEqualTo("x86_64");

        script("emulator", "echo broken beyond repair >&2; exit 1");

        assertThatThrownBy(() -> emulators.capabilities(binary))
                .isInstanceOf(PosadaException.class)
                .hasMessageContaining("broken beyond repair");
    }

    @Test
    void manyAskersMakeOneProbe() throws Exception {
        assumeTrue(Files.isExecutable(QEMU), "needs " + QEMU);
        var runs = folder.resolve("runs");
        var binary = script("emulator", "echo run >> " + runs + "; exec " + QEMU + " \"$@\"");
        var emulators = new HostEmulators(folder.resolve("cache"));

        List<Callable<QemuCapabilities>> askers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            askers.add(() -> emulators.capabilities(binary));
        }
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var answer : executor.invokeAll(askers)) {
                assertThat(answer.get().binary()).isEqualTo(binary);
            }
        }
        assertThat(Files.readAllLines(runs)).hasSizeBetween(1, 2);
    }

    @Test
    void aMissingBinaryIsASystemError() {
        assertThatThrownBy(() -> new HostEmulators(folder).capabilities(Path.of("/nonexistent")))
                .isInstanceOfSatisfying(
                        PosadaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SYSTEM_ERROR))
                .hasMessage("Cannot check QEMU binary /nonexistent: No such file or directory");
    }

    @Test
    void whatIsNoEmulatorIsRefusedWithItsLastWords() throws IOException {
        var binary = script("no-emulator", "echo I am a teapot >&2");
        assertThatThrownBy(() -> new HostEmulators(folder).capabilities(binary))
                .isInstanceOf(PosadaException.class)
                .hasMessageContaining("I am a teapot");
    }

    private Path script(String name, String body) throws IOException {
        var script = folder.resolve(name);
        Files.writeString(script, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script;
    }

    private Path onlyFile() throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).toList().getFirst();
        }
    }
}
