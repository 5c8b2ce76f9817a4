package dev.posada.storage;

import dev.posada.driver.ImageLink;
import dev.posada.driver.LivePool;
import dev.posada.driver.StorageDriver;
import dev.posada.image.Format;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PoolDefinition;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The storage of this host: what each kind of pool is does its {@link PoolKind}. */
final class HostStorage implements StorageDriver {
    /** Kinds that can be started. */
    private static final Set<String> STARTED =
            Set.of("dir", "fs", "netfs", "logical", "disk", "iscsi", "scsi", "mpath", "docker");

    private static final Path SYS = Path.of("/sys");

    private final Map<String, PoolKind> kinds = new LinkedHashMap<>();

    private final HostTools tools = new HostTools();

    HostStorage() {
        add(new FolderKind());
        add(new MountKind(false, tools));
        add(new MountKind(true, tools));
        add(new LogicalKind(tools));
        add(new DiskKind(tools));
        add(new IscsiKind(SYS, tools));
        add(new AbsentKind("iscsi-direct", "type 'iscsi' reaches the same targets"));
        add(new ScsiKind(SYS, tools));
        add(new MultipathKind(SYS));
        add(new AbsentKind("rbd", "map the images with the rbd tool and give guests the devices"));
        add(new AbsentKind("sheepdog", "Debian no longer has it"));
        add(new AbsentKind("gluster", "type 'netfs' with format 'glusterfs' mounts the same volumes"));
        add(new AbsentKind("zfs", "type 'dir' works on a mounted data set"));
        add(new DockerKind());
        add(new AbsentKind("vstorage", "Debian has no package for it; type 'dir' works where it is mounted"));
    }

    private void add(PoolKind kind) {
        kinds.put(kind.word(), kind);
    }

    private PoolKind kind(PoolDefinition definition) {
        return kind(definition.type());
    }

    private PoolKind kind(String type) {
        var kind = kinds.get(type);
        if (kind == null) {
            throw StorageErrors.of(
                    ErrorCode.INTERNAL_ERROR,
                    "missing backend for pool type " + CapabilitiesDocument.TYPES.indexOf(type) + " (" + type
                            + "): use one of " + String.join(", ", kinds.keySet()));
        }
        return kind;
    }

    @Override
    public ErrorOrigin origin() {
        return ErrorOrigin.STORAGE;
    }

    @Override
    public Element capabilities() {
        return CapabilitiesDocument.of(STARTED);
    }

    @Override
    public PoolDefinition complete(PoolDefinition definition) {
        var _ = kind(definition);
        return definition;
    }

    @Override
    public Set<String> places(PoolDefinition definition) {
        return kind(definition).places(definition);
    }

    @Override
    public Element sources(String type, Optional<Element> where) {
        if (!CapabilitiesDocument.TYPES.contains(type)) {
            throw StorageErrors.of(ErrorCode.INTERNAL_ERROR, "unknown storage pool type " + type);
        }
        return kind(type).sources(where);
    }

    @Override
    public void build(PoolDefinition definition, Set<BuildOption> options) {
        kind(definition).build(definition, options);
    }

    @Override
    public void delete(PoolDefinition definition, boolean zeroed) {
        kind(definition).delete(definition, zeroed);
    }

    @Override
    public LivePool start(PoolDefinition definition) {
        return kind(definition).start(definition);
    }

    @Override
    public Optional<LivePool> find(PoolDefinition definition) {
        return kind(definition).find(definition);
    }

    @Override
    public List<ImageLink> chain(String image, String format) {
        return Format.named(format)
                .map(known -> BackingChain.below(Path.of(image), known))
                .orElse(List.of());
    }

    @Override
    public void close() {
        tools.close();
    }
}
