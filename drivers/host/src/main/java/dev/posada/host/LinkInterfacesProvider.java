package dev.posada.host;

import dev.posada.driver.DriverContext;
import dev.posada.driver.InterfaceDriver;
import dev.posada.driver.InterfaceProvider;
import java.nio.file.Path;

/** Makes the driver of this machine's network links. */
public final class LinkInterfacesProvider implements InterfaceProvider {
    /** Made by {@link java.util.ServiceLoader}. */
    public LinkInterfacesProvider() {}

    @Override
    public InterfaceDriver open(DriverContext context) {
        return new LinkInterfaces(Path.of("/"), context.privileged(), new IpCommand());
    }
}
