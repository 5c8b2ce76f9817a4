package dev.posada.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.UpdateContainerCmd;
import com.github.dockerjava.api.model.BlkioRateDevice;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Device;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.TmpfsOptions;
import dev.posada.docker.ContainerLimits.Rate;
import dev.posada.model.ErrorCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Says a {@link ContainerSpec} in the words of docker-java's commands. */
final class ContainerMaking {
    private static final String NO_NETWORK = "none";

    private ContainerMaking() {}

    /**
     * Completes the command that makes a container.
     *
     * @param labels beside those of the definition
     */
    static void create(CreateContainerCmd command, ContainerSpec spec, Map<String, String> labels) {
        var all = new LinkedHashMap<String, String>(spec.labels());
        all.putAll(labels);
        command.withLabels(all)
                .withEnv(spec.environment())
                .withTty(spec.terminal())
                .withStdinOpen(spec.input())
                .withAttachStdin(false)
                .withHostConfig(host(spec));
        spec.entrypoint().ifPresent(command::withEntrypoint);
        if (!spec.command().isEmpty()) {
            command.withCmd(spec.command());
        }
        spec.directory().ifPresent(command::withWorkingDir);
        spec.user().ifPresent(command::withUser);
        spec.hostname().ifPresent(command::withHostName);
        spec.stopSignal().ifPresent(command::withStopSignal);
        spec.stopSeconds().ifPresent(command::withStopTimeout);
        if (!spec.ports().isEmpty()) {
            command.withExposedPorts(spec.ports().stream()
                    .map(ContainerMaking::inside)
                    .distinct()
                    .toList());
        }
        if (!spec.networks().isEmpty()) {
            var first = spec.networks().getFirst();
            if (!first.network().equals("host")) {
                first.mac().ifPresent(command::withMacAddress);
                first.ipv4().ifPresent(command::withIpv4Address);
                first.ipv6().ifPresent(command::withIpv6Address);
            }
        }
    }

    private static HostConfig host(ContainerSpec spec) {
        var host = HostConfig.newHostConfig()
                .withNetworkMode(
                        spec.networks().isEmpty()
                                ? NO_NETWORK
                                : spec.networks().getFirst().network())
                .withMounts(spec.mounts().stream().map(ContainerMaking::mount).toList())
                .withReadonlyRootfs(spec.readOnly())
                .withPrivileged(spec.privileged())
                .withCapAdd(capabilities(spec.capabilitiesAdded()))
                .withCapDrop(capabilities(spec.capabilitiesDropped()))
                .withDevices(spec.devices().stream()
                        .map(path -> new Device("rwm", path, path))
                        .toList())
                .withRestartPolicy(restart(spec.restart()))
                .withPortBindings(bindings(spec.ports()));
        if (spec.reaper()) {
            host.withInit(true);
        }
        limit(host, spec.limits());
        return host;
    }

    private static void limit(HostConfig host, ContainerLimits limits) {
        host.withMemory(limits.memoryBytes())
                .withMemorySwap(limits.memoryAndSwapBytes())
                .withMemoryReservation(limits.memorySoftBytes())
                .withCpuShares(Math.toIntExact(limits.cpuShares()))
                .withCpuPeriod(limits.cpuPeriodMicros())
                .withCpuQuota(limits.cpuQuotaMicros())
                .withCpusetCpus(limits.cpus())
                .withCpusetMems(limits.cells());
        if (limits.diskWeight() != 0) {
            host.withBlkioWeight(limits.diskWeight());
        }
        if (!limits.diskRates().isEmpty()) {
            host.withBlkioDeviceReadBps(rates(limits, Rate.READ_BYTES))
                    .withBlkioDeviceWriteBps(rates(limits, Rate.WRITE_BYTES))
                    .withBlkioDeviceReadIOps(rates(limits, Rate.READ_REQUESTS))
                    .withBlkioDeviceWriteIOps(rates(limits, Rate.WRITE_REQUESTS));
        }
    }

    /** Completes the command that changes limits; what the engine cannot change in place is left as it is. */
    static void update(UpdateContainerCmd command, ContainerLimits limits) {
        command.withMemory(limits.memoryBytes())
                .withMemorySwap(limits.memoryAndSwapBytes())
                .withMemoryReservation(limits.memorySoftBytes())
                .withCpuPeriod(limits.cpuPeriodMicros())
                .withCpuQuota(limits.cpuQuotaMicros());
        if (limits.cpuShares() != 0) {
            command.withCpuShares(Math.toIntExact(limits.cpuShares()));
        }
        if (!limits.cpus().isEmpty()) {
            command.withCpusetCpus(limits.cpus());
        }
        if (!limits.cells().isEmpty()) {
            command.withCpusetMems(limits.cells());
        }
        if (limits.diskWeight() != 0) {
            command.withBlkioWeight(limits.diskWeight());
        }
    }

    static RestartPolicy restart(ContainerSpec.Restart restart) {
        return switch (restart.policy()) {
            case "always" -> RestartPolicy.alwaysRestart();
            case "unless-stopped" -> RestartPolicy.unlessStoppedRestart();
            case "on-failure" -> RestartPolicy.onFailureRestart(restart.retries());
            default -> RestartPolicy.noRestart();
        };
    }

    private static List<BlkioRateDevice> rates(ContainerLimits limits, Rate rate) {
        return limits.diskRates().stream()
                .filter(one -> one.rate() == rate)
                .map(one -> new BlkioRateDevice().withPath(one.device()).withRate(one.perSecond()))
                .toList();
    }

    static Mount mount(ContainerSpec.Mount mount) {
        return switch (mount) {
            case ContainerSpec.Bind(String source, String target, boolean readOnly) ->
                new Mount()
                        .withType(MountType.BIND)
                        .withSource(source)
                        .withTarget(target)
                        .withReadOnly(readOnly);
            case ContainerSpec.Volume(String name, String target, boolean readOnly) ->
                new Mount()
                        .withType(MountType.VOLUME)
                        .withSource(name)
                        .withTarget(target)
                        .withReadOnly(readOnly);
            case ContainerSpec.Memory(long bytes, String target, boolean readOnly) ->
                new Mount()
                        .withType(MountType.TMPFS)
                        .withTarget(target)
                        .withReadOnly(readOnly)
                        .withTmpfsOptions(new TmpfsOptions().withSizeBytes(bytes));
        };
    }

    private static Capability[] capabilities(List<String> words) {
        return words.stream().map(ContainerMaking::capability).toArray(Capability[]::new);
    }

    private static Capability capability(String word) {
        try {
            return Capability.valueOf(word);
        } catch (IllegalArgumentException e) {
            throw Refusal.of(
                    ErrorCode.CONFIG_UNSUPPORTED,
                    "no container can be given or denied the capability '" + Refusal.shown(word) + "'",
                    e);
        }
    }

    private static ExposedPort inside(ContainerSpec.Port port) {
        return port.protocol().equals("udp") ? ExposedPort.udp(port.container()) : ExposedPort.tcp(port.container());
    }

    private static Ports bindings(List<ContainerSpec.Port> ports) {
        var bindings = new Ports();
        for (var port : ports) {
            var address = port.address().isEmpty() ? null : port.address();
            bindings.bind(inside(port), new Ports.Binding(address, Integer.toString(port.host())));
        }
        return bindings;
    }
}
