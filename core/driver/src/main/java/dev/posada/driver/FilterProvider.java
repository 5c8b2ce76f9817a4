package dev.posada.driver;

/** How the driver of a host's packet filters is found: by {@link java.util.ServiceLoader}. */
public interface FilterProvider {
    /**
     * Makes a driver. Nothing on the host is changed or looked at by this.
     *
     * @param context folders and settings; its scheme is {@code nwfilter}
     */
    FilterDriver open(DriverContext context);
}
