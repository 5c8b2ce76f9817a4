package dev.posada.driver;

/** How the driver of a host's devices is found: by {@link java.util.ServiceLoader}. */
public interface NodeDeviceProvider {
    /**
     * Makes a driver. Nothing on the host is changed or looked at by this.
     *
     * @param context folders and settings; its scheme is {@code nodedev}
     */
    NodeDeviceDriver open(DriverContext context);
}
