package dev.posada.qemu;

import dev.posada.qmp.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The form in which capabilities are kept in a file: one JSON object.
 *
 * <p>{@code format} is {@link #FORMAT}; {@code identity} is what the file was written for; the other members are those of
 * {@link QemuCapabilities}. A file of another format or for another identity is as good as none.
 */
final class CapabilitiesFile {
    /** Goes up whenever what is asked or how it is written changes. */
    static final int FORMAT = 2;

    private CapabilitiesFile() {}

    /** The text of a file. */
    static String write(QemuCapabilities capabilities, String identity) {
        var cpus = Json.object();
        for (var entry : new EnumMap<>(capabilities.cpuModels()).entrySet()) {
            cpus = cpus.with(
                    word(entry.getKey()),
                    Json.array(
                            entry.getValue().stream().map(CapabilitiesFile::cpu).toList()));
        }
        var hostModels = Json.object();
        for (var entry : capabilities.hostModels().entrySet()) {
            var model = entry.getValue();
            hostModels = hostModels.with(
                    word(entry.getKey()),
                    Json.object()
                            .with("model", model.model())
                            .with("vendor", model.vendor())
                            .with("added", texts(model.added()))
                            .with("removed", texts(model.removed())));
        }
        return Json.object()
                .with("format", FORMAT)
                .with("identity", identity)
                .with("binary", capabilities.binary().toString())
                .with("version", capabilities.version())
                .with("package", capabilities.packageVersion())
                .with("architecture", capabilities.architecture())
                .with("kvm-obstacle", capabilities.kvmObstacle())
                .with(
                        "machines",
                        Json.array(capabilities.machines().stream()
                                .map(CapabilitiesFile::machine)
                                .toList()))
                .with("cpus", cpus)
                .with("host-models", hostModels)
                .with("types", texts(new TreeSet<>(capabilities.types())))
                .with("properties", sets(capabilities.properties()))
                .with("commands", texts(new TreeSet<>(capabilities.commands())))
                .with("options", sets(capabilities.options()))
                .toString();
    }

    /**
     * Reads a file's text; nothing when it was written in another format or for another identity.
     *
     * @throws dev.posada.qmp.QmpException MALFORMED when it is torn or was not written by us
     */
    static Optional<QemuCapabilities> read(String text, String identity) {
        var json = Json.parse(text);
        if (json.required("format").integer() != FORMAT
                || !json.required("identity").text().equals(identity)) {
            return Optional.empty();
        }
        var cpuModels = new EnumMap<Accelerator, List<CpuModel>>(Accelerator.class);
        json.required("cpus")
                .asObject()
                .members()
                .forEach((word, models) -> cpuModels.put(
                        accelerator(word),
                        models.elements().stream().map(CapabilitiesFile::cpu).toList()));
        var hostModels = new EnumMap<Accelerator, HostModel>(Accelerator.class);
        json.required("host-models")
                .asObject()
                .members()
                .forEach((word, model) -> hostModels.put(
                        accelerator(word),
                        new HostModel(
                                model.required("model").text(),
                                model.required("vendor").text(),
                                texts(model.required("added")),
                                texts(model.required("removed")))));
        return Optional.of(new QemuCapabilities(
                Path.of(json.required("binary").text()),
                (int) json.required("version").integer(),
                json.required("package").text(),
                json.required("architecture").text(),
                json.required("machines").elements().stream()
                        .map(CapabilitiesFile::machine)
                        .toList(),
                cpuModels,
                hostModels,
                Set.copyOf(texts(json.required("types"))),
                sets(json.required("properties")),
                Set.copyOf(texts(json.required("commands"))),
                sets(json.required("options")),
                json.required("kvm-obstacle").text()));
    }

    private static String word(Accelerator accelerator) {
        return accelerator.word();
    }

    private static Accelerator accelerator(String word) {
        return Accelerator.valueOf(word.toUpperCase(Locale.ROOT));
    }

    private static Json cpu(CpuModel model) {
        return Json.object()
                .with("name", model.name())
                .with("vendor", model.vendor())
                .with("deprecated", model.deprecated())
                .with("missing", texts(model.missing()));
    }

    private static CpuModel cpu(Json json) {
        return new CpuModel(
                json.required("name").text(),
                json.required("vendor").text(),
                json.required("deprecated").truth(),
                texts(json.required("missing")));
    }

    private static Json machine(MachineType machine) {
        var json = Json.object()
                .with("name", machine.name())
                .with("max-cpus", machine.maxCpus())
                .with("default", machine.isDefault())
                .with("deprecated", machine.deprecated());
        json = machine.alias().isPresent() ? json.with("alias", machine.alias().get()) : json;
        json = machine.defaultCpu().isPresent()
                ? json.with("cpu", machine.defaultCpu().get())
                : json;
        return machine.defaultRamId().isPresent()
                ? json.with("ram", machine.defaultRamId().get())
                : json;
    }

    private static MachineType machine(Json json) {
        return new MachineType(
                json.required("name").text(),
                json.member("alias").map(Json::text),
                (int) json.required("max-cpus").integer(),
                json.required("default").truth(),
                json.required("deprecated").truth(),
                json.member("cpu").map(Json::text),
                json.member("ram").map(Json::text));
    }

    private static Json texts(Iterable<String> texts) {
        var list = new ArrayList<Json>();
        texts.forEach(text -> list.add(Json.of(text)));
        return Json.array(list);
    }

    private static List<String> texts(Json json) {
        return json.elements().stream().map(Json::text).toList();
    }

    private static Json sets(Map<String, Set<String>> sets) {
        var json = Json.object();
        for (var name : new TreeSet<>(sets.keySet())) {
            json = json.with(name, texts(new TreeSet<>(sets.getOrDefault(name, Set.of()))));
        }
        return json;
    }

    private static Map<String, Set<String>> sets(Json json) {
        var sets = new HashMap<String, Set<String>>();
        json.asObject()
                .members()
                .forEach((name, texts) ->
                        sets.put(name, texts.elements().stream().map(Json::text).collect(Collectors.toSet())));
        return sets;
    }
}
