package dev.posada.engine;

import dev.posada.driver.LiveNetwork;
import dev.posada.driver.Undo;
import dev.posada.model.ErrorCode;
import dev.posada.model.NetworkChange;
import dev.posada.model.NetworkDefinition;
import dev.posada.model.NetworkEvent;
import dev.posada.model.NetworkIdentity;
import dev.posada.model.PosadaException;
import dev.posada.xml.NetworkUpdate;
import dev.posada.xml.NetworkXml;
import java.util.List;
import java.util.function.UnaryOperator;

/** What becomes of virtual networks. What is acknowledged is on disk; each change is a job of its network. */
final class NetworkLife {
    private static final System.Logger LOG = System.getLogger("posada.engine");

    private final NetworkHost host;

    NetworkLife(NetworkHost host) {
        this.host = host;
    }

    NetworkIdentity define(NetworkDefinition given, String api) {
        try (var _ = host.choosing(api)) {
            host.registry().mustFit(given.uuid(), given.name());
            var stored = new StoredNetwork(host.complete(given));
            while (true) {
                var network = host.claim(given);
                try (var _ = host.slot(network, api);
                        var undo = new Undo()) {
                    if (network.view().presence() == Presence.GONE) {
                        continue; // forgotten while we waited: the name must be asked for again
                    }
                    undo.add(() -> settle(network));
                    if (network.view().persistent()) {
                        host.storage().replace(stored);
                    } else {
                        host.storage().add(stored);
                    }
                    network.change(view -> view.withConfig(stored.definition()), Network.step(NetworkChange.DEFINED));
                    undo.done();
                    return given.identity();
                }
            }
        }
    }

    /** Starts a network from a definition that is kept only as long as it is started. */
    NetworkIdentity create(NetworkDefinition given, String api) {
        try (var _ = host.choosing(api)) {
            host.registry().mustFit(given.uuid(), given.name());
            host.registry().find(given.uuid()).ifPresent(this::mustNotRunAlready);
            var definition = host.complete(given);
            while (true) {
                var network = host.claim(given);
                try (var _ = host.slot(network, api);
                        var undo = new Undo()) {
                    if (network.view().presence() == Presence.GONE) {
                        continue;
                    }
                    undo.add(() -> settle(network));
                    mustNotRunAlready(network);
                    start(network, definition);
                    undo.done();
                    return given.identity();
                }
            }
        }
    }

    private void mustNotRunAlready(Network network) {
        if (network.view().active()) {
            throw host.invalid("network is already active as '" + network.name() + "'");
        }
    }

    /** Starts a defined network. */
    void start(Network network, String api) {
        try (var _ = host.begin(network, api)) {
            if (network.view().active()) {
                throw host.invalid("network is already active");
            }
            start(network, network.view().config().orElseThrow());
        }
    }

    /** Starts a network whose job the caller holds; the intent is on disk before anything is done. */
    private void start(Network network, NetworkDefinition definition) {
        mustBeKnown(definition);
        try (var undo = new Undo()) {
            undo.add(() -> forgetLive(network));
            host.storage()
                    .saveLive(network.name(), new LiveNetworkRecord(definition, HostBoot.id(), List.of()).toElement());
            var live = host.driver().start(definition);
            undo.add(() -> stopQuietly(network, live));
            var known = new StartedNetwork(live, live.definition(), List.of());
            host.storage().saveLive(network.name(), known.record().toElement());
            network.change(view -> view.withLive(known), Network.step(NetworkChange.STARTED));
            undo.done();
        }
    }

    /** What nobody knows, nobody will honour: better no start than one that leaves out what the user asked for. */
    private void mustBeKnown(NetworkDefinition definition) {
        var unknown = NetworkXml.unknown(definition);
        if (!unknown.isEmpty()) {
            throw host.error(
                    ErrorCode.CONFIG_UNSUPPORTED,
                    "the definition of network '" + definition.name() + "' holds what nothing here knows: "
                            + unknown.getFirst() + (unknown.size() > 1 ? " and " + (unknown.size() - 1) + " more" : "")
                            + "; correct it or take it out");
        }
    }

    /** Stops a network. What is plugged in stays where it is and leads nowhere, as with libvirt. */
    void stop(Network network, String api) {
        try (var _ = host.begin(network, api)) {
            var live = host.live(network);
            live.network().stop();
            forgetLive(network);
            network.change(KeptView::withoutLive, Network.step(NetworkChange.STOPPED));
            settle(network);
        }
    }

    /** Forgets a definition; a started network goes on until it is stopped. */
    void undefine(Network network, String api) {
        try (var _ = host.begin(network, api)) {
            if (!network.view().persistent()) {
                throw host.invalid("can't undefine transient network");
            }
            host.storage().remove(network.name());
            network.change(KeptView::withoutConfig, Network.step(NetworkChange.UNDEFINED));
            settle(network);
        }
    }

    void autostart(Network network, boolean autostart, String api) {
        try (var _ = host.begin(network, api)) {
            if (!network.view().persistent()) {
                throw host.invalid("cannot set autostart for transient network");
            }
            if (network.view().autostart() != autostart) {
                host.storage().autostart(network.name(), autostart);
                network.change(view -> view.withAutostart(autostart));
            }
        }
    }

    /** Edits a network: what runs, what is stored, or both; both are tried before either is changed. */
    void update(Network network, NetworkUpdate edit, int flags, String api) {
        try (var _ = host.begin(network, api)) {
            var view = network.view();
            var affect = affected(view, flags, host);
            var kept =
                    affect.config() ? List.of(edit.apply(view.config().orElseThrow())) : List.<NetworkDefinition>of();
            if (affect.live()) {
                var live = host.live(network);
                edit.deletedDevice().ifPresent(device -> mustBeFree(network, live, device));
                var changed = edit.apply(live.definition());
                live.network().update(changed);
                host.relive(network, now -> now.withDefinition(changed));
            }
            for (var definition : kept) {
                host.storage().replace(new StoredNetwork(definition));
                network.change(now -> now.withConfig(definition));
            }
        }
    }

    /** Changes what a network says of itself and no driver needs to know of. */
    void describe(
            Network network, UnaryOperator<NetworkDefinition> change, int flags, NetworkEvent.Happening happening) {
        try (var _ = host.begin(network, "virNetworkSetMetadata")) {
            var affect = affected(network.view(), flags, host);
            if (affect.config()) {
                var changed = change.apply(network.view().config().orElseThrow());
                host.storage().replace(new StoredNetwork(changed));
                network.change(view -> view.withConfig(changed));
            }
            if (affect.live()) {
                host.relive(network, live -> live.withDefinition(change.apply(live.definition())));
            }
            network.change(view -> view, happening);
        }
    }

    /** Whether an edit is of what runs, of what is stored, or of both; {@code OPERATION_INVALID} when that is not there. */
    static Affect affected(KeptView<?, ?, ?> view, int flags, NetworkHost host) {
        boolean current = (flags & NetworkFlags.AFFECT_ALL) == 0;
        boolean live = Flags.has(flags, NetworkFlags.AFFECT_LIVE) || (current && view.active());
        boolean config = Flags.has(flags, NetworkFlags.AFFECT_CONFIG) || (current && !view.active());
        if (live && !view.active()) {
            throw host.invalid("network is not running");
        }
        if (config && !view.persistent()) {
            throw host.invalid("cannot change persistent config of a transient network");
        }
        return new Affect(live, config);
    }

    private void mustBeFree(Network network, StartedNetwork live, String device) {
        long users = live.users(device);
        if (users > 0) {
            throw host.invalid("unable to delete interface '" + device + "' in network '" + network.name()
                    + "'. It is currently being used by " + users + " domains.");
        }
    }

    /** Gives back a name of which nothing came. */
    private void settle(Network network) {
        if (network.view().presence() == Presence.RESERVED) {
            network.change(KeptView::gone);
        } else if (network.view().presence() == Presence.GONE) {
            forgetQuietly(network);
        }
        if (network.view().presence() == Presence.GONE) {
            host.registry().forget(network);
        }
    }

    private void forgetQuietly(Network network) {
        try {
            host.driver().forget(network.view().identity());
        } catch (PosadaException e) {
            LOG.log(System.Logger.Level.WARNING, e.getMessage());
        }
    }

    private void forgetLive(Network network) {
        try {
            host.storage().removeLive(network.name());
        } catch (PosadaException e) {
            LOG.log(System.Logger.Level.ERROR, e.getMessage());
        }
    }

    private static void stopQuietly(Network network, LiveNetwork live) {
        try {
            live.stop();
        } catch (PosadaException e) {
            LOG.log(System.Logger.Level.ERROR, "cannot stop network '" + network.name() + "': " + e.getMessage());
        }
    }
}
