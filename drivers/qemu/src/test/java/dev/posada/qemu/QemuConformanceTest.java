package dev.posada.qemu;

import dev.posada.conformance.DriverSuite;
import dev.posada.conformance.DriverUnderTest;
import dev.posada.conformance.TestHost;
import dev.posada.driver.DriverProvider;
import dev.posada.driver.HostDriver;
import dev.posada.engine.Directories;
import dev.posada.engine.EngineSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/** What every driver must do, done by this one with real emulators. */
class QemuConformanceTest implements DriverSuite {
    @TempDir
    static Path disks;

    @Override
    public DriverUnderTest driver() {
        return new QemuUnderTest();
    }

    static final class QemuUnderTest implements DriverUnderTest {
        @Override
        public DriverProvider provider() {
            return new SharedCacheProvider();
        }

        @Override
        public HostDriver host() {
            return new TestHost();
        }

        @Override
        public String definition(String name) {
            return xml(name, disk(BootSector.IDLE, name).toString());
        }

        @Override
        public Optional<String> unstartableDefinition(String name) {
            return Optional.of(xml(name, disks.resolve("missing.img").toString()));
        }

        @Override
        public Optional<String> endingDefinition(String name) {
            return Optional.of(xml(name, disk(BootSector.POWEROFF, name).toString()));
        }

        @Override
        public EngineSettings settings(Path root) {
            return EngineSettings.of(Directories.under(root), true);
        }

        private static Path disk(BootSector guest, String name) {
            try {
                return guest.write(disks, name);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        static String xml(String name, String disk) {
            return """
                    <domain type='qemu'>
                      <name>%s</name>
                      <memory unit='MiB'>32</memory>
                      <vcpu>1</vcpu>
                      <os><type arch='x86_64' machine='pc'>hvm</type></os>
                      <features><acpi/></features>
                      <devices>
                        <disk type='file' device='disk'>
                          <driver name='qemu' type='raw'/>
                          <source file='%s'/>
                          <target dev='vda' bus='virtio'/>
                        </disk>
                        <serial type='pty'/>
                        <console type='pty'/>
                        <video><model type='vga'/></video>
                        <memballoon model='virtio'/>
                      </devices>
                    </domain>
                    """.formatted(name, disk);
        }
    }
}
