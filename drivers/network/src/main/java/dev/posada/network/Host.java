package dev.posada.network;

import dev.posada.link.HostCommands;
import dev.posada.link.Links;
import dev.posada.link.TrafficShaping;
import dev.posada.model.NetworkDefinition;
import dev.posada.model.NetworkIdentity;
import dev.posada.process.Children;
import dev.posada.process.Tools;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The parts of the host that networks are made of, and the driver's folders.
 *
 * @param run for what ends with the host's run
 * @param state for what lasts: leases, what dnsmasq reads
 * @param log for what dnsmasq says
 */
record Host(
        HostCommands commands,
        Links links,
        TrafficShaping shaping,
        HostFirewall firewall,
        Children children,
        Path run,
        Path state,
        Path log) {
    static Host of(Tools tools, Children children, Optional<String> firewallBackend, Path run, Path state, Path log) {
        var commands = new HostCommands(tools);
        return new Host(
                commands,
                new Links(commands),
                new TrafficShaping(commands),
                new HostFirewall(commands, firewallBackend),
                children,
                run,
                state,
                log);
    }

    NetworkFiles files(NetworkDefinition definition) {
        return files(definition.identity());
    }

    /** The files of a network that may have no definition any more. */
    NetworkFiles files(NetworkIdentity network) {
        return NetworkFiles.of(state, run, log, network.name(), network.uuid());
    }

    List<NetworkFiles> allFiles() {
        return NetworkFiles.all(state, run, log);
    }
}
