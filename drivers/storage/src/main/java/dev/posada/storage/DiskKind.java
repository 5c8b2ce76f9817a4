package dev.posada.storage;

import dev.posada.driver.LivePool;
import dev.posada.driver.StorageDriver.BuildOption;
import dev.posada.model.ErrorCode;
import dev.posada.model.PoolDefinition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Pools of type {@code disk}: the partitions of a disk. */
final class DiskKind implements PoolKind {
    private static final String PACKAGE = "parted";
    private static final String UNKNOWN = "unknown";

    private final HostTools tools;
    private final DeviceSignature signatures;

    DiskKind(HostTools tools) {
        this.tools = tools;
        this.signatures = new DeviceSignature(tools);
    }

    @Override
    public String word() {
        return "disk";
    }

    @Override
    public Set<String> places(PoolDefinition definition) {
        var places = new HashSet<String>();
        definition.sourceDevices().forEach(device -> places.add("device " + device));
        return places;
    }

    /** The kind of table a pool has, in the words of blkid; those of parted are others. */
    private static String table(PoolDefinition definition) {
        var format = definition.sourceFormat().orElse(UNKNOWN);
        return switch (format) {
            case UNKNOWN, "dos" -> "dos";
            case "gpt" -> "gpt";
            default ->
                throw StorageErrors.of(
                        ErrorCode.CONFIG_UNSUPPORTED,
                        "pool '" + definition.name() + "': tables of partitions of format " + format
                                + " are not driven: use gpt or dos");
        };
    }

    @Override
    public void build(PoolDefinition definition, Set<BuildOption> options) {
        var table = table(definition);
        var what = "building pool '" + definition.name() + "'";
        HostTools.require(what, PACKAGE, "parted");
        var given = definition.sourceDevices().getFirst();
        if (!options.contains(BuildOption.OVERWRITE)) {
            signatures.requireBlank(given, table);
        }
        var disk = PartitionedDisk.disk(definition).toString();
        signatures.clear(disk);
        tools.change(
                what, PACKAGE, List.of("parted", "--script", disk, "mklabel", table.equals("dos") ? "msdos" : table));
        new DeviceNodes(tools).settle();
    }

    @Override
    public void delete(PoolDefinition definition, boolean zeroed) {
        PoolKind.refuseZeroing(zeroed);
        signatures.clear(PartitionedDisk.disk(definition).toString());
        new DeviceNodes(tools).settle();
    }

    @Override
    public LivePool start(PoolDefinition definition) {
        var table = table(definition);
        HostTools.require("starting pool '" + definition.name() + "'", PACKAGE, "parted");
        var disk = new PartitionedDisk(definition, tools);
        if (definition.sourceFormat().filter(format -> !format.equals(UNKNOWN)).isPresent()) {
            requireTable(definition.sourceDevices().getFirst(), table);
        }
        var _ = disk.table();
        return new DevicePool(disk);
    }

    private void requireTable(String device, String table) {
        var found = signatures
                .of(device)
                .orElseThrow(() -> StorageErrors.of(
                        ErrorCode.STORAGE_PROBE_FAILED, "Device '" + device + "' is unrecognized, requires build"));
        if (!found.equals(table)) {
            throw StorageErrors.invalid(
                    "Format of device '" + device + "' does not match the expected format '" + table + "'");
        }
    }

    @Override
    public Optional<LivePool> find(PoolDefinition definition) {
        return Files.exists(Path.of(definition.sourceDevices().getFirst()))
                ? Optional.of(new DevicePool(new PartitionedDisk(definition, tools)))
                : Optional.empty();
    }
}
