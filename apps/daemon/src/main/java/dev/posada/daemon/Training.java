package dev.posada.daemon;

import dev.posada.client.Connection;
import dev.posada.client.Domain;
import dev.posada.client.DomainEventType;
import dev.posada.model.PosadaException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A daemon's life in short, for the JVM to learn from: what is loaded here is in the cache that makes start-up fast. Run
 * by {@code bin/assemble} with a scratch folder; does what clients mostly do, and needs no QEMU.
 */
final class Training {
    private static final System.Logger LOG = System.getLogger("posada.daemon");

    private static final String DEFINITION = """
            <domain type='qemu'>
              <name>training</name>
              <memory unit='MiB'>64</memory>
              <vcpu>1</vcpu>
              <os><type arch='x86_64' machine='pc'>hvm</type><boot dev='hd'/></os>
              <features><acpi/><apic/></features>
              <clock offset='utc'/>
              <on_reboot>restart</on_reboot>
              <devices>
                <disk type='file' device='disk'>
                  <driver name='qemu' type='qcow2'/>
                  <source file='/nowhere/disk.qcow2'/>
                  <target dev='vda' bus='virtio'/>
                </disk>
                <interface type='user'><mac address='52:54:00:00:00:01'/><model type='virtio'/></interface>
                <serial type='pty'/>
                <console type='pty'/>
                <graphics type='vnc' port='-1'/>
                <video><model type='vga'/></video>
              </devices>
            </domain>
            """;

    private Training() {}

    public static void main(String[] words) {
        var options = Options.parse(List.of("--root", words[0]));
        var places = Places.of(options.root(), true, System.getenv());
        var settings = Settings.load(options, places, false);
        var book = DaemonLoggers.ofProcess();
        book.open(settings.logs());
        try (var daemon = Daemon.start(places, settings)) {
            attempt("the QEMU driver", () -> definitions(daemon.uri()));
            attempt(
                    "the simulator",
                    () -> simulator(daemon.uri().replace("qemu+unix:///" + places.uriPath(), "test+unix:///default")));
        }
        book.close();
        System.exit(ExitCode.STOPPED.number());
    }

    /** What cannot be learned here, for want of QEMU say, is learned at work. */
    private static void attempt(String what, Runnable lesson) {
        try {
            lesson.run();
        } catch (PosadaException e) {
            LOG.log(System.Logger.Level.INFO, "training without " + what + ": " + e.getMessage());
        }
    }

    private static void definitions(String uri) {
        try (var connection = Connection.open(uri);
                var _ = connection.subscribe(Set.of(DomainEventType.LIFECYCLE), event -> {})) {
            connection.hostInfo();
            connection.capabilities();
            look(connection, connection.define(DEFINITION));
            connection.domainByName("training").ifPresent(Domain::undefine);
        }
    }

    private static void simulator(String uri) {
        try (var connection = Connection.open(uri)) {
            for (var domain : connection.domains()) {
                look(connection, domain);
                domain.suspend();
                domain.resume();
                domain.destroy();
                domain.start();
            }
        }
    }

    private static void look(Connection connection, Domain domain) {
        connection.domains();
        domain.info();
        domain.status();
        domain.xml();
        connection.domainByUuid(domain.uuid());
        Optional<Domain> nobody = connection.domainByUuid(new UUID(1, 1));
        LOG.log(System.Logger.Level.DEBUG, "found " + domain + ", and " + nobody);
        connection.domainStats(Set.of());
    }
}
