package dev.posada.jvm;

import dev.posada.driver.DriverContext;
import dev.posada.driver.DriverProvider;
import dev.posada.driver.HypervisorDriver;

/** Offers the driver for Java programs, as {@code jvm:///system} and {@code jvm:///session}. */
public final class JvmDriverProvider implements DriverProvider {
    /** For {@link java.util.ServiceLoader}. */
    public JvmDriverProvider() {}

    @Override
    public String scheme() {
        return "jvm";
    }

    @Override
    public HypervisorDriver open(DriverContext context) {
        return new JvmDriver(context);
    }
}
