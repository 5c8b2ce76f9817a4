package dev.posada.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.process.ProcessTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts that cannot succeed say why, and leave nothing. */
class QemuStartFailureTest {
    private QemuBench bench;

    @BeforeEach
    void open(@TempDir Path folder) throws IOException {
        bench = new QemuBench(folder);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void aMissingDiskIsNamed() throws Exception {
        var missing = bench.root().resolve("missing.img");
        var definition = bench.domain("d", "qemu", missing);

        assertThatThrownBy(() -> bench.start(definition)).isInstanceOfSatisfying(PosadaException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.SYSTEM_ERROR);
            assertThat(e.getMessage())
                    .isEqualTo("Cannot access storage file '" + missing + "': No such file or directory");
        });
        assertNothingIsLeft(definition);
    }

    @Test
    void aMissingKernelIsNamed() throws Exception {
        var definition = bench.domain("d", BootSector.IDLE);
        var os = definition.root().child("os").orElseThrow().plus(Element.text("kernel", "/nowhere/vmlinuz"));

        assertThatThrownBy(() -> bench.start(definition.withChild(os)))
                .hasMessageContaining("Cannot access kernel '/nowhere/vmlinuz': No such file or directory");
    }

    @Test
    void whatTheEmulatorSaysLastIsPassedOn() throws Exception {
        var definition = withArgument(bench.domain("d", BootSector.IDLE), "-bogus");

        assertThatThrownBy(() -> bench.start(definition)).isInstanceOfSatisfying(PosadaException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL_ERROR);
            assertThat(e.getMessage())
                    .startsWith("internal error: process exited while connecting to monitor: ")
                    .contains("-bogus: invalid option");
        });
        assertNothingIsLeft(definition);
        assertThat(bench.log("d")).contains("shutting down, reason=failed");
    }

    @Test
    void aProgramThatIsNoEmulatorIsNoStart() throws Exception {
        var definition = withEmulator(bench.domain("d", BootSector.IDLE), "/bin/true");

        assertThatThrownBy(() -> bench.start(definition))
                .isInstanceOf(PosadaException.class)
                .hasMessageContaining("/bin/true");
        assertNothingIsLeft(definition);
    }

    @Test
    void aMissingEmulatorIsNamed() throws Exception {
        var definition = withEmulator(bench.domain("d", BootSector.IDLE), "/nowhere/qemu");

        assertThatThrownBy(() -> bench.start(definition))
                .isInstanceOf(PosadaException.class)
                .hasMessageContaining("/nowhere/qemu");
        assertNothingIsLeft(definition);
    }

    @Test
    void anEmulatorThatNeverSpeaksIsGivenUpAndEnded() throws Exception {
        var silent = bench.root().resolve("silent");
        // Tells what it can do, but falls silent when it is to run a guest.
        Files.writeString(
                silent,
                "#!/bin/sh\ncase \"$*\" in *-uuid*) exec sleep 1000;; *) exec " + QemuBench.EMULATOR
                        + " \"$@\";; esac\n");
        assertThat(silent.toFile().setExecutable(true)).isTrue();
        try (var impatient =
                new QemuBench(bench.root().resolve("impatient"), java.util.Map.of("monitor_timeout", List.of("6")))) {
            var definition = withEmulator(impatient.domain("d", BootSector.IDLE), silent.toString());

            assertThatThrownBy(() -> impatient.start(definition))
                    .isInstanceOfSatisfying(
                            PosadaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OPERATION_TIMEOUT));
            assertThat(ProcessTable.find(line -> line.contains("1000") && line.contains("sleep")))
                    .noneMatch(found -> livesIn(found.identity().pid(), impatient.root()));
            assertThat(impatient.root().resolve("lib")).isEmptyDirectory();
        }
    }

    @Test
    void anOptionalMediumMayBeMissing() throws Exception {
        var cdrom = Element.of("disk", "type", "file", "device", "cdrom")
                .plus(Element.of("driver", "name", "qemu", "type", "raw"))
                .plus(Element.of("source", "file", "/nowhere/cd.iso", "startupPolicy", "optional"))
                .plus(Element.of("target", "dev", "hdc", "bus", "ide"));
        var definition = bench.domain("d", BootSector.IDLE, cdrom);

        var without = Prerequisites.withoutMissingOptionals(definition);

        assertThat(without.devices("disk").getLast().child("source")).isEmpty();
        assertThat(without.devices("disk").getFirst())
                .isEqualTo(definition.devices("disk").getFirst());
    }

    private static boolean livesIn(int pid, Path root) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/environ")).contains(root.toString());
        } catch (IOException gone) {
            return false;
        }
    }

    private void assertNothingIsLeft(DomainDefinition definition) {
        assertThat(ProcessTable.find(line -> line.contains(definition.uuid().toString())))
                .isEmpty();
        var lib = bench.root().resolve("lib");
        if (Files.exists(lib)) {
            assertThat(lib).isEmptyDirectory();
        }
    }

    static DomainDefinition withEmulator(DomainDefinition definition, String emulator) {
        return new DomainDefinition(definition
                .root()
                .mapChildren(child ->
                        child.name().equals("devices") ? child.withChild(Element.text("emulator", emulator)) : child));
    }

    static DomainDefinition withArgument(DomainDefinition definition, String argument) {
        return definition.withChild(Element.of("qemu:commandline").plus(Element.of("qemu:arg", "value", argument)));
    }
}
