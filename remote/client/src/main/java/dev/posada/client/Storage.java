package dev.posada.client;

import dev.posada.model.ErrorCode;
import dev.posada.model.PoolEvent;
import dev.posada.model.PosadaException;
import dev.posada.protocol.RemoteConnectFindStoragePoolSourcesArgs;
import dev.posada.protocol.RemoteConnectGetStoragePoolCapabilitiesArgs;
import dev.posada.protocol.RemoteConnectListAllStoragePoolsArgs;
import dev.posada.protocol.RemoteStoragePoolCreateXmlArgs;
import dev.posada.protocol.RemoteStoragePoolDefineXmlArgs;
import dev.posada.protocol.RemoteStoragePoolLookupByNameArgs;
import dev.posada.protocol.RemoteStoragePoolLookupByTargetPathArgs;
import dev.posada.protocol.RemoteStoragePoolLookupByUuidArgs;
import dev.posada.protocol.RemoteStorageVolLookupByKeyArgs;
import dev.posada.protocol.RemoteStorageVolLookupByPathArgs;
import dev.posada.protocol.StoragePoolRef;
import dev.posada.protocol.StorageStub;
import dev.posada.protocol.StorageVolRef;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The storage behind a {@link Connection}: its pools, and the volumes in them. */
public final class Storage {
    private static final int NEED_RESULTS = 1;

    private final Connection connection;

    Storage(Connection connection) {
        this.connection = connection;
    }

    /** The pools that pass all flags; every pool when there is none. */
    public List<StoragePool> pools(Flag.PoolList... filter) {
        return calls()
                .connectListAllStoragePools(new RemoteConnectListAllStoragePoolsArgs(NEED_RESULTS, Flag.bits(filter)))
                .pools()
                .stream()
                .map(ref -> new StoragePool(connection, ref))
                .toList();
    }

    /** The pool of this name; empty when there is none. */
    public Optional<StoragePool> poolByName(String name) {
        return pool(() -> calls().storagePoolLookupByName(new RemoteStoragePoolLookupByNameArgs(name))
                .pool());
    }

    /** The pool of this uuid; empty when there is none. */
    public Optional<StoragePool> poolByUuid(UUID uuid) {
        return pool(() -> calls().storagePoolLookupByUuid(new RemoteStoragePoolLookupByUuidArgs(uuid))
                .pool());
    }

    /**
     * The pool of this name.
     *
     * @throws PosadaException with the daemon's own words when there is none
     */
    public StoragePool requirePool(String name) {
        return new StoragePool(
                connection,
                calls().storagePoolLookupByName(new RemoteStoragePoolLookupByNameArgs(name))
                        .pool());
    }

    /**
     * The volume of this path in any started pool.
     *
     * @throws PosadaException with the daemon's own words when there is none
     */
    public StorageVolume requireVolume(String path) {
        return new StorageVolume(
                connection,
                calls().storageVolLookupByPath(new RemoteStorageVolLookupByPathArgs(path))
                        .vol());
    }

    /**
     * The pool of this uuid.
     *
     * @throws PosadaException with the daemon's own words when there is none
     */
    public StoragePool requirePool(UUID uuid) {
        return new StoragePool(
                connection,
                calls().storagePoolLookupByUuid(new RemoteStoragePoolLookupByUuidArgs(uuid))
                        .pool());
    }

    /** The started pool whose volumes are in this folder; empty when there is none. */
    public Optional<StoragePool> poolByTargetPath(String path) {
        return pool(() -> calls().storagePoolLookupByTargetPath(new RemoteStoragePoolLookupByTargetPathArgs(path))
                .pool());
    }

    /** The volume of this path in any started pool; empty when there is none. */
    public Optional<StorageVolume> volumeByPath(String path) {
        return volume(() -> calls().storageVolLookupByPath(new RemoteStorageVolLookupByPathArgs(path))
                .vol());
    }

    /** The volume of this key in any started pool; empty when there is none. */
    public Optional<StorageVolume> volumeByKey(String key) {
        return volume(() -> calls().storageVolLookupByKey(new RemoteStorageVolLookupByKeyArgs(key))
                .vol());
    }

    /** Keeps a definition; one with the uuid of an existing pool replaces that pool's. */
    public StoragePool define(String xml, Flag.PoolDefine... flags) {
        return new StoragePool(
                connection,
                calls().storagePoolDefineXml(new RemoteStoragePoolDefineXmlArgs(xml, Flag.bits(flags)))
                        .pool());
    }

    /** Starts a transient pool, of which nothing is kept once it is stopped. */
    public StoragePool create(String xml, Flag.PoolStart... flags) {
        return new StoragePool(
                connection,
                calls().storagePoolCreateXml(new RemoteStoragePoolCreateXmlArgs(xml, Flag.bits(flags)))
                        .pool());
    }

    /** What kinds of pools there are, as an XML document. */
    public String capabilities() {
        return calls().connectGetStoragePoolCapabilities(new RemoteConnectGetStoragePoolCapabilitiesArgs(0))
                .capabilities();
    }

    /**
     * Looks for pools of a kind, as an XML document.
     *
     * @param where a {@code source} element; absent for the daemon's own host
     */
    public String sources(String type, @Nullable String where) {
        return calls().connectFindStoragePoolSources(new RemoteConnectFindStoragePoolSourcesArgs(type, where, 0))
                .xml();
    }

    /**
     * Subscribes to what happens to pools: their life, and that they looked again at what they hold.
     *
     * @param listener is called by a thread of its own
     */
    public EventSubscription subscribe(Consumer<PoolEvent> listener) {
        return connection.subscribeToPools(listener);
    }

    private Optional<StoragePool> pool(Supplier<StoragePoolRef> lookup) {
        return found(ErrorCode.NO_STORAGE_POOL, () -> new StoragePool(connection, lookup.get()));
    }

    private Optional<StorageVolume> volume(Supplier<StorageVolRef> lookup) {
        return found(ErrorCode.NO_STORAGE_VOL, () -> new StorageVolume(connection, lookup.get()));
    }

    private StorageStub<DataStream> calls() {
        return connection.remote().storage();
    }

    static <T> Optional<T> found(ErrorCode missing, Supplier<T> lookup) {
        try {
            return Optional.of(lookup.get());
        } catch (PosadaException e) {
            if (e.code() == missing) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
