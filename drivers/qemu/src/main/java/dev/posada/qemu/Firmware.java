package dev.posada.qemu;

import dev.posada.qmp.Json;
import dev.posada.qmp.QmpException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A firmware that is installed on the host, as its descriptor tells (QEMU's {@code docs/interop/firmware.json}).
 *
 * @param uefi whether it is UEFI, not a BIOS
 * @param executable its code
 * @param format the code's image format, as {@code raw}
 * @param template what a domain's variable store is copied from; absent when it keeps no variables in flash
 * @param machines the machines it is for: names with {@code *}, by architecture
 * @param features what it can do, as {@code secure-boot}, {@code enrolled-keys}, {@code requires-smm}
 */
record Firmware(
        boolean uefi,
        Path executable,
        String format,
        Optional<Path> template,
        Map<String, List<String>> machines,
        Set<String> features) {
    private static final System.Logger LOG = System.getLogger("posada.qemu");
    private static final List<Path> FOLDERS =
            List.of(Path.of("/usr/share/qemu/firmware"), Path.of("/etc/qemu/firmware"));
    private static final int FILES_MAX = 256;
    private static final long FILE_BYTES_MAX = 1 << 20;

    Firmware {
        machines = Map.copyOf(machines);
        features = Set.copyOf(features);
    }

    /**
     * The firmware installed on this host, best first: in the order of the descriptors' names, where one of the
     * administrator's takes the place of the distributor's of the same name, and an empty one its place away.
     */
    static List<Firmware> installed() {
        var descriptors = new TreeMap<String, Path>();
        for (var folder : FOLDERS) {
            try (var files = Files.list(folder)) {
                files.filter(file -> file.toString().endsWith(".json"))
                        .limit(FILES_MAX)
                        .forEach(file -> descriptors.put(String.valueOf(file.getFileName()), file));
            } catch (IOException e) {
                // A folder that is not there has no firmware.
            }
        }
        var installed = new ArrayList<Firmware>();
        for (var file : descriptors.values()) {
            try {
                if (Files.size(file) > 0 && Files.size(file) <= FILE_BYTES_MAX) {
                    // A descriptor may tell of a file that its package does not bring.
                    read(Files.readString(file))
                            .filter(firmware -> Files.exists(firmware.executable()))
                            .ifPresent(installed::add);
                }
            } catch (IOException | QmpException | IllegalArgumentException e) {
                LOG.log(Level.WARNING, "firmware descriptor {0} cannot be read: {1}", file, e.getMessage());
            }
        }
        return installed;
    }

    /** Reads a descriptor; nothing when it is of a kind that is not for virtual flash. */
    static Optional<Firmware> read(String text) {
        var json = Json.parse(text);
        var mapping = json.required("mapping");
        if (!mapping.required("device").text().equals("flash")) {
            return Optional.empty();
        }
        var executable = mapping.required("executable");
        var machines = new TreeMap<String, List<String>>();
        for (var target : json.required("targets").elements()) {
            machines.put(target.required("architecture").text(), texts(target.required("machines")));
        }
        return Optional.of(new Firmware(
                texts(json.required("interface-types")).contains("uefi"),
                Path.of(executable.required("filename").text()),
                executable.member("format").map(Json::text).orElse("raw"),
                mapping.member("nvram-template")
                        .map(template -> Path.of(template.required("filename").text())),
                machines,
                json.member("features")
                        .map(features -> texts(features).stream().collect(Collectors.toSet()))
                        .orElse(Set.of())));
    }

    private static List<String> texts(Json list) {
        return list.elements().stream().map(Json::text).toList();
    }

    /** Whether it is made for a machine. */
    boolean fits(String architecture, String machine) {
        return machines.getOrDefault(architecture, List.of()).stream()
                .anyMatch(pattern -> machine.matches(pattern.replace(".", "\\.").replace("*", ".*")));
    }
}
