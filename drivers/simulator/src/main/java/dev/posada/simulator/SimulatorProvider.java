package dev.posada.simulator;

import dev.posada.driver.DriverContext;
import dev.posada.driver.DriverProvider;
import dev.posada.driver.HypervisorDriver;
import java.time.InstantSource;

/** Makes simulators, one for each connection to {@code test:///default}. */
public final class SimulatorProvider implements DriverProvider {
    private final InstantSource clock;

    /** For {@link java.util.ServiceLoader}: figures follow the host's clock. */
    public SimulatorProvider() {
        this(InstantSource.system());
    }

    /** Makes simulators whose figures follow a clock of one's own. */
    public SimulatorProvider(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public String scheme() {
        return "test";
    }

    @Override
    public boolean perConnection() {
        return true;
    }

    @Override
    public HypervisorDriver open(DriverContext context) {
        return new Simulator(context.host(), clock);
    }
}
