package dev.posada.driver;

/** How the driver of a host's network links is found: by {@link java.util.ServiceLoader}. */
public interface InterfaceProvider {
    /**
     * Makes a driver. Nothing on the host is changed or looked at by this.
     *
     * @param context folders and settings; its scheme is {@code interface}
     */
    InterfaceDriver open(DriverContext context);
}
