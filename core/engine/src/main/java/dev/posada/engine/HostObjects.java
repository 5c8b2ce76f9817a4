package dev.posada.engine;

import java.util.Optional;

/**
 * What a host, or one connection, has besides domains, pools and networks.
 *
 * @param secrets passphrases and keys
 * @param devices its devices
 * @param interfaces its network links
 * @param filters its packet filters
 */
record HostObjects(
        Optional<SecretHost> secrets,
        Optional<DeviceHost> devices,
        Optional<InterfaceHost> interfaces,
        Optional<FilterHost> filters)
        implements AutoCloseable {
    static final HostObjects NONE =
            new HostObjects(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** Brings back what earlier daemons left. */
    void load() {
        secrets.ifPresent(SecretHost::load);
        interfaces.ifPresent(InterfaceHost::load);
        filters.ifPresent(FilterHost::load);
    }

    /** Lets go of everything; all stays as it is. */
    @Override
    public void close() {
        devices.ifPresent(DeviceHost::close);
        interfaces.ifPresent(InterfaceHost::close);
        filters.ifPresent(FilterHost::close);
    }
}
