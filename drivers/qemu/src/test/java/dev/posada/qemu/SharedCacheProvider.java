package dev.posada.qemu;

import dev.posada.driver.DriverContext;
import dev.posada.driver.DriverProvider;
import dev.posada.driver.HypervisorDriver;

/** The driver with what it knows of emulators kept from test to test. */
final class SharedCacheProvider implements DriverProvider {
    @Override
    public String scheme() {
        return new QemuDriverProvider().scheme();
    }

    @Override
    public HypervisorDriver open(DriverContext context) {
        return new QemuDriverProvider()
                .open(new DriverContext(
                        context.privileged(),
                        context.uri(),
                        context.stateDirectory(),
                        context.runDirectory(),
                        QemuBench.EMULATOR_CACHE,
                        context.logDirectory(),
                        context.settings(),
                        context.host()));
    }
}
