package dev.posada.engine;

import dev.posada.driver.NetworkDriver;
import dev.posada.engine.JobSlot.Job;
import dev.posada.engine.JobSlot.Kind;
import dev.posada.model.ErrorCode;
import dev.posada.model.NetworkDefinition;
import dev.posada.model.NetworkEvent;
import dev.posada.model.PosadaException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** The virtual networks of a host, or of one connection: their driver, where they are kept, who hears of them. */
final class NetworkHost implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("posada.engine");

    private final NetworkDriver driver;
    private final Storage<StoredNetwork, LiveNetworkRecord> storage;
    private final Duration jobWait;
    private final EventBus<NetworkEvent> bus = new EventBus<>();
    private final KeptRegistry<Network> registry;

    /** Taken while a definition is completed and claimed: two of them must not choose the same bridge. */
    private final JobSlot choices = new JobSlot();

    NetworkHost(NetworkDriver driver, Storage<StoredNetwork, LiveNetworkRecord> storage, Duration jobWait) {
        this.driver = driver;
        this.storage = storage;
        this.jobWait = jobWait;
        this.registry = new KeptRegistry<>("network", driver.origin());
    }

    NetworkDriver driver() {
        return driver;
    }

    Storage<StoredNetwork, LiveNetworkRecord> storage() {
        return storage;
    }

    EventBus<NetworkEvent> bus() {
        return bus;
    }

    KeptRegistry<Network> registry() {
        return registry;
    }

    /** The network of this uuid; {@code NO_NETWORK} when there is none. */
    Network network(UUID uuid) {
        return registry.find(uuid).orElseThrow(() -> noNetwork("no network with matching uuid '" + uuid + "'"));
    }

    /** The network of this name; {@code NO_NETWORK} when there is none. */
    Network network(String name) {
        return registry.find(name).orElseThrow(() -> noNetwork("no network with matching name '" + name + "'"));
    }

    /** Holds off others that are about to say which bridge a network has. */
    Job choosing(String api) {
        return choices.begin(Kind.MODIFY, api, jobWait, driver.origin());
    }

    /** A definition with all the driver fills in; the caller holds {@link #choosing}. */
    NetworkDefinition complete(NetworkDefinition definition) {
        return driver.complete(definition, others(definition.uuid()));
    }

    /** What all networks but one are and will be when they are started again. */
    private List<NetworkDefinition> others(UUID than) {
        var others = new ArrayList<NetworkDefinition>();
        for (var network : registry.all()) {
            if (!network.uuid().equals(than)) {
                network.view().live().ifPresent(live -> others.add(live.definition()));
                network.view().config().ifPresent(others::add);
            }
        }
        return others;
    }

    /** The network a definition speaks of, taken for a new one if there is none. */
    Network claim(NetworkDefinition definition) {
        return registry.claim(new Network(definition.identity(), bus));
    }

    /** Begins a job on a network that is there when its turn comes. */
    Job begin(Network network, String api) {
        var job = slot(network, api);
        if (!network.view().there()) {
            job.close();
            throw noNetwork("no network with matching uuid '" + network.uuid() + "'");
        }
        return job;
    }

    /** Begins a job on a network, whatever has become of it. */
    Job slot(Network network, String api) {
        return network.jobs().begin(Kind.MODIFY, api, jobWait, driver.origin());
    }

    /** What is known of a started network; {@code OPERATION_INVALID} when it is not started. */
    StartedNetwork live(Network network) {
        return network.view().live().orElseThrow(() -> invalid("network '" + network.name() + "' is not active"));
    }

    /** Changes what is known of a started network, whose job the caller holds; on disk before anybody sees it. */
    void relive(Network network, UnaryOperator<StartedNetwork> change) {
        var changed = change.apply(live(network));
        storage.saveLive(network.name(), changed.record().toElement());
        network.change(view -> view.withLive(changed));
    }

    PosadaException error(ErrorCode code, String detail) {
        return new PosadaException(code, driver.origin(), detail);
    }

    PosadaException invalid(String detail) {
        return error(ErrorCode.OPERATION_INVALID, detail);
    }

    PosadaException noNetwork(String detail) {
        return error(ErrorCode.NO_NETWORK, detail);
    }

    void checkFlags(int flags, int known, String api) {
        Flags.check(flags, known, api, driver.origin());
    }

    /** Lets go of the networks without stopping them. */
    @Override
    public void close() {
        try {
            for (var network : registry.all()) {
                network.view().live().ifPresent(live -> release(network, live));
            }
        } finally {
            try {
                driver.close();
            } finally {
                storage.close();
            }
        }
    }

    private static void release(Network network, StartedNetwork live) {
        try {
            live.network().release();
        } catch (PosadaException e) {
            LOG.log(System.Logger.Level.ERROR, "cannot let go of network '" + network.name() + "': " + e.getMessage());
        }
    }
}
