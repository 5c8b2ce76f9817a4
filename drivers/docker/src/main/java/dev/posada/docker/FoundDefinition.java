package dev.posada.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.MountType;
import dev.posada.driver.HostDriver;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What somebody else's container is as a definition: as much of it as definitions have words for. The same container gives
 * the same definition, running or not, so that a later change of the definition can be told from the container as it is.
 */
final class FoundDefinition {
    private static final long KIB = 1024;
    private static final double NANOS = 1e9;

    /** A volume nobody gave a name has one of so many digits. */
    private static final int UNNAMED_VOLUME_DIGITS = 64;

    private final InspectContainerResponse seen;
    private final String name;
    private final UUID uuid;
    private final HostConfig host;

    private FoundDefinition(InspectContainerResponse seen, String name, UUID uuid) {
        this.seen = seen;
        this.name = name;
        this.uuid = uuid;
        this.host = Optional.ofNullable(seen.getHostConfig()).orElseGet(HostConfig::newHostConfig);
    }

    /**
     * A complete definition.
     *
     * @param machine whose memory and processors a container without limits may use
     */
    static DomainDefinition of(InspectContainerResponse seen, String name, UUID uuid, HostDriver machine) {
        var info = machine.nodeInfo();
        return new FoundDefinition(seen, name, uuid).definition(info.memoryKib(), info.cpus(), info.model());
    }

    /** The same with limits and an architecture of no meaning, to compare what is fixed when a container is made. */
    static DomainDefinition of(InspectContainerResponse seen, String name, UUID uuid) {
        return new FoundDefinition(seen, name, uuid).definition(1, 1, "");
    }

    private DomainDefinition definition(long hostKib, int hostCpus, String architecture) {
        long kib =
                Optional.ofNullable(host.getMemory()).filter(bytes -> bytes > 0).orElse(hostKib * KIB) / KIB;
        double cpus = cpus().orElse((double) hostCpus);
        int vcpus = (int) Math.max(1, Math.ceil(cpus));
        var root = Element.of("domain", "type", CapabilitiesDocument.DOMAIN_TYPE)
                .with("xmlns:docker", Words.NAMESPACE)
                .plus(Element.text("name", name))
                .plus(Element.text("uuid", uuid.toString()))
                .plus(kib("memory", kib))
                .plus(kib("currentMemory", kib));
        root = root.plus(vcpu(vcpus));
        var tune = cputune(cpus, vcpus);
        root = tune.content().isEmpty() ? root : root.plus(tune);
        root = root.plus(os(architecture));
        var capabilities = capabilities();
        root = capabilities.content().isEmpty()
                ? root
                : root.plus(Element.of("features").plus(capabilities));
        boolean restarts =
                restartPolicy().filter(policy -> !policy.equals("no")).isPresent();
        return new DomainDefinition(root.plus(Element.of("clock", "offset", "utc"))
                .plus(Element.text("on_poweroff", "destroy"))
                .plus(Element.text("on_reboot", "restart"))
                .plus(Element.text("on_crash", restarts ? "restart" : "destroy"))
                .plus(devices())
                .plus(own()));
    }

    private static Element kib(String name, long kib) {
        return Element.text(name, Long.toString(kib)).with("unit", "KiB");
    }

    private Optional<Double> cpus() {
        long nanos = Optional.ofNullable(host.getNanoCPUs()).orElse(0L);
        if (nanos > 0) {
            return Optional.of(nanos / NANOS);
        }
        long quota = Optional.ofNullable(host.getCpuQuota()).orElse(0L);
        long period = Optional.ofNullable(host.getCpuPeriod())
                .filter(micros -> micros > 0)
                .orElse(100_000L);
        return quota > 0 ? Optional.of((double) quota / period) : Optional.empty();
    }

    private Element vcpu(int vcpus) {
        var vcpu = Element.text("vcpu", Integer.toString(vcpus)).with("placement", "static");
        return Optional.ofNullable(host.getCpusetCpus())
                .filter(set -> !set.isEmpty())
                .map(set -> vcpu.with("cpuset", set))
                .orElse(vcpu);
    }

    private Element cputune(double cpus, int vcpus) {
        var tune = Element.of("cputune");
        int shares = Optional.ofNullable(host.getCpuShares()).orElse(0);
        tune = shares > 0 ? tune.plus(Element.text("shares", Integer.toString(shares))) : tune;
        if (cpus < vcpus) {
            long quota = Math.max(1000, Math.round(cpus / vcpus * 100_000));
            tune = tune.plus(Element.text("period", "100000")).plus(Element.text("quota", Long.toString(quota)));
        }
        return tune;
    }

    private Element os(String architecture) {
        var os = Element.of("os").plus(Element.of("type", "arch", architecture).withText("exe"));
        var entrypoint = words(seen.getConfig().getEntrypoint());
        if (entrypoint.size() == 1) {
            os = os.plus(Element.text("init", entrypoint.getFirst()));
        }
        for (var word : words(seen.getConfig().getCmd())) {
            os = os.plus(Element.text("initarg", word));
        }
        for (var variable : words(seen.getConfig().getEnv())) {
            int sign = variable.indexOf('=');
            if (sign > 0) {
                os = os.plus(Element.text("initenv", variable.substring(sign + 1))
                        .with("name", variable.substring(0, sign)));
            }
        }
        var directory = Optional.ofNullable(seen.getConfig().getWorkingDir()).orElse("");
        os = directory.isEmpty() ? os : os.plus(Element.text("initdir", directory));
        var user = Optional.ofNullable(seen.getConfig().getUser()).orElse("");
        if (!user.isEmpty()) {
            int colon = user.indexOf(':');
            os = os.plus(Element.text("inituser", colon < 0 ? user : user.substring(0, colon)));
            os = colon < 0 ? os : os.plus(Element.text("initgroup", user.substring(colon + 1)));
        }
        return os;
    }

    private Element capabilities() {
        var added = capabilities(host.getCapAdd());
        var dropped = capabilities(host.getCapDrop());
        var policy = added.contains("all") ? "allow" : dropped.contains("all") ? "deny" : "default";
        var content = new ArrayList<Element>();
        added.stream()
                .filter(word -> !word.equals("all"))
                .forEach(word -> content.add(Element.of(word, "state", "on")));
        dropped.stream()
                .filter(word -> !word.equals("all"))
                .forEach(word -> content.add(Element.of(word, "state", "off")));
        return Element.of("capabilities", "policy", policy).withContent(content);
    }

    private static List<String> capabilities(Capability[] given) {
        return Stream.of(Optional.ofNullable(given).orElse(new Capability[0]))
                .map(one -> one.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    private Element devices() {
        var content = new ArrayList<Element>();
        var root = filesystem("template", Element.of("source", "name", image()), "/");
        content.add(Boolean.TRUE.equals(host.getReadonlyRootfs()) ? root.plus(Element.of("readonly")) : root);
        mounts(content);
        interfaces(content);
        var kind = Boolean.TRUE.equals(seen.getConfig().getTty())
                ? "pty"
                : Boolean.TRUE.equals(seen.getConfig().getStdinOpen()) ? "stdio" : "null";
        content.add(Element.of("console", "type", kind).plus(Element.of("target", "type", "serial", "port", "0")));
        for (var device :
                Optional.ofNullable(host.getDevices()).orElse(new com.github.dockerjava.api.model.Device[0])) {
            content.add(Element.of("hostdev", "mode", "capabilities", "type", "misc")
                    .plus(Element.of("source").plus(Element.text("char", String.valueOf(device.getPathOnHost())))));
        }
        return Element.of("devices").withContent(content);
    }

    private String image() {
        return ContainerStore.labels(seen)
                .getOrDefault(
                        Labels.IMAGE,
                        Optional.ofNullable(seen.getConfig().getImage()).orElse(""));
    }

    private static Element filesystem(String type, Element source, String target) {
        return Element.of("filesystem", "type", type, "accessmode", "passthrough")
                .plus(source)
                .plus(Element.of("target", "dir", target));
    }

    private void mounts(List<Element> content) {
        for (var mount : Optional.ofNullable(seen.getMounts()).orElse(List.of())) {
            var volume = Optional.ofNullable(mount.getName()).orElse("");
            if (mount.getDestination() == null || volume.length() == UNNAMED_VOLUME_DIGITS) {
                continue;
            }
            var source = Optional.ofNullable(mount.getSource()).orElse("");
            if (volume.isEmpty() && source.isEmpty()) {
                continue; // memory, told below
            }
            var filesystem = volume.isEmpty()
                    ? filesystem(
                            "mount",
                            Element.of("source", "dir", source),
                            mount.getDestination().getPath())
                    : filesystem(
                            "volume",
                            Element.of("source", "volume", volume),
                            mount.getDestination().getPath());
            content.add(Boolean.FALSE.equals(mount.getRW()) ? filesystem.plus(Element.of("readonly")) : filesystem);
        }
        for (var mount : Optional.ofNullable(host.getMounts()).orElse(List.of())) {
            if (mount.getType() == MountType.TMPFS && mount.getTarget() != null) {
                long bytes = Optional.ofNullable(mount.getTmpfsOptions())
                        .flatMap(options -> Optional.ofNullable(options.getSizeBytes()))
                        .orElse(0L);
                content.add(memory(bytes, mount.getTarget()));
            }
        }
        Optional.ofNullable(host.getTmpFs()).orElse(Map.of()).forEach((target, _) -> content.add(memory(0, target)));
    }

    /** File systems in memory without a size take up to half of the host's; a definition has to say a number. */
    private static Element memory(long bytes, String target) {
        long kib = bytes > 0 ? bytes / KIB : KIB * KIB;
        return filesystem("ram", Element.of("source", "usage", Long.toString(kib), "units", "KiB"), target);
    }

    private void interfaces(List<Element> content) {
        var mode = Optional.ofNullable(host.getNetworkMode()).orElse("default");
        if (mode.equals("none") || mode.startsWith("container:")) {
            return;
        }
        var first = mode.equals("default") ? "bridge" : mode;
        var names = new ArrayList<String>();
        names.add(first);
        Optional.ofNullable(seen.getNetworkSettings())
                .flatMap(settings -> Optional.ofNullable(settings.getNetworks()))
                .orElse(Map.of())
                .keySet()
                .stream()
                .filter(network -> !network.equals(first) && !network.equals("none"))
                .sorted()
                .forEach(names::add);
        for (int i = 0; i < names.size(); i++) {
            var nic = Element.of("interface", "type", "internal")
                    .plus(Element.of("mac", "address", mac(i)))
                    .plus(Element.of("source", "name", names.get(i)));
            content.add(i == 0 ? withPorts(nic) : nic);
        }
    }

    /** The address somebody chose, or one that is the same each time: the engine gives another at each start. */
    private String mac(int index) {
        var given = Optional.ofNullable(seen.getConfig().getMacAddress()).orElse("");
        if (index == 0 && !given.isEmpty()) {
            return given;
        }
        long low = uuid.getLeastSignificantBits() + index;
        return String.format(Locale.ROOT, "52:54:00:%02x:%02x:%02x", low >> 16 & 0xff, low >> 8 & 0xff, low & 0xff);
    }

    private Element withPorts(Element nic) {
        var changed = nic;
        var bindings = Optional.ofNullable(host.getPortBindings())
                .map(com.github.dockerjava.api.model.Ports::getBindings)
                .orElse(Map.of());
        for (var entry : bindings.entrySet()) {
            var outer =
                    Optional.ofNullable(entry.getValue()).orElse(new com.github.dockerjava.api.model.Ports.Binding[0]);
            for (var binding : outer) {
                var port = Optional.ofNullable(binding.getHostPortSpec()).orElse("");
                if (port.matches("[1-9]\\d{0,4}")) {
                    var forward = Element.of(
                            "portForward", "proto", entry.getKey().getProtocol().toString());
                    var address = Optional.ofNullable(binding.getHostIp()).orElse("");
                    forward = address.isEmpty() ? forward : forward.with("address", address);
                    changed = changed.plus(forward.plus(Element.of(
                            "range",
                            "start",
                            port,
                            "to",
                            Integer.toString(entry.getKey().getPort()))));
                }
            }
        }
        return changed;
    }

    private Element own() {
        var own = Element.of("docker:container").plus(Element.of("docker:found", "id", seen.getId()));
        var hostname = Optional.ofNullable(seen.getConfig().getHostName()).orElse("");
        own = hostname.isEmpty() ? own : own.plus(Element.text("docker:hostname", hostname));
        var entrypoint = words(seen.getConfig().getEntrypoint());
        if (entrypoint.size() > 1) {
            own = own.plus(Element.of("docker:entrypoint")
                    .withContent(entrypoint.stream()
                            .map(word -> Element.of("docker:arg", "value", word))
                            .toList()));
        }
        var labels = ContainerStore.labels(seen).entrySet().stream()
                .filter(label -> !label.getKey().startsWith("dev.posada."))
                .sorted(Map.Entry.comparingByKey())
                .toList();
        for (var label : labels) {
            own = own.plus(Element.of("docker:label", "name", label.getKey(), "value", label.getValue()));
        }
        var policy = restartPolicy();
        if (policy.isPresent() && !policy.get().equals("no")) {
            int retries = Optional.ofNullable(host.getRestartPolicy().getMaximumRetryCount())
                    .orElse(0);
            var restart = Element.of("docker:restart", "policy", policy.get());
            own = own.plus(retries > 0 ? restart.with("retries", Integer.toString(retries)) : restart);
        }
        own = Boolean.TRUE.equals(host.getInit()) ? own.plus(Element.of("docker:init")) : own;
        own = Boolean.TRUE.equals(host.getPrivileged()) ? own.plus(Element.of("docker:privileged")) : own;
        return own.plus(Element.of("docker:root", "domain", uuid.toString()));
    }

    private Optional<String> restartPolicy() {
        return Optional.ofNullable(host.getRestartPolicy())
                .flatMap(policy -> Optional.ofNullable(policy.getName()))
                .filter(policy -> !policy.isEmpty());
    }

    private static List<String> words(String[] given) {
        return given == null ? List.of() : List.of(given);
    }
}
