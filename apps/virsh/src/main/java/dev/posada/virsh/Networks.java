package dev.posada.virsh;

import dev.posada.client.Flag;
import dev.posada.client.VirtualNetwork;
import dev.posada.model.PosadaException;

/** The option that names a virtual network, and how the network is found. */
final class Networks {
    private Networks() {}

    /** {@code <network>}. */
    static Option option(Flag.NetworkList... proposed) {
        return Option.value("network", "a network's name or uuid").completing(proposals(proposed));
    }

    /** Names of networks that pass the flags. */
    static Completer proposals(Flag.NetworkList... filter) {
        return call -> Proposals.answered(() -> call.connection().networks().list(filter).stream()
                .map(VirtualNetwork::name)
                .toList());
    }

    /** The network that {@code <network>} names: by uuid, by name. */
    static VirtualNetwork of(Call call) {
        var word = call.required("network");
        var networks = call.connection().networks();
        try {
            var byUuid = Words.fullUuid(word).flatMap(networks::byUuid);
            return byUuid.orElseGet(() -> networks.require(word));
        } catch (PosadaException e) {
            throw new CommandException("failed to get network '" + word + "'", e);
        }
    }
}
