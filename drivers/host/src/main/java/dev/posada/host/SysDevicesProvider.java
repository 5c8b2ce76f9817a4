package dev.posada.host;

import dev.posada.driver.DriverContext;
import dev.posada.driver.NodeDeviceDriver;
import dev.posada.driver.NodeDeviceProvider;
import java.nio.file.Path;

/** Makes the driver of this machine's devices. */
public final class SysDevicesProvider implements NodeDeviceProvider {
    /** Made by {@link java.util.ServiceLoader}. */
    public SysDevicesProvider() {}

    @Override
    public NodeDeviceDriver open(DriverContext context) {
        return new SysDevices(Path.of("/"));
    }
}
