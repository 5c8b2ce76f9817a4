package dev.posada.engine;

import dev.posada.driver.StorageDriver;
import dev.posada.engine.JobSlot.Job;
import dev.posada.engine.JobSlot.Kind;
import dev.posada.model.ErrorCode;
import dev.posada.model.PoolDefinition;
import dev.posada.model.PoolEvent;
import dev.posada.model.PosadaException;
import java.time.Duration;
import java.util.UUID;

/** The storage of a host, or of one connection: its driver, its pools, where they are kept, who hears of them. */
final class PoolHost implements AutoCloseable {
    private final StorageDriver driver;
    private final Storage<StoredPool, LivePoolRecord> storage;
    private final Duration jobWait;
    private final EventBus<PoolEvent> bus = new EventBus<>();
    private final KeptRegistry<Pool> registry;
    private final PoolPlaces places;

    PoolHost(StorageDriver driver, Storage<StoredPool, LivePoolRecord> storage, Duration jobWait) {
        this.driver = driver;
        this.storage = storage;
        this.jobWait = jobWait;
        this.registry = new KeptRegistry<>("pool", driver.origin());
        this.places = new PoolPlaces(registry, driver.origin());
    }

    StorageDriver driver() {
        return driver;
    }

    Storage<StoredPool, LivePoolRecord> storage() {
        return storage;
    }

    EventBus<PoolEvent> bus() {
        return bus;
    }

    KeptRegistry<Pool> registry() {
        return registry;
    }

    PoolPlaces places() {
        return places;
    }

    /** The pool of this uuid; {@code NO_STORAGE_POOL} when there is none. */
    Pool pool(UUID uuid) {
        return registry.find(uuid).orElseThrow(() -> noPool("no storage pool with matching uuid '" + uuid + "'"));
    }

    /** The pool of this name; {@code NO_STORAGE_POOL} when there is none. */
    Pool pool(String name) {
        return registry.find(name).orElseThrow(() -> noPool("no storage pool with matching name '" + name + "'"));
    }

    /** The pool a definition speaks of, taken for a new one if there is none. */
    Pool claim(PoolDefinition definition) {
        return places.claim(new Pool(definition.identity(), bus), driver.places(definition));
    }

    /** Begins a job on a pool that is there when its turn comes. */
    Job begin(Pool pool, String api) {
        var job = slot(pool, api);
        if (!pool.view().there()) {
            job.close();
            throw noPool("no storage pool with matching uuid '" + pool.uuid() + "'");
        }
        return job;
    }

    /** Begins a job on a pool, whatever has become of it. */
    Job slot(Pool pool, String api) {
        return pool.jobs().begin(Kind.MODIFY, api, jobWait, driver.origin());
    }

    /** What is known of a started pool; {@code OPERATION_INVALID} when it is not started. */
    StartedPool live(Pool pool) {
        return pool.view().live().orElseThrow(() -> invalid("storage pool '" + pool.name() + "' is not active"));
    }

    PosadaException error(ErrorCode code, String detail) {
        return new PosadaException(code, driver.origin(), detail);
    }

    PosadaException invalid(String detail) {
        return error(ErrorCode.OPERATION_INVALID, detail);
    }

    PosadaException noPool(String detail) {
        return error(ErrorCode.NO_STORAGE_POOL, detail);
    }

    void checkFlags(int flags, int known, String api) {
        Flags.check(flags, known, api, driver.origin());
    }

    /** Lets go of the pools without stopping them. */
    @Override
    public void close() {
        try {
            driver.close();
        } finally {
            storage.close();
        }
    }
}
