package dev.posada.docker;

import dev.posada.dhcp.DhcpClient;
import dev.posada.dhcp.DhcpLease;
import dev.posada.dockerengine.EngineException;
import dev.posada.link.LinkException;
import dev.posada.posix.NetworkNamespace;
import dev.posada.posix.PosixException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The DHCP client a container does not have, for one of its interfaces: asks the network for an address in the container's
 * name, sets it up within, and asks again before it is taken back, for as long as the container's network is there.
 *
 * <p>One thread of its own; ended by {@link #close}.
 */
final class AddressKeeper implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("posada.docker");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofSeconds(5);

    /** Questions go to everybody. */
    private static final String EVERYBODY = "255.255.255.255/32";

    /**
     * Answers come from somebody, and the kernel drops those from where there is no way back to. Behind another interface there
     * is one, and that is not to be turned round.
     */
    private static final List<String> ANYBODY = List.of("0.0.0.0/1", "128.0.0.0/1");

    private static final int FIRST_METRIC = 100;

    private final ContainerNetwork network;
    private final Place place;
    private final Supplier<Optional<Path>> resolver;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable DatagramChannel asking;
    private boolean told;

    /**
     * Where an interface is.
     *
     * @param pid of the container's first process
     * @param namespace its network, by which it is known that the number is not another's by now
     * @param link what the interface is called there
     * @param host the name the network gets to know
     * @param position the how manieth of the container's interfaces it is: the first one has the way to everywhere
     */
    record Place(long pid, String namespace, String link, String mac, String host, int position) {}

    AddressKeeper(ContainerNetwork network, Place place, Supplier<Optional<Path>> resolver) {
        this.network = network;
        this.place = place;
        this.resolver = resolver;
        Thread.ofVirtual().name("address-of-" + place.host()).start(this::keep);
    }

    /** Asks no more; the address stays as long as it is lent. Returns at once. */
    @Override
    public void close() {
        closed.countDown();
        var channel = asking;
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "a socket did not close", e);
            }
        }
    }

    private void keep() {
        Optional<DhcpLease> lease = Optional.empty();
        while (there()) {
            var pause = PAUSE;
            try {
                var had = lease.map(DhcpLease::address).or(this::address);
                lease = ask(had);
                if (lease.isPresent() && there()) {
                    setUp(lease.get(), had);
                    pause = lease.get().renewAfter();
                    told = false;
                } else {
                    tell("nobody in its network lends it an address");
                }
            } catch (IOException | LinkException | PosixException | EngineException e) {
                tell(String.valueOf(e.getMessage()));
            }
            if (closedWithin(pause)) {
                return;
            }
        }
    }

    /** Once until it works again: who has no server asks for ever. */
    private void tell(String why) {
        if (!told && there()) {
            told = true;
            LOG.log(Level.WARNING, "interface {0} of domain {1}: {2}", place.link(), place.host(), why);
        }
    }

    private boolean there() {
        return closed.getCount() > 0 && ContainerLinks.namespace(place.pid()).equals(place.namespace());
    }

    private boolean closedWithin(Duration pause) {
        try {
            return closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }

    private Optional<DhcpLease> ask(Optional<Inet4Address> had) throws IOException {
        var ways = new ArrayList<>(List.of(EVERYBODY));
        if (had.isEmpty() && place.position() == 0) {
            ways.addAll(ANYBODY);
        }
        var what = "cannot ask for an address on " + place.link();
        network.within(place.pid(), what, ways.stream().map(this::way).toList());
        try (var channel = NetworkNamespace.of(place.pid(), () -> DatagramChannel.open(StandardProtocolFamily.INET))) {
            asking = channel;
            if (closed.getCount() == 0) {
                return Optional.empty();
            }
            return new DhcpClient(channel, place.mac(), place.host(), RandomGenerator.getDefault()).ask(had, PATIENCE);
        } finally {
            asking = null;
            if (there()) {
                network.within(
                        place.pid(),
                        what,
                        ways.stream()
                                .map(way -> "route del " + way + " dev " + place.link())
                                .toList());
            }
        }
    }

    private String way(String destination) {
        return "route replace " + destination + " dev " + place.link() + " scope link";
    }

    /** The address the interface has already, from an earlier daemon. */
    private Optional<Inet4Address> address() {
        try {
            return NetworkNamespace.of(place.pid(), () -> {
                var link = NetworkInterface.getByName(place.link());
                return link == null
                        ? Optional.<Inet4Address>empty()
                        : link.inetAddresses()
                                .filter(Inet4Address.class::isInstance)
                                .map(Inet4Address.class::cast)
                                .findFirst();
            });
        } catch (IOException | PosixException e) {
            return Optional.empty();
        }
    }

    private void setUp(DhcpLease lease, Optional<Inet4Address> had) throws IOException {
        var lines = new ArrayList<String>();
        lease.mtu().ifPresent(mtu -> lines.add("link set dev " + place.link() + " mtu " + mtu));
        had.filter(address -> !address.equals(lease.address()))
                .ifPresent(old -> lines.add(
                        "addr del " + old.getHostAddress() + "/" + lease.prefixLength() + " dev " + place.link()));
        lines.add("addr replace " + lease.address().getHostAddress() + "/" + lease.prefixLength() + " broadcast + dev "
                + place.link());
        for (var hop : lease.routes()) {
            lines.add(route(hop.network().getHostAddress() + "/" + hop.prefixLength(), hop.router()));
        }
        if (lease.routes().isEmpty()) {
            lease.router().ifPresent(router -> lines.add(route("default", router)));
        }
        network.within(place.pid(), "cannot set up " + place.link(), lines);
        if (place.position() == 0 && !lease.nameServers().isEmpty()) {
            nameServers(lease);
        }
    }

    private String route(String destination, InetAddress router) {
        return "route replace " + destination
                + (router.isAnyLocalAddress() ? "" : " via " + router.getHostAddress()) + " dev " + place.link()
                + (place.position() == 0 ? "" : " metric " + (FIRST_METRIC + place.position()));
    }

    /** In place: the container has the file itself, not a name for it. */
    private void nameServers(DhcpLease lease) throws IOException {
        var file = resolver.get();
        if (file.isEmpty() || !Files.isRegularFile(file.get(), LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        var text = new StringBuilder();
        if (!lease.domain().isEmpty()) {
            text.append("search ").append(lease.domain()).append('\n');
        }
        lease.nameServers()
                .forEach(server -> text.append("nameserver ")
                        .append(server.getHostAddress())
                        .append('\n'));
        Files.writeString(
                file.get(),
                text,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING,
                LinkOption.NOFOLLOW_LINKS);
    }
}
