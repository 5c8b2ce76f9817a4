package dev.posada.driver;

/** How a driver is found: one provider per driver module, looked up by {@link java.util.ServiceLoader}. */
public interface DriverProvider {
    /** The word before {@code ://} in a connection's URI, as {@code qemu} or {@code test}. */
    String scheme();

    /**
     * Makes a driver. Nothing on the host is changed by this; what must be looked up slowly is looked up when first
     * asked for.
     *
     * @throws dev.posada.model.PosadaException when the driver cannot work on this host at all
     */
    HypervisorDriver open(DriverContext context);

    /** Whether every connection gets a driver of its own, whose domains are gone with it and are never on disk. */
    default boolean perConnection() {
        return false;
    }
}
