package dev.posada.storage;

import dev.posada.driver.LivePool;
import dev.posada.driver.StorageDriver.BuildOption;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PoolDefinition;
import dev.posada.model.PosadaException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Pools of type {@code logical}: volume groups of lvm2. */
final class LogicalKind implements PoolKind {
    private static final System.Logger LOG = System.getLogger("posada.storage");
    private static final String PACKAGE = "lvm2";
    private static final String MEMBER = "LVM2_member";

    private final HostTools tools;
    private final DeviceSignature signatures;

    LogicalKind(HostTools tools) {
        this.tools = tools;
        this.signatures = new DeviceSignature(tools);
    }

    @Override
    public String word() {
        return "logical";
    }

    @Override
    public Set<String> places(PoolDefinition definition) {
        var places = new HashSet<String>();
        places.add("volume group " + definition.sourceName().orElse(definition.name()));
        definition.sourceDevices().forEach(device -> places.add("device " + device));
        return places;
    }

    @Override
    public Element sources(Optional<Element> where) {
        return VolumeGroupReport.sources(tools.run(
                "looking for volume groups", PACKAGE, VolumeGroup.command("pvs", VolumeGroupReport.SOURCE_FIELDS)));
    }

    @Override
    public void build(PoolDefinition definition, Set<BuildOption> options) {
        var group = VolumeGroup.name(definition);
        var devices = definition.sourceDevices();
        var what = "building pool '" + definition.name() + "'";
        HostTools.require(what, PACKAGE, "vgcreate");
        if (devices.isEmpty()) {
            throw StorageErrors.of(
                    ErrorCode.CONFIG_UNSUPPORTED, what + ": it names no devices: give <device path='/dev/…'/>");
        }
        for (var device : devices) {
            requirePath(device, what);
            if (!options.contains(BuildOption.OVERWRITE)) {
                signatures.requireBlank(device, MEMBER);
            }
        }
        var made = new ArrayList<String>();
        try {
            for (var device : devices) {
                signatures.clear(device);
                tools.change(what, PACKAGE, List.of("pvcreate", "--yes", device));
                made.add(device);
            }
            var command = new ArrayList<>(List.of("vgcreate", group));
            command.addAll(devices);
            tools.change(what, PACKAGE, command);
        } catch (PosadaException e) {
            for (var device : made) {
                removeQuietly(device);
            }
            throw e;
        }
    }

    /** What begins otherwise would be an option to the tools. */
    private static void requirePath(String device, String what) {
        if (!device.startsWith("/")) {
            throw StorageErrors.of(ErrorCode.XML_ERROR, what + ": device path '" + device + "' must be absolute");
        }
    }

    private void removeQuietly(String device) {
        try {
            tools.change("giving device '" + device + "' back", PACKAGE, List.of("pvremove", "--yes", device));
        } catch (PosadaException e) {
            LOG.log(System.Logger.Level.WARNING, e.getMessage());
        }
    }

    @Override
    public void delete(PoolDefinition definition, boolean zeroed) {
        PoolKind.refuseZeroing(zeroed);
        var what = "deleting pool '" + definition.name() + "'";
        tools.change(what, PACKAGE, List.of("vgremove", "--force", VolumeGroup.name(definition)));
        for (var device : definition.sourceDevices()) {
            requirePath(device, what);
            tools.change(what, PACKAGE, List.of("pvremove", "--yes", device));
        }
    }

    @Override
    public LivePool start(PoolDefinition definition) {
        var what = "starting pool '" + definition.name() + "'";
        HostTools.require(what, PACKAGE, "vgchange");
        var group = VolumeGroup.name(definition);
        var devices = devicesOf(group)
                .orElseThrow(() -> StorageErrors.of(
                        ErrorCode.CONFIG_UNSUPPORTED, "cannot find logical volume group name '" + group + "'"));
        var named = definition.sourceDevices();
        if (!named.isEmpty() && Collections.disjoint(real(named), real(devices))) {
            throw StorageErrors.of(
                    ErrorCode.CONFIG_UNSUPPORTED,
                    "cannot find any matching source devices for logical volume group '" + group + "'");
        }
        tools.change(what, PACKAGE, List.of("vgchange", "-aly", group));
        new DeviceNodes(tools).settle();
        return new DevicePool(new VolumeGroup(definition, tools));
    }

    /** What paths lead to; one that leads nowhere stands for itself. */
    private static List<Path> real(List<String> devices) {
        return devices.stream().map(Path::of).map(LogicalKind::real).toList();
    }

    private static Path real(Path device) {
        try {
            return device.toRealPath();
        } catch (IOException missing) {
            return device;
        }
    }

    /** The devices of a volume group, if there is one of that name. */
    private Optional<List<String>> devicesOf(String group) {
        return sources(Optional.empty()).children("source").stream()
                .filter(source -> source.childText("name").orElse("").equals(group))
                .map(source -> source.children("device").stream()
                        .map(device -> device.attribute("path", ""))
                        .toList())
                .findFirst();
    }

    @Override
    public Optional<LivePool> find(PoolDefinition definition) {
        return devicesOf(VolumeGroup.name(definition)).map(_ -> new DevicePool(new VolumeGroup(definition, tools)));
    }
}
