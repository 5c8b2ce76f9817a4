package dev.posada.engine;

import dev.posada.driver.LiveNetwork;
import java.util.List;
import java.util.Optional;

/** Brings a host's virtual networks back: definitions, then what is still started, then what starts by itself. */
final class NetworkRecovery {
    private final NetworkHost host;
    private final NetworkLife life;

    NetworkRecovery(NetworkHost host) {
        this.host = host;
        this.life = new NetworkLife(host);
    }

    /** Loads what was kept and finds started networks again, with what is plugged into them. */
    void load() {
        var kept = host.storage().load();
        for (var stored : kept.definitions()) {
            Attempts.attempt("cannot take network '" + stored.name() + "'", () -> {
                var network = host.claim(stored.definition());
                boolean autostart = kept.autostart().contains(stored.name());
                network.change(view -> view.withConfig(stored.definition()).withAutostart(autostart));
            });
        }
        var boot = HostBoot.id();
        Attempts.together(kept.live(), record -> recover(record, boot));
    }

    private void recover(LiveNetworkRecord record, String boot) {
        var definition = record.definition();
        Attempts.attempt("cannot find network '" + definition.name() + "' again", () -> {
            // When the driver cannot say, the record stays: what it speaks of may be there, for another daemon to find.
            var found = record.boot().equals(boot) ? host.driver().find(definition) : Optional.<LiveNetwork>empty();
            if (found.isEmpty()) {
                host.storage().removeLive(definition.name());
                return;
            }
            var live = found.get();
            for (var port : record.ports()) {
                live.replug(port.uuid(), port.plug());
            }
            var network = host.claim(definition);
            network.change(view -> view.withLive(new StartedNetwork(live, definition, List.copyOf(record.ports()))));
        });
    }

    /** Starts what is marked, once in a run of the host: what somebody stopped since then stays so. */
    void autostart() {
        if (!host.storage().firstSinceBoot()) {
            return;
        }
        var marked = host.registry().all().stream()
                .filter(network -> network.view().autostart() && !network.view().active())
                .toList();
        Attempts.together(
                marked,
                network -> Attempts.attempt(
                        "cannot autostart network '" + network.name() + "'",
                        () -> life.start(network, "virNetworkCreate")));
    }

    /** Defines the networks a host has from its first day, and marks them to start with it when that is wanted. */
    void standard(boolean autostart) {
        for (var definition : host.driver().residents()) {
            Attempts.attempt("cannot define network '" + definition.name() + "'", () -> {
                life.define(definition, "virNetworkDefineXML");
                if (autostart) {
                    life.autostart(host.network(definition.uuid()), true, "virNetworkSetAutostart");
                }
            });
        }
    }

    /** Puts networks in place that a driver has from the start; nobody is told, for nothing happened. */
    void reside() {
        for (var definition : host.driver().residents()) {
            var network = host.claim(definition);
            var live = host.driver().start(definition);
            network.change(view ->
                    view.withConfig(definition).withLive(new StartedNetwork(live, live.definition(), List.of())));
        }
    }
}
