package dev.posada.network;

import dev.posada.posix.Errno;
import java.util.ArrayList;
import java.util.List;

/**
 * The networks that are being started now. Two that want the same addresses would each find them free on the host; here the
 * second one finds the first. Noted under this object's monitor, which is held for nothing else.
 */
final class StartsUnderWay {
    private final List<NetworkPlan> plans = new ArrayList<>();

    /**
     * Notes a start, to be taken back by {@link #leave} when the host shows the network itself.
     *
     * @throws dev.posada.model.PosadaException when another one takes its bridge's name or one of its addresses
     */
    synchronized void enter(NetworkPlan plan) {
        for (var other : plans) {
            if (other.bridge().equals(plan.bridge())) {
                throw NetworkErrors.system(
                        Errno.EEXIST,
                        "error creating bridge interface " + plan.bridge() + " for network '" + plan.name() + "'");
            }
            if (overlap(plan, other)) {
                throw NetworkErrors.internal("Network is already in use by interface " + other.bridge() + " (network '"
                        + other.name() + "' is being started on the addresses of network '" + plan.name() + "')");
            }
        }
        plans.add(plan);
    }

    private static boolean overlap(NetworkPlan one, NetworkPlan other) {
        return one.gateways().stream()
                .anyMatch(gateway ->
                        other.gateways().stream().anyMatch(taken -> taken.at().overlaps(gateway.at())));
    }

    // The plan itself, not one like it: a network that is started twice at once has two.
    @SuppressWarnings("ReferenceEquality")
    synchronized void leave(NetworkPlan plan) {
        plans.remove(plan); // there is no other like it: it would have been refused
    }
}
