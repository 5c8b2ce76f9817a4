package dev.posada.network;

import dev.posada.driver.DriverContext;
import dev.posada.driver.NetworkDriver;
import dev.posada.driver.NetworkProvider;

/** Makes the driver of the host's virtual networks. */
public final class HostNetworkProvider implements NetworkProvider {
    @Override
    public NetworkDriver open(DriverContext context) {
        return new HostNetworks(context);
    }
}
