package dev.posada.docker;

import dev.posada.driver.DriverContext;
import dev.posada.driver.DriverProvider;
import dev.posada.driver.HypervisorDriver;

/** Offers the driver for containers of Docker and Podman, as {@code docker:///system} and {@code docker:///session}. */
public final class DockerDriverProvider implements DriverProvider {
    /** For {@link java.util.ServiceLoader}. */
    public DockerDriverProvider() {}

    @Override
    public String scheme() {
        return "docker";
    }

    @Override
    public HypervisorDriver open(DriverContext context) {
        return new DockerDriver(context, DockerSettings.of(context, System.getenv()));
    }
}
