package dev.posada.jvm;

import dev.posada.conformance.DriverSuite;
import dev.posada.conformance.DriverUnderTest;
import dev.posada.conformance.TestHost;
import dev.posada.driver.DriverProvider;
import dev.posada.driver.HostDriver;
import dev.posada.engine.Directories;
import dev.posada.engine.EngineSettings;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/** What every driver must do, done by this one with real Java virtual machines. */
class JvmConformanceTest implements DriverSuite {
    @TempDir
    static Path folder;

    @Override
    public DriverUnderTest driver() {
        return new JvmUnderTest();
    }

    static final class JvmUnderTest implements DriverUnderTest {
        @Override
        public DriverProvider provider() {
            return new JvmDriverProvider();
        }

        @Override
        public HostDriver host() {
            return new TestHost();
        }

        @Override
        public String definition(String name) {
            return Programs.xml(name, Programs.jar(folder), "idle");
        }

        @Override
        public Optional<String> unstartableDefinition(String name) {
            return Optional.of(Programs.xml(name, folder.resolve("missing.jar"), "idle"));
        }

        @Override
        public Optional<String> endingDefinition(String name) {
            return Optional.of(Programs.xml(name, Programs.jar(folder), "exit", "0"));
        }

        @Override
        public boolean guestObeysShutdown() {
            return true;
        }

        @Override
        public EngineSettings settings(Path root) {
            return EngineSettings.of(Directories.under(root), true);
        }
    }
}
