package dev.posada.driver;

/** How the driver of a host's storage is found: by {@link java.util.ServiceLoader}. */
public interface StorageProvider {
    /**
     * Makes a driver. Nothing on the host is changed by this.
     *
     * @param context folders and settings; its scheme is {@code storage}
     */
    StorageDriver open(DriverContext context);
}
