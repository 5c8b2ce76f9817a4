package dev.posada.qemu;

import dev.posada.model.DomainDefinition;
import dev.posada.xml.DomainXml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** What the tests of pure code work on: capabilities as they were found once, and definitions in text. */
final class Fixtures {
    /** Where the test's files are, as sources: golden files are rewritten there. */
    static final Path RESOURCES = Path.of(System.getProperty("posada.source", "../.."))
            .resolve("drivers/qemu/src/test/resources/dev/posada/qemu");

    static final Path DOCUMENTS = RESOURCES.resolve("documents");

    private static final Map<String, String> FILES = Map.of(
            "/usr/bin/qemu-system-x86_64", "qemu-7.2-x86_64.json",
            "/usr/bin/qemu-system-i386", "qemu-7.2-i386.json");

    private Fixtures() {}

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
                return CapabilitiesFile.read(text(RESOURCES.resolve(file)), "fixture")
                        .orElseThrow();
            }
        };
    }

    static DomainDefaults defaults() {
        return new DomainDefaults(emulators(), new Random(1), Path.of("/var/lib/libvirt/qemu/nvram"));
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
