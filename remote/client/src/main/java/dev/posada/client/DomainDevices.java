package dev.posada.client;

import dev.posada.protocol.DomainRef;
import dev.posada.protocol.RemoteDomainAttachDeviceArgs;
import dev.posada.protocol.RemoteDomainDetachDeviceAliasArgs;
import dev.posada.protocol.RemoteDomainDetachDeviceArgs;
import dev.posada.protocol.RemoteDomainUpdateDeviceFlagsArgs;

/** Rarer ways to plug devices of a domain in and out; {@link Domain#attachDevice} and its siblings are the usual ones. */
public final class DomainDevices {
    private static final int FORCE = 4;

    private final Connection connection;
    private final DomainRef domain;

    DomainDevices(Connection connection, DomainRef domain) {
        this.connection = connection;
        this.domain = domain;
    }

    /** Plugs a device into the running instance, and nothing else. */
    public void attachLive(String xml) {
        connection.remote().domainDevice().domainAttachDevice(new RemoteDomainAttachDeviceArgs(domain, xml));
    }

    /** Unplugs a device from the running instance, and nothing else. */
    public void detachLive(String xml) {
        connection.remote().domainDevice().domainDetachDevice(new RemoteDomainDetachDeviceArgs(domain, xml));
    }

    /** Asks the guest to let go of a device by its alias; it has when the event says so. */
    public void detachByAlias(String alias, Flag.Impact... impact) {
        connection
                .remote()
                .domainDevice()
                .domainDetachDeviceAlias(new RemoteDomainDetachDeviceAliasArgs(domain, alias, Flag.bits(impact)));
    }

    /** Changes a device even where the guest objects, as one that has locked its drive does. */
    public void forceUpdate(String xml, Flag.Impact... impact) {
        connection
                .remote()
                .domainDevice()
                .domainUpdateDeviceFlags(new RemoteDomainUpdateDeviceFlagsArgs(domain, xml, Flag.bits(impact) | FORCE));
    }
}
