package dev.posada.driver;

/** How the driver of a host's virtual networks is found: by {@link java.util.ServiceLoader}. */
public interface NetworkProvider {
    /**
     * Makes a driver. Nothing on the host is changed by this.
     *
     * @param context folders and settings ({@code network.conf}); its scheme is {@code network}
     */
    NetworkDriver open(DriverContext context);
}
