package dev.posada.network;

import dev.posada.driver.DriverContext;
import dev.posada.driver.LiveNetwork;
import dev.posada.driver.NetworkDriver;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.NetworkDefinition;
import dev.posada.model.NetworkIdentity;
import dev.posada.model.PosadaException;
import dev.posada.posix.CurrentProcess;
import dev.posada.posix.Errno;
import dev.posada.posix.Poller;
import dev.posada.process.Children;
import dev.posada.process.Tools;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;

/**
 * The virtual networks of this host.
 *
 * <p>Making a network changes the host, so before anything is touched it is written down what will be ({@link Footprint});
 * the first network that is started or found takes away what a daemon that was killed half-way left.
 */
final class HostNetworks implements NetworkDriver {
    private static final System.Logger LOG = System.getLogger("posada.network");
    private static final int DEFAULT_THIRD = 122;
    private static final int THIRD_MAX = 254;

    private final Poller poller = new Poller();
    private final Children children = new Children(poller);
    private final Host host;
    private final boolean privileged;
    private final Completion completion;
    private final FutureTask<Boolean> sweep = new FutureTask<>(this::takeAwayLeftovers, true);
    private final StartsUnderWay underWay = new StartsUnderWay();

    HostNetworks(DriverContext context) {
        this(
                context.privileged(),
                context.setting("firewall_backend").filter(word -> !word.isBlank()),
                // Beside the engine's documents of the same networks.
                context.runDirectory().resolve("host"),
                context.stateDirectory().resolve("dnsmasq"),
                context.logDirectory());
    }

    HostNetworks(boolean system, Optional<String> firewallBackend, Path run, Path state, Path log) {
        this.host = Host.of(new Tools(poller), children, firewallBackend, run, state, log);
        this.privileged = system && CurrentProcess.effectiveUid() == 0;
        this.completion = new Completion(host.links(), new SecureRandom());
    }

    @Override
    public ErrorOrigin origin() {
        return ErrorOrigin.NETWORK;
    }

    @Override
    public NetworkDefinition complete(NetworkDefinition definition, Collection<NetworkDefinition> others) {
        return completion.complete(definition, others);
    }

    @Override
    public LiveNetwork start(NetworkDefinition definition) {
        requirePrivilege(definition);
        sweep();
        if (definition.ownsBridge()) {
            return startBridge(LiveDocument.of(definition));
        }
        return borrow(definition).orElseGet(() -> new DevicePool(definition, host.links()));
    }

    private LiveNetwork startBridge(NetworkDefinition definition) {
        var files = host.files(definition);
        var dnsmasq = new Dnsmasq(definition.name(), files, children);
        var bridge = new OwnBridge(host, files, dnsmasq);
        // The engine knows it is not started: what is left of an earlier life is in the way.
        bridge.footprint().ifPresent(left -> bridge.takeAway(left.bridge(), left.mac()));
        var plan = NetworkPlan.of(definition);
        underWay.enter(plan);
        try {
            bridge.check(plan);
            bridge.make(plan);
        } finally {
            underWay.leave(plan);
        }
        return new BridgeNetwork(plan, bridge, dnsmasq, files, InstantSource.system());
    }

    /** A network on a bridge of the host's own, if it is one. */
    private Optional<LiveNetwork> borrow(NetworkDefinition definition) {
        return definition.bridge().map(name -> {
            if (host.links().find(name).filter(link -> link.bridge()).isEmpty()) {
                throw NetworkErrors.system(
                        Errno.ENODEV,
                        "network '" + definition.name() + "' is to use bridge '" + name
                                + "' of the host, which is not there");
            }
            return new BorrowedBridge(definition, name);
        });
    }

    @Override
    public Optional<LiveNetwork> find(NetworkDefinition live) {
        sweep();
        if (!live.ownsBridge()) {
            return findBorrowed(live);
        }
        var files = host.files(live);
        var dnsmasq = new Dnsmasq(live.name(), files, children);
        var bridge = new OwnBridge(host, files, dnsmasq);
        var plan = NetworkPlan.of(LiveDocument.of(live));
        if (!privileged || !bridge.present(plan)) {
            // Gone, or not yet whole when its daemon was killed: no half of it stays.
            LOG.log(Level.INFO, "network ''{0}'' is gone: there is no bridge {1} of it", live.name(), plan.bridge());
            bridge.footprint().ifPresent(left -> bridge.takeAway(left.bridge(), left.mac()));
            return Optional.empty();
        }
        bridge.mend(plan);
        return Optional.of(new BridgeNetwork(plan, bridge, dnsmasq, files, InstantSource.system()));
    }

    private Optional<LiveNetwork> findBorrowed(NetworkDefinition live) {
        if (live.bridge().isPresent()) {
            return live.bridge().map(name -> new BorrowedBridge(live, name));
        }
        try {
            return Optional.of(new DevicePool(live, host.links()));
        } catch (PosadaException e) {
            LOG.log(Level.WARNING, "network ''{0}'' is gone: {1}", live.name(), e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public void forget(NetworkIdentity network) {
        StateFiles.delete(host.files(network).dnsmasq().leases());
    }

    /** {@code default}, as libvirt ships it, on the first range of 192.168.122.0/24 and those after it that is free. */
    @Override
    public List<NetworkDefinition> residents() {
        if (!privileged) {
            return List.of();
        }
        var clashes = new HostClashes(host.links());
        return IntStream.concat(
                        IntStream.rangeClosed(DEFAULT_THIRD, THIRD_MAX), IntStream.rangeClosed(1, DEFAULT_THIRD - 1))
                .mapToObj(third -> "192.168." + third + ".")
                .filter(net -> clashes.find(
                                new IpNetwork(IpNetwork.literal(net + "1").orElseThrow(), 24), "")
                        .isEmpty())
                .findFirst()
                .map(HostNetworks::standard)
                .map(standard -> List.of(complete(standard, List.of())))
                .orElse(List.of());
    }

    private static NetworkDefinition standard(String net) {
        return new NetworkDefinition(Element.of("network")
                .withContent(List.of(
                        Element.text("name", "default"),
                        Element.text("uuid", UUID.randomUUID().toString()),
                        Element.of("forward", "mode", "nat"),
                        Element.of("bridge", "name", "virbr%d", "stp", "on", "delay", "0"),
                        Element.of("ip", "address", net + "1", "netmask", "255.255.255.0")
                                .withContent(List.of(Element.of("dhcp")
                                        .withContent(List.of(
                                                Element.of("range", "start", net + "2", "end", net + "254"))))))));
    }

    private void requirePrivilege(NetworkDefinition definition) {
        if (!privileged) {
            throw PosadaException.system(
                    ErrorOrigin.NETWORK,
                    Errno.EPERM,
                    "cannot start network '" + definition.name() + "': " + Errno.description(Errno.EPERM)
                            + ": only the system daemon can make networks (qemu:///system); guests of a session use"
                            + " <interface type='user'/>");
        }
    }

    /** Has what earlier daemons left taken away, once in a daemon's life; nobody passes before that is done. */
    private void sweep() {
        if (privileged) {
            sweep.run();
            try {
                sweep.get();
            } catch (ExecutionException e) {
                LOG.log(Level.WARNING, "what earlier daemons left could not be taken away", e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw NetworkErrors.of(ErrorCode.OPERATION_ABORTED, "interrupted while networks were found again");
            }
        }
    }

    /** Takes away what a daemon that was killed in the middle of a start left behind. */
    private void takeAwayLeftovers() {
        for (var files : host.allFiles()) {
            Footprint.read(files).filter(Footprint::abandoned).ifPresent(left -> {
                LOG.log(Level.INFO, "bridge {0} was being made when a daemon ended: it is taken away", left.bridge());
                new OwnBridge(host, files, new Dnsmasq(left.bridge(), files, children))
                        .takeAway(left.bridge(), left.mac());
            });
        }
    }

    @Override
    public void close() {
        children.close();
        poller.close();
    }
}
