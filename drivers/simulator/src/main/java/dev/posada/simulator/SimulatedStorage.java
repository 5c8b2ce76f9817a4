package dev.posada.simulator;

import dev.posada.driver.LivePool;
import dev.posada.driver.StorageDriver;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PoolDefinition;
import dev.posada.model.PosadaException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The storage libvirt's test driver shows: pools of 100 GiB each, all in memory, whatever their kind. */
final class SimulatedStorage implements StorageDriver {
    private static final String RESIDENT_UUID = "dfe224cb-28fb-8dd0-c4b2-64eb3f0f4566";

    /** What was made in pools stays while they are stopped. */
    private final Map<String, SimulatedPool> pools = new ConcurrentHashMap<>();

    @Override
    public ErrorOrigin origin() {
        return ErrorOrigin.TEST;
    }

    @Override
    public Element capabilities() {
        throw PosadaException.unsupportedCall(ErrorOrigin.TEST, "virConnectGetStoragePoolCapabilities");
    }

    @Override
    public PoolDefinition complete(PoolDefinition definition) {
        return definition;
    }

    @Override
    public Set<String> places(PoolDefinition definition) {
        return Set.of();
    }

    @Override
    public Element sources(String type, Optional<Element> where) {
        return switch (type) {
            case "logical" ->
                Element.of("sources").plus(group("/dev/sda20", "testvg1")).plus(group("/dev/sda21", "testvg2"));
            case "netfs" -> Element.of("sources").plus(share(where));
            default ->
                throw new PosadaException(
                        ErrorCode.INTERNAL_ERROR, ErrorOrigin.TEST, "unknown storage pool type " + type);
        };
    }

    private static Element group(String device, String name) {
        return Element.of("source")
                .plus(Element.of("device", "path", device))
                .plus(Element.text("name", name))
                .plus(Element.of("format", "type", "lvm2"));
    }

    private static Element share(Optional<Element> where) {
        var host = where.flatMap(source -> source.child("host"))
                .orElseThrow(() -> new PosadaException(
                        ErrorCode.INVALID_ARG, ErrorOrigin.TEST, "hostname must be specified for netfs sources"));
        return Element.of("source")
                .plus(host)
                .plus(Element.of("dir", "path", "/testshare"))
                .plus(Element.of("format", "type", "nfs"));
    }

    @Override
    public void build(PoolDefinition definition, Set<BuildOption> options) {
        // There is nothing to be made.
    }

    @Override
    public void delete(PoolDefinition definition, boolean zeroed) {
        pools.remove(definition.name());
    }

    @Override
    public LivePool start(PoolDefinition definition) {
        return pools.computeIfAbsent(definition.name(), _ -> new SimulatedPool(definition.targetPath()));
    }

    @Override
    public Optional<LivePool> find(PoolDefinition definition) {
        return Optional.empty();
    }

    @Override
    public List<PoolDefinition> residents() {
        return List.of(new PoolDefinition(Element.of("pool", "type", "dir")
                .plus(Element.text("name", "default-pool"))
                .plus(Element.text("uuid", RESIDENT_UUID))
                .plus(Element.of("source"))
                .plus(Element.of("target").plus(Element.text("path", "/default-pool")))));
    }

    @Override
    public void close() {
        // Everything is in memory and goes with whoever holds it.
    }
}
