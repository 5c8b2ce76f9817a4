package dev.posada.storage;

import dev.posada.driver.LivePool;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PoolDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Pools of type {@code scsi}: the disks behind an adapter of this host, which is named ({@code host3}, or {@code scsi_host3}
 * as node devices are), given by its place on the bus, or for fibre channel by its world wide names. Adapters are found, not
 * made: a virtual fibre channel adapter must be there already.
 */
final class ScsiKind implements FoundKind {
    private final Path sys;
    private final HostTools tools;

    /** @param sys where the kernel's device files are, {@code /sys} */
    ScsiKind(Path sys, HostTools tools) {
        this.sys = sys;
        this.tools = tools;
    }

    @Override
    public String word() {
        return "scsi";
    }

    @Override
    public Set<String> places(PoolDefinition definition) {
        return Set.of("adapter " + adapter(definition).attributes()
                + adapter(definition).child("parentaddr").map(Element::toString).orElse(""));
    }

    private static Element adapter(PoolDefinition definition) {
        return definition.source().child("adapter").orElse(Element.of("adapter"));
    }

    @Override
    public LivePool start(PoolDefinition definition) {
        int host = host(definition)
                .orElseThrow(() -> StorageErrors.of(
                        ErrorCode.XML_ERROR,
                        "no adapter of this host is what pool '" + definition.name()
                                + "' names: see /sys/class/scsi_host; virtual adapters are not made here"));
        return pool(definition, host);
    }

    private LivePool pool(PoolDefinition definition, int host) {
        var link = new ScsiAdapter.Link() {
            @Override
            public int refreshed() {
                scan(host);
                return host;
            }

            @Override
            public void end() {
                // The adapter stays.
            }
        };
        return new DevicePool(
                new ScsiAdapter(new ScsiUnits(sys), link, Path.of(definition.targetPath()), Optional.empty()));
    }

    /** Has the kernel look for disks that are new. */
    private void scan(int host) {
        var file = sys.resolve("class/scsi_host/host" + host + "/scan");
        try {
            Files.writeString(file, "- - -");
        } catch (IOException e) {
            throw StorageErrors.failed("Could not open '" + file + "' to trigger host scan", e);
        }
        new DeviceNodes(tools).settle();
    }

    private Optional<Integer> host(PoolDefinition definition) {
        var adapter = adapter(definition);
        if (adapter.has("type", "fc_host")) {
            return fibreChannel(adapter.attribute("wwnn", ""), adapter.attribute("wwpn", ""));
        }
        return adapter.attribute("name")
                .flatMap(ScsiKind::number)
                .or(() -> adapter.child("parentaddr").flatMap(this::onBus));
    }

    /** The number in an adapter's name. */
    private static Optional<Integer> number(String name) {
        var digits = name.replaceFirst("^(scsi_host|fc_host|host)", "");
        return digits.matches("\\d{1,9}") ? Optional.of(Integer.parseInt(digits)) : Optional.empty();
    }

    private Optional<Integer> fibreChannel(String node, String port) {
        for (var host : SysFiles.entries(sys.resolve("class/fc_host"), "host*")) {
            if (wwn(host.resolve("node_name")).equals(node.toLowerCase(Locale.ROOT))
                    && wwn(host.resolve("port_name")).equals(port.toLowerCase(Locale.ROOT))) {
                return number(SysFiles.name(host));
            }
        }
        return Optional.empty();
    }

    private static String wwn(Path file) {
        return SysFiles.text(file).map(text -> text.replaceFirst("^0x", "")).orElse("");
    }

    /** The adapter whose place among the host's devices is an address. */
    private Optional<Integer> onBus(Element parent) {
        var address = parent.child("address").orElse(Element.of("address"));
        var place = String.format(
                "%04x:%02x:%02x.%x",
                part(address, "domain"), part(address, "bus"), part(address, "slot"), part(address, "function"));
        for (var host : SysFiles.entries(sys.resolve("class/scsi_host"), "host*")) {
            boolean there = leadsThrough(host, place);
            boolean same = parent.attribute("unique_id")
                    .map(id ->
                            id.equals(SysFiles.text(host.resolve("unique_id")).orElse("")))
                    .orElse(true);
            if (there && same) {
                return number(SysFiles.name(host));
            }
        }
        return Optional.empty();
    }

    private static int part(Element address, String name) {
        try {
            return Integer.decode(address.attribute(name, "0"));
        } catch (NumberFormatException e) {
            throw StorageErrors.of(ErrorCode.XML_ERROR, "malformed address of an adapter's parent");
        }
    }

    private static boolean leadsThrough(Path host, String place) {
        try {
            return List.of(host.toRealPath().toString().split("/", -1)).contains(place);
        } catch (IOException gone) {
            return false;
        }
    }

    @Override
    public Optional<LivePool> find(PoolDefinition definition) {
        return host(definition)
                .filter(host -> Files.exists(sys.resolve("class/scsi_host/host" + host)))
                .map(host -> pool(definition, host));
    }
}
