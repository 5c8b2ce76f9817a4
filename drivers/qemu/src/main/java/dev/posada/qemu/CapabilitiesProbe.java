package dev.posada.qemu;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.qmp.Json;
import dev.posada.qmp.QmpClient;
import dev.posada.qmp.QmpEvent;
import dev.posada.qmp.QmpException;
import dev.posada.qmp.QmpListener;
import dev.posada.qmp.QmpSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Asks an emulator what it can do, by running it without a guest and questioning its monitor.
 *
 * <p>It is run twice at the same time, with KVM and without: which processors a guest can have differs. A run that does
 * not answer is killed and tried again, because QEMU 7.2 is known to lose the first command once in some hundred starts
 * under load.
 */
final class CapabilitiesProbe {
    /** From this version on devices can be described in JSON, which is how they are here. */
    static final int VERSION_MIN = 6_002_000;

    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(4);
    private static final int ATTEMPTS = 4;
    private static final Path KVM_DEVICE = Path.of("/dev/kvm");

    /** The types whose properties came late enough to be asked for. */
    private static final List<String> TYPES_ASKED = List.of(
            "virtio-blk-pci",
            "virtio-net-pci",
            "virtio-balloon-pci",
            "virtio-gpu-pci",
            "intel-iommu",
            "pcie-root-port",
            "scsi-hd",
            "usb-host",
            "memory-backend-file",
            "sgx-epc");

    private final Path binary;

    private CapabilitiesProbe(Path binary) {
        this.binary = binary;
    }

    /**
     * What the emulator can do, on this host and at this moment.
     *
     * @throws PosadaException {@code INTERNAL_ERROR} when it cannot be run or does not answer, with its own last words
     */
    static QemuCapabilities probe(Path binary) {
        return new CapabilitiesProbe(binary).probe();
    }

    /** What one run said. */
    private record Answers(
            Json version,
            Json target,
            boolean kvmPresent,
            boolean kvmEnabled,
            Json machines,
            Json cpus,
            Map<String, Json> models,
            Optional<Json> host,
            Set<String> types,
            Map<String, Set<String>> properties,
            Set<String> commands,
            Map<String, Set<String>> options) {

        /** Processors by the name of their type, the first name of each. */
        Map<String, String> modelsByType() {
            var models = new HashMap<String, String>();
            for (var cpu : cpus.elements()) {
                cpu.member("typename")
                        .map(Json::text)
                        .ifPresent(type ->
                                models.putIfAbsent(type, cpu.required("name").text()));
            }
            return models;
        }

        /** What this run could not give of a model. */
        List<String> missing(String model) {
            return cpus.elements().stream()
                    .filter(cpu -> cpu.required("name").text().equals(model))
                    .flatMap(cpu -> CapabilitiesProbe.missing(cpu).stream())
                    .toList();
        }
    }

    private QemuCapabilities probe() {
        var device = kvmDeviceObstacle();
        var withKvm = new FutureTask<>(
                () -> device.isEmpty() ? Optional.of(ask(Accelerator.KVM)) : Optional.<Answers>empty());
        Thread.ofVirtual().name("qemu-probe").start(withKvm);
        var answers = ask(Accelerator.TCG);
        boolean foreign = Architecture.isForeign(architecture(answers.target()));
        // An emulator of another architecture may not even start when it is asked for KVM.
        var kvm = foreign && !answers.kvmPresent() ? Optional.<Answers>empty() : await(withKvm);
        var obstacle = obstacle(device, kvm, answers);
        var cpuModels = new EnumMap<Accelerator, List<CpuModel>>(Accelerator.class);
        var hostModels = new EnumMap<Accelerator, HostModel>(Accelerator.class);
        cpuModels.put(Accelerator.TCG, models(answers, answers.models()));
        if (!foreign) {
            hostModel(answers, answers).ifPresent(model -> hostModels.put(Accelerator.TCG, model));
        }
        if (obstacle.isEmpty() && !foreign) {
            cpuModels.put(Accelerator.KVM, models(kvm.orElseThrow(), answers.models()));
            hostModel(kvm.orElseThrow(), answers).ifPresent(model -> hostModels.put(Accelerator.KVM, model));
        }
        var number = answers.version().required("qemu");
        return new QemuCapabilities(
                binary,
                version(number),
                answers.version().member("package").map(Json::text).orElse("").strip(),
                architecture(answers.target()),
                answers.machines().elements().stream()
                        .map(machine -> machine(machine, answers))
                        .toList(),
                cpuModels,
                hostModels,
                answers.types(),
                answers.properties(),
                answers.commands(),
                answers.options(),
                obstacle);
    }

    private static int version(Json number) {
        return (int) (number.required("major").integer() * 1_000_000
                + number.required("minor").integer() * 1_000
                + number.required("micro").integer());
    }

    private static String architecture(Json target) {
        return Architecture.ofTarget(target.required("arch").text());
    }

    private static String kvmDeviceObstacle() {
        if (!Files.exists(KVM_DEVICE)) {
            return KVM_DEVICE + " does not exist: the processor lacks virtualization, it is off in the firmware, or the"
                    + " kernel's kvm module is not loaded";
        }
        return Files.isReadable(KVM_DEVICE) && Files.isWritable(KVM_DEVICE)
                ? ""
                : "this user may not open " + KVM_DEVICE + ": add it to the group kvm";
    }

    private String obstacle(String device, Optional<Answers> kvm, Answers tcg) {
        if (!tcg.kvmPresent()) {
            return binary + " was built without KVM";
        }
        if (!device.isEmpty()) {
            return device;
        }
        return kvm.map(Answers::kvmEnabled).orElse(false) ? "" : binary + " cannot use KVM on this host";
    }

    private Optional<Answers> await(FutureTask<Optional<Answers>> task) {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PosadaException failure) {
                throw failure;
            }
            throw failure(String.valueOf(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("interrupted", e);
        }
    }

    private Answers ask(Accelerator accelerator) {
        QmpException last = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try (var run = ProbeRun.start(binary, accelerator)) {
                try (var client = QmpClient.over(
                        binary.toString(),
                        run.monitor(),
                        QmpSettings.DEFAULT.withHandshakeTimeout(HANDSHAKE_TIMEOUT),
                        new Deaf())) {
                    return ask(client, accelerator);
                } catch (QmpException e) {
                    if (e.kind() != QmpException.Kind.TIMED_OUT) {
                        throw failure(run.lastWords().orElse(e.description()), e);
                    }
                    last = e;
                }
            } catch (IOException e) {
                throw failure(String.valueOf(e.getMessage()), e);
            }
        }
        throw failure(last == null ? "no answer" : last.description(), last);
    }

    private Answers ask(QmpClient client, Accelerator accelerator) {
        var version = client.execute("query-version", ANSWER_TIMEOUT);
        if (version(version.required("qemu")) < VERSION_MIN) {
            throw new PosadaException(
                    ErrorCode.CONFIG_UNSUPPORTED,
                    ErrorOrigin.QEMU,
                    binary + " is QEMU " + client.greeting().major() + "."
                            + client.greeting().minor() + ": 6.2 or later is needed");
        }
        var kvm = client.execute("query-kvm", ANSWER_TIMEOUT);
        var target = client.execute("query-target", ANSWER_TIMEOUT);
        var cpus = cpuDefinitions(client);
        boolean whole = accelerator == Accelerator.TCG;
        var models = new HashMap<String, Json>();
        if (whole && !Architecture.isForeign(architecture(target))) {
            for (var cpu : cpus.elements()) {
                var name = cpu.required("name").text();
                if (isNamedModel(name)) {
                    expansion(client, name).ifPresent(expansion -> models.put(name, expansion));
                }
            }
        }
        return new Answers(
                version,
                target,
                kvm.required("present").truth(),
                kvm.required("enabled").truth(),
                client.execute("query-machines", ANSWER_TIMEOUT),
                cpus,
                models,
                expansion(client, whole ? "max" : "host"),
                whole ? names(client.execute("qom-list-types", ANSWER_TIMEOUT)) : Set.of(),
                whole ? properties(client) : Map.of(),
                whole ? names(client.execute("query-commands", ANSWER_TIMEOUT)) : Set.of(),
                whole ? options(client.execute("query-command-line-options", ANSWER_TIMEOUT)) : Map.of());
    }

    /** Whether a model has a name people use, not one of a version or of no fixed meaning. */
    static boolean isNamedModel(String name) {
        return !name.matches(".*-v\\d+") && !Set.of("base", "host", "max").contains(name);
    }

    private static Optional<Json> expansion(QmpClient client, String model) {
        try {
            return client.execute(
                            "query-cpu-model-expansion",
                            Json.object()
                                    .with("type", "static")
                                    .with("model", Json.object().with("name", model)),
                            ANSWER_TIMEOUT)
                    .member("model")
                    .flatMap(expanded -> expanded.member("props"));
        } catch (QmpException e) {
            if (e.kind() == QmpException.Kind.REFUSED) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Map<String, Set<String>> properties(QmpClient client) {
        var properties = new HashMap<String, Set<String>>();
        for (var type : TYPES_ASKED) {
            try {
                properties.put(
                        type,
                        names(client.execute(
                                "device-list-properties", Json.object().with("typename", type), ANSWER_TIMEOUT)));
            } catch (QmpException e) {
                if (e.kind() != QmpException.Kind.REFUSED) {
                    throw e;
                }
            }
        }
        return properties;
    }

    private static Set<String> names(Json list) {
        return list.elements().stream()
                .map(entry -> entry.required("name").text())
                .collect(Collectors.toSet());
    }

    private static Map<String, Set<String>> options(Json list) {
        var options = new HashMap<String, Set<String>>();
        for (var option : list.elements()) {
            options.put(option.required("option").text(), names(option.required("parameters")));
        }
        return options;
    }

    private static Json cpuDefinitions(QmpClient client) {
        try {
            return client.execute("query-cpu-definitions", ANSWER_TIMEOUT);
        } catch (QmpException e) {
            if (e.kind() == QmpException.Kind.REFUSED) {
                return Json.array(List.of());
            }
            throw e;
        }
    }

    private static MachineType machine(Json machine, Answers answers) {
        return new MachineType(
                machine.required("name").text(),
                machine.member("alias").map(Json::text),
                (int) machine.required("cpu-max").integer(),
                machine.member("is-default").map(Json::truth).orElse(false),
                machine.member("deprecated").map(Json::truth).orElse(false),
                machine.member("default-cpu-type")
                        .map(Json::text)
                        .flatMap(type -> Architecture.defaultCpu(
                                answers.target().required("arch").text(), type, answers.modelsByType())),
                machine.member("default-ram-id").map(Json::text));
    }

    private static List<CpuModel> models(Answers answers, Map<String, Json> expansions) {
        var models = new ArrayList<CpuModel>();
        // Elsewhere than on PCs the one that can do everything is a model as any other.
        boolean foreign = Architecture.isForeign(architecture(answers.target()));
        for (var cpu : answers.cpus().elements()) {
            var name = cpu.required("name").text();
            if (!isNamedModel(name) && !(foreign && name.equals("max"))) {
                continue;
            }
            models.add(new CpuModel(
                    name,
                    Optional.ofNullable(expansions.get(name))
                            .flatMap(properties -> properties.member("vendor"))
                            .map(Json::text)
                            .orElse(""),
                    cpu.member("deprecated").map(Json::truth).orElse(false),
                    missing(cpu)));
        }
        return models;
    }

    private static List<String> missing(Json cpu) {
        return cpu.member("unavailable-features").map(Json::elements).orElse(List.of()).stream()
                .map(Json::text)
                .distinct()
                .toList();
    }

    /** The model of the host's maker (or of none) that differs in the fewest features, and in which. */
    private static Optional<HostModel> hostModel(Answers here, Answers definitions) {
        if (here.host().isEmpty()) {
            return Optional.empty();
        }
        var host = here.host().get();
        var vendor = host.member("vendor").map(Json::text).orElse("");
        var features = features(host);
        Optional<HostModel> best = Optional.empty();
        int fewest = Integer.MAX_VALUE;
        for (var cpu : here.cpus().elements()) {
            var name = cpu.required("name").text();
            var properties = definitions.models().get(name);
            if (properties == null
                    || !properties
                            .member("vendor")
                            .map(Json::text)
                            .orElse(vendor)
                            .equals(vendor)) {
                continue;
            }
            var own = new TreeSet<>(features(properties));
            own.addAll(definitions.missing(name));
            var added = new TreeSet<>(features);
            added.removeAll(own);
            own.removeAll(features);
            if (added.size() + own.size() < fewest) {
                fewest = added.size() + own.size();
                best = Optional.of(new HostModel(name, vendor, List.copyOf(added), List.copyOf(own)));
            }
        }
        return best;
    }

    /** What a processor has of those features that belong to processors; those of KVM come by themselves. */
    private static Set<String> features(Json properties) {
        return properties.asObject().members().entrySet().stream()
                .filter(entry -> entry.getValue() instanceof Json.BooleanValue(boolean value) && value)
                .map(Map.Entry::getKey)
                .filter(name -> !name.startsWith("kvm"))
                .collect(Collectors.toSet());
    }

    private PosadaException failure(String words, @Nullable Throwable cause) {
        var detail = "Failed to probe QEMU binary with QMP: " + binary + ": " + words;
        return cause == null
                ? new PosadaException(ErrorCode.INTERNAL_ERROR, ErrorOrigin.QEMU, detail)
                : new PosadaException(ErrorCode.INTERNAL_ERROR, ErrorOrigin.QEMU, detail, cause);
    }

    /** Nothing that a probe's QEMU tells by itself matters. */
    private static final class Deaf implements QmpListener {
        @Override
        public void event(QmpEvent event) {}

        @Override
        public void closed(QmpException reason) {}
    }
}
