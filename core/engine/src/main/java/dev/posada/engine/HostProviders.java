package dev.posada.engine;

import dev.posada.driver.FilterProvider;
import dev.posada.driver.InterfaceProvider;
import dev.posada.driver.NetworkProvider;
import dev.posada.driver.NodeDeviceProvider;
import dev.posada.driver.StorageProvider;
import java.util.Optional;

/**
 * The drivers of what the domains of all hypervisors of a host share.
 *
 * @param storage of pools and volumes; empty for a host without
 * @param network of virtual networks; empty for a host without
 * @param devices of the host's devices; empty for a host that does not tell of them
 * @param interfaces of the host's network links; empty for a host that does not tell of them
 * @param filters of guests' packets; empty for a host that has none
 */
public record HostProviders(
        Optional<StorageProvider> storage,
        Optional<NetworkProvider> network,
        Optional<NodeDeviceProvider> devices,
        Optional<InterfaceProvider> interfaces,
        Optional<FilterProvider> filters) {
    /** A host that has domains and nothing besides. */
    public static final HostProviders NONE =
            new HostProviders(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** These with a driver of storage. */
    public HostProviders withStorage(StorageProvider storage) {
        return new HostProviders(Optional.of(storage), network, devices, interfaces, filters);
    }

    /** These with a driver of virtual networks. */
    public HostProviders withNetwork(NetworkProvider network) {
        return new HostProviders(storage, Optional.of(network), devices, interfaces, filters);
    }

    /** These with a driver of the host's devices. */
    public HostProviders withDevices(NodeDeviceProvider devices) {
        return new HostProviders(storage, network, Optional.of(devices), interfaces, filters);
    }

    /** These with a driver of the host's network links. */
    public HostProviders withInterfaces(InterfaceProvider interfaces) {
        return new HostProviders(storage, network, devices, Optional.of(interfaces), filters);
    }

    /** These with a driver of packet filters. */
    public HostProviders withFilters(FilterProvider filters) {
        return new HostProviders(storage, network, devices, interfaces, Optional.of(filters));
    }
}
