package dev.posada.simulator;

import dev.posada.conformance.DriverUnderTest;
import dev.posada.driver.DriverProvider;
import dev.posada.driver.HostDriver;
import dev.posada.engine.Directories;
import dev.posada.engine.EngineSettings;
import java.nio.file.Path;

/** The simulator as the suite sees it. */
final class SimulatorUnderTest implements DriverUnderTest {
    @Override
    public DriverProvider provider() {
        return new SimulatorProvider();
    }

    @Override
    public HostDriver host() {
        return new BareHost();
    }

    @Override
    public String definition(String name) {
        return """
                <domain type='test'>
                  <name>%s</name>
                  <memory unit='MiB'>64</memory>
                  <vcpu>1</vcpu>
                  <os><type>hvm</type></os>
                  <devices><memballoon model='virtio'/></devices>
                </domain>
                """.formatted(name);
    }

    @Override
    public boolean guestObeysShutdown() {
        return true;
    }

    @Override
    public EngineSettings settings(Path root) {
        return EngineSettings.of(Directories.under(root), false);
    }
}
