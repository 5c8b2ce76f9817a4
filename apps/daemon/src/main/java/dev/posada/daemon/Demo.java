package dev.posada.daemon;

import dev.posada.client.Connection;
import dev.posada.client.DataStream;
import dev.posada.client.Domain;
import dev.posada.client.DomainEventType;
import dev.posada.client.Flag;
import dev.posada.model.DomainEvent;
import dev.posada.model.LifecycleChange;
import dev.posada.model.PosadaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The guest {@code ./run} shows, started and stopped as any client would do it: over the wire.
 *
 * <p>{@code start URI KERNEL INITRD} boots it and shows what its serial port says until it is up; {@code stop URI} ends
 * every guest of the daemon, and its virtual networks, which would stay on the host.
 */
final class Demo {
    private static final String NAME = "demo";

    /** What the guest says last before its shell; {@code bin/demo-guest} makes it say so. */
    private static final String UP = "demo guest is up";

    private static final Duration BOOT_PATIENCE = Duration.ofSeconds(90);
    private static final Duration SHUTDOWN_PATIENCE = Duration.ofSeconds(8);

    private Demo() {}

    public static void main(String[] words) {
        int status = 0;
        try (var connection = Connection.open(words[1])) {
            switch (words[0]) {
                case "start" -> start(connection, Path.of(words[2]), Path.of(words[3]));
                case "stop" -> stop(connection);
                default -> throw new IllegalArgumentException(words[0]);
            }
        } catch (PosadaException | IOException | InterruptedException e) {
            System.err.println("posada: the demo guest: " + e.getMessage());
            status = 1;
        }
        System.exit(status);
    }

    private static void start(Connection connection, Path kernel, Path initrd)
            throws IOException, InterruptedException {
        var known = connection.domainByName(NAME);
        if (known.isPresent() && known.get().isActive()) {
            System.out.println("posada: the demo guest is running still");
            return;
        }
        // A demo of an earlier time gives its identity to this one, which takes its place.
        var uuid = known.map(Domain::uuid).orElseGet(UUID::randomUUID);
        var domain = connection.define(definition(uuid, kernel, initrd));
        domain.start(Flag.Start.PAUSED);
        System.out.println("posada: the demo guest boots; this is what it says on its serial port:");
        // The processors wait until the console is open, so that not a line is missed.
        try (var console = domain.openConsole(null, Flag.Console.FORCE)) {
            // A guest that says nothing must not keep us: closing the stream ends the reading.
            var up = new CountDownLatch(1);
            Thread.ofVirtual().start(() -> giveUpAfter(console, up));
            domain.resume();
            boolean isUp = show(console);
            up.countDown();
            if (!isUp) {
                throw new IOException("it did not come up within " + BOOT_PATIENCE.toSeconds()
                        + " s; see `virsh console " + NAME + "` and its log");
            }
        }
    }

    private static void giveUpAfter(DataStream console, CountDownLatch up) {
        try {
            if (!up.await(BOOT_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                console.abort();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Copies what the guest says to standard output; true once it has said that it is up. */
    private static boolean show(DataStream console) {
        var said = new StringBuilder();
        var buffer = ByteBuffer.allocate(4096);
        while (console.read(buffer) >= 0) {
            buffer.flip();
            System.out.write(buffer.array(), 0, buffer.limit());
            System.out.flush();
            while (buffer.hasRemaining()) {
                said.append((char) buffer.get());
            }
            buffer.clear();
            if (said.indexOf(UP) >= 0) {
                System.out.println();
                return true;
            }
            // Enough to recognize the words when they come in two pieces.
            said.delete(0, Math.max(0, said.length() - UP.length()));
        }
        return false;
    }

    private static void stop(Connection connection) throws InterruptedException {
        var running = connection.domains(Flag.List.ACTIVE);
        for (var domain : running) {
            end(domain);
        }
        System.out.println(
                "posada: " + (running.isEmpty() ? "no guest was running" : "guests ended: " + names(running)));
        for (var network : connection.networks().list(Flag.NetworkList.ACTIVE)) {
            network.destroy();
            System.out.println("posada: network ended: " + network.name());
        }
    }

    /** Asks the guest first; one that does not answer has its plug pulled. */
    private static void end(Domain domain) throws InterruptedException {
        var ended = new CountDownLatch(1);
        try (var _ = domain.subscribe(Set.of(DomainEventType.LIFECYCLE), event -> {
            if (event.happening() instanceof DomainEvent.Lifecycle(LifecycleChange change)
                    && change.name().startsWith("STOPPED")) {
                ended.countDown();
            }
        })) {
            domain.shutdown();
            if (ended.await(SHUTDOWN_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                return;
            }
        } catch (PosadaException cannotBeAsked) {
            // Paused, or without a power button.
        }
        try {
            domain.destroy();
        } catch (PosadaException e) {
            System.err.println("posada: " + domain.name() + ": " + e.getMessage());
        }
    }

    private static String names(List<Domain> domains) {
        return String.join(", ", domains.stream().map(Domain::name).toList());
    }

    /** Emulated, since that boots anywhere within seconds; a KVM that is there need not be one that serves. */
    private static String definition(UUID uuid, Path kernel, Path initrd) {
        return """
                <domain type='qemu'>
                  <name>%s</name>
                  <uuid>%s</uuid>
                  <memory unit='MiB'>192</memory>
                  <vcpu>1</vcpu>
                  <os>
                    <type arch='x86_64'>hvm</type>
                    <kernel>%s</kernel>
                    <initrd>%s</initrd>
                    <cmdline>console=ttyS0 panic=1 rdinit=/init</cmdline>
                  </os>
                  <features><acpi/></features>
                  <devices>
                    <serial type='pty'/>
                    <console type='pty'/>
                    <memballoon model='virtio'/>
                  </devices>
                </domain>
                """.formatted(NAME, uuid, escaped(kernel), escaped(initrd));
    }

    private static String escaped(Path path) {
        return path.toString().replace("&", "&amp;").replace("<", "&lt;");
    }
}
