package dev.posada.qemu;

import dev.posada.driver.DriverContext;
import dev.posada.driver.DriverProvider;
import dev.posada.driver.HypervisorDriver;

/** Offers the driver for QEMU and KVM, as {@code qemu:///system} and {@code qemu:///session}. */
public final class QemuDriverProvider implements DriverProvider {
    /** For {@link java.util.ServiceLoader}. */
    public QemuDriverProvider() {}

    @Override
    public String scheme() {
        return "qemu";
    }

    @Override
    public HypervisorDriver open(DriverContext context) {
        return new QemuDriver(context);
    }
}
