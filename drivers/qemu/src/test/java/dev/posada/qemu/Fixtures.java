package dev.posada.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.model.DomainDefinition;
import dev.posada.xml.DomainXml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What the tests of pure code work on: capabilities as they were found once, and definitions in text. */
final class Fixtures {
    /** Where the test's files are, as sources: golden files are rewritten there. */
    static final Path RESOURCES = Path.of(System.getProperty("posada.source", "../.."))
            .resolve("drivers/qemu/src/test/resources/dev/posada/qemu");

    static final Path DOCUMENTS = RESOURCES.resolve("documents");

    private static final Map<String, String> FILES = Map.of(
            "/usr/bin/qemu-system-x86_64", "qemu-7.2-x86_64.json",
            "/usr/bin/qemu-system-i386", "qemu-7.2-i386.json",
            "/usr/bin/qemu-system-aarch64", "qemu-7.2-aarch64.json",
            "/usr/bin/qemu-system-ppc64", "qemu-7.2-ppc64.json",
            "/usr/bin/qemu-system-riscv64", "qemu-7.2-riscv64.json",
            "/usr/bin/qemu-system-s390x", "qemu-7.2-s390x.json");

    /** Firmware as Debian's ovmf package has it. */
    private static final List<Firmware> FIRMWARE = List.of(
            firmware("OVMF_CODE_4M.ms.fd", "OVMF_VARS_4M.ms.fd", "enrolled-keys", "requires-smm", "secure-boot"),
            firmware("OVMF_CODE_4M.secboot.fd", "OVMF_VARS_4M.fd", "requires-smm", "secure-boot"),
            firmware("OVMF_CODE_4M.fd", "OVMF_VARS_4M.fd"));

    /** Read once: the files are long. */
    private static final Map<String, QemuCapabilities> CAPABILITIES = new ConcurrentHashMap<>();

    private Fixtures() {}

    static List<Firmware> firmware() {
        return FIRMWARE;
    }

    private static Firmware firmware(String code, String variables, String... features) {
        var machines = features.length == 0 ? List.of("pc-i440fx-*", "pc-q35-*") : List.of("pc-q35-*");
        var folder = Path.of("/usr/share/OVMF");
        return new Firmware(
                true,
                folder.resolve(code),
                "raw",
                Optional.of(folder.resolve(variables)),
                Map.of("x86_64", machines),
                Set.of(features));
    }

    /** Emulators as Debian 12 has them, whatever this host has. */
    static Emulators emulators() {
        return new Emulators() {
            @Override
            public List<Path> found() {
                return FILES.keySet().stream().sorted().map(Path::of).toList();
            }

            @Override
            public Optional<Path> forArchitecture(String architecture) {
                return found().stream()
                        .filter(path -> capabilities(path).architecture().equals(architecture))
                        .findFirst();
            }

            @Override
            public QemuCapabilities capabilities(Path emulator) {
                var file = FILES.get(emulator.toString());
                if (file == null) {
                    throw Refusal.unsupported("there is no " + emulator);
                }
                return CAPABILITIES.computeIfAbsent(
                        file,
                        _ -> CapabilitiesFile.read(text(RESOURCES.resolve(file)), "fixture")
                                .orElseThrow());
            }
        };
    }

    /** The names of the documents that have golden files, in order. */
    static List<String> documents() {
        try (var files = Files.list(DOCUMENTS)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name ->
                            name.endsWith(".xml") && !name.endsWith(".complete.xml") && !name.endsWith(".live.xml"))
                    .map(name -> name.substring(0, name.length() - ".xml".length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String document(String name) {
        return text(DOCUMENTS.resolve(name + ".xml"));
    }

    /** The facts of a start whose every path is short and the same everywhere. */
    static LaunchFacts facts(DomainDefinition definition) {
        return facts(definition, Path.of("/state"));
    }

    static LaunchFacts facts(DomainDefinition definition, Path state) {
        var ports = new ArrayList<Integer>();
        for (var kind : GraphicsPorts.wanted(definition)) {
            ports.add((kind == GraphicsPorts.Kind.VNC_WEBSOCKET ? 5700 : 5900) + ports.size());
        }
        return new LaunchFacts(
                1,
                true,
                true,
                state.resolve("domain-1"),
                state.resolve("channel/domain-1"),
                state.resolve("nvram"),
                state.resolve("swtpm"),
                state.resolve("log"),
                3,
                ports,
                "127.0.0.1",
                "127.0.0.1",
                Optional.empty(),
                Optional.empty(),
                FIRMWARE,
                Instant.parse("2026-01-01T12:00:00Z"),
                Map.of());
    }

    static LaunchPlan plan(DomainDefinition complete, LaunchFacts facts) {
        return LaunchPlan.of(
                complete, emulators().capabilities(Path.of(complete.emulator().orElseThrow())), facts);
    }

    /** Compares with a golden file, or rewrites it when {@code posada.golden.rewrite} is set. */
    static void assertGolden(Path file, String actual) {
        if (Boolean.getBoolean("posada.golden.rewrite")) {
            try {
                Files.writeString(file, actual);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        assertThat(actual)
                .as("see %s; -Dposada.golden.rewrite=true rewrites it", file)
                .isEqualTo(text(file));
    }

    static DomainDefaults defaults() {
        return new DomainDefaults(emulators(), new Random(1), Path.of("/state/nvram"));
    }

    static DomainDefinition complete(String text) {
        return defaults().complete(DomainXml.parse(text, false));
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
