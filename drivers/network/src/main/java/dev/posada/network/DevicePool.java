package dev.posada.network;

import dev.posada.driver.LiveNetwork;
import dev.posada.link.Links;
import dev.posada.model.DhcpLease;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.NetworkDefinition;
import dev.posada.posix.Errno;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A started network that is a pool of devices: links that macvtap interfaces are put on, or functions of PCI that guests are
 * given. Which interface has which the engine writes down, and says again to the next daemon; a second list here could hold
 * ports that nobody ever takes back.
 */
final class DevicePool implements LiveNetwork {
    private final Links links;

    /** Guarded by this, as is the definition; nothing is waited for under it. */
    private final Map<UUID, String> ports = new LinkedHashMap<>();

    private NetworkDefinition definition;
    private List<PoolDevice> devices;

    DevicePool(NetworkDefinition definition, Links links) {
        this.definition = definition;
        this.links = links;
        this.devices = devices(definition, links);
    }

    private static List<PoolDevice> devices(NetworkDefinition definition, Links links) {
        var forward = definition.root().child("forward").orElseThrow();
        boolean pci = definition.forwardMode().equals("hostdev");
        var found = new ArrayList<PoolDevice>();
        for (var card : forward.children("pf")) {
            var name = card.attribute("dev", "");
            var functions = PoolDevice.virtualFunctions(name);
            if (functions.isEmpty()) {
                throw NetworkErrors.internal("No usable Vf's present on SRIOV PF " + name);
            }
            for (var function : functions) {
                if (pci) {
                    found.add(new PoolDevice.OfPci(function.getFileName().toString()));
                } else {
                    PoolDevice.linkOf(function).ifPresent(found::add);
                }
            }
        }
        if (!found.isEmpty()) {
            return List.copyOf(found);
        }
        if (pci) {
            forward.children("address")
                    .forEach(address -> PoolDevice.OfPci.of(address).ifPresent(found::add));
            return List.copyOf(found);
        }
        for (var name : Forward.devices(forward)) {
            if (!links.has(name)) {
                throw NetworkErrors.system(
                        Errno.ENODEV, "network '" + definition.name() + "' is to use interface '" + name + "'");
            }
            found.add(new PoolDevice.OfLink(name));
        }
        return List.copyOf(found);
    }

    /** With the devices that were found, and how many interfaces each has. */
    @Override
    public synchronized NetworkDefinition definition() {
        var forward = definition.root().child("forward").orElseThrow();
        var content = new ArrayList<Element>(forward.children());
        content.removeIf(
                child -> child.name().equals("interface") || child.name().equals("address"));
        for (var device : devices) {
            long count = uses(device);
            content.add(count == 0 ? device.element() : device.element().with("connections", String.valueOf(count)));
        }
        return definition.withChild(forward.withContent(content));
    }

    private long uses(PoolDevice device) {
        return ports.values().stream().filter(device.key()::equals).count();
    }

    @Override
    public synchronized Element plug(UUID port, Element wanted, Optional<String> portGroup) {
        var known = Optional.ofNullable(ports.get(port))
                .flatMap(key -> devices.stream()
                        .filter(device -> device.key().equals(key))
                        .findFirst());
        var chosen = known.orElseGet(this::choose);
        if (known.isEmpty()) {
            ports.put(port, chosen.key());
        }
        return switch (chosen) {
            case PoolDevice.OfLink link -> Plug.direct(link.name(), mode());
            case PoolDevice.OfPci pci -> function(pci);
        };
    }

    private String mode() {
        return definition.forwardMode();
    }

    /** The one with the fewest interfaces; where a device serves only one, one that has none. */
    private PoolDevice choose() {
        boolean exclusive = mode().equals("passthrough") || mode().equals("hostdev");
        return devices.stream()
                .filter(device -> !exclusive || uses(device) == 0)
                .min(Comparator.comparingLong(this::uses))
                .orElseThrow(() -> NetworkErrors.internal(
                        exclusive && !devices.isEmpty()
                                ? "network '" + definition.name()
                                        + "' requires exclusive access to interfaces, but none are available"
                                : "network '" + definition.name() + "' has no interface to connect to"));
    }

    private Element function(PoolDevice.OfPci pci) {
        var forward = definition.root().child("forward").orElseThrow();
        var content = new ArrayList<Element>();
        forward.child("driver").ifPresent(content::add);
        content.add(pci.element().without("type"));
        return Element.of("plug", "type", "hostdev-pci", "managed", forward.attribute("managed", "no"))
                .withContent(content);
    }

    @Override
    public synchronized void replug(UUID port, Element plug) {
        plug.child("address")
                .flatMap(PoolDevice.OfPci::of)
                .map(PoolDevice::key)
                .or(() -> plug.attribute("dev"))
                .ifPresent(key -> ports.put(port, key));
    }

    @Override
    public synchronized void unplug(UUID port) {
        ports.remove(port);
    }

    @Override
    public synchronized void stop() {
        ports.clear();
    }

    @Override
    public synchronized void update(NetworkDefinition changed) {
        LiveChanges.requireSmall(definition, changed);
        var next = devices(changed, links);
        var removed = devices.stream()
                .filter(device -> !next.contains(device) && uses(device) > 0)
                .findFirst();
        if (removed.isPresent()) {
            throw NetworkErrors.of(
                    ErrorCode.OPERATION_INVALID,
                    "unable to delete interface '" + removed.get().key() + "' of network '" + definition.name()
                            + "': it is in use");
        }
        definition = changed;
        devices = next;
    }

    @Override
    public List<DhcpLease> leases() {
        return List.of();
    }

    @Override
    public void release() {
        // Nothing is held.
    }
}
