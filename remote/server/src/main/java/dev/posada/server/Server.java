package dev.posada.server;

import dev.posada.engine.Engine;
import dev.posada.model.Caller;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.posix.DescriptorPassing;
import dev.posada.posix.PeerCredentials;
import dev.posada.posix.Poller;
import dev.posada.posix.PosixException;
import dev.posada.server.ServerSettings.TcpSocket;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets clients of libvirt's protocol reach an engine.
 *
 * <p>From {@link #start} to {@link #close} it listens on a read-write and a read-only unix socket, and on TCP if that is
 * asked for. Each client has threads of its own and bounds of its own; what one does, or fails to do, no other feels.
 * Closing is graceful: nobody new is let in, calls under way are answered, then the clients are disconnected. The engine
 * and its domains are left as they are.
 */
public final class Server implements AutoCloseable {
    /** Takes the statistics of a thousand domains at once, where the usual size would need a second turn of the client. */
    private static final int SEND_BUFFER_BYTES = 256 << 10;

    private static final System.Logger LOG = System.getLogger("posada.server");

    /** How often clients are looked at that keep us waiting; a quarter of what they are allowed, at most this. */
    private static final Duration SWEEP_MAX = Duration.ofSeconds(5);

    /** How long {@link #close} waits for clients to be gone. */
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private final ServerParts parts;
    private final List<Listener> listeners = new ArrayList<>();
    private final Admission admission;
    private final Set<Client> clients = ConcurrentHashMap.newKeySet();
    private final AtomicLong clientNumbers = new AtomicLong();
    private final Poller poller;
    private final BoundAddresses addresses;
    private final long ownUserId;
    private volatile boolean closed;

    private Server(ServerSettings settings, Engine engine, long ownUserId, long backlogLimitBytes) {
        this.ownUserId = ownUserId;
        this.admission = new Admission(settings.limits());
        this.poller = new Poller();
        this.parts = new ServerParts(
                settings,
                engine,
                Services.standard(),
                new DescriptorPassing(poller),
                PayloadBudget.ofThisHeap(),
                new Backlog(clients, backlogLimitBytes),
                new Counters(),
                new Clock(),
                this::departed);
        try {
            this.addresses = listen(settings);
        } catch (RuntimeException e) {
            listeners.forEach(Listener::close);
            parts.clock().close();
            poller.close();
            throw e;
        }
        long stallNanos = Math.min(
                settings.limits().writeStall().toNanos(),
                settings.limits().frameStall().toNanos());
        var period = Duration.ofNanos(Math.max(1_000_000, stallNanos / 4));
        parts.clock().every(period.compareTo(SWEEP_MAX) < 0 ? period : SWEEP_MAX, this::sweep);
        listeners.forEach(Listener::start);
    }

    /**
     * Begins to listen; when this returns, clients are answered.
     *
     * @param engine what answers; it stays the caller's
     * @throws PosadaException when a socket cannot be opened, saying which and why; nothing is left open then
     */
    public static Server start(ServerSettings settings, Engine engine) {
        return start(settings, engine, Backlog.limitOfThisHeap());
    }

    /** As {@link #start(ServerSettings, Engine)}, with another bound on what may wait for all clients together. */
    static Server start(ServerSettings settings, Engine engine, long backlogLimitBytes) {
        return new Server(settings, engine, ownUserId(), backlogLimitBytes);
    }

    /** Where clients find it. */
    public BoundAddresses addresses() {
        return addresses;
    }

    /** The bytes that wait for clients to read them. */
    long backlogBytes() {
        return parts.backlog().bytes();
    }

    /** What it has done so far. */
    public ServerCounts counts() {
        var counters = parts.counters();
        return new ServerCounts(
                admission.clients(),
                admission.anonymous(),
                counters.accepted.sum(),
                counters.refused.sum(),
                counters.calls.sum(),
                counters.failedCalls.sum(),
                counters.events.sum(),
                counters.streams.sum(),
                counters.bytesIn.sum(),
                counters.bytesOut.sum());
    }

    /** Ends listening and all connections. Twice is once. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        listeners.forEach(Listener::close);
        clients.forEach(Client::leave);
        long deadline = System.nanoTime() + FAREWELL.toNanos();
        synchronized (clients) {
            while (!clients.isEmpty() && deadline - System.nanoTime() > 0) {
                try {
                    clients.wait(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    break;
                }
            }
        }
        clients.forEach(client -> client.drop("the daemon stops"));
        parts.clock().close();
        poller.close();
    }

    private BoundAddresses listen(ServerSettings settings) {
        var unix = settings.unix();
        int backlog = settings.limits().queuedClients();
        var readWrite = SocketFile.bind(unix.readWrite(), unix.readWritePermissions(), unix.group(), backlog);
        add(new Door(unix.readWrite().toString(), false, unix.readWriteAuthentication(), true), readWrite);
        var readOnly = SocketFile.bind(unix.readOnly(), unix.readOnlyPermissions(), unix.group(), backlog);
        add(new Door(unix.readOnly().toString(), true, unix.readOnlyAuthentication(), true), readOnly);
        Optional<InetSocketAddress> tcp = settings.tcp().map(socket -> listenTcp(socket, backlog));
        return new BoundAddresses(readWrite.path(), readOnly.path(), tcp);
    }

    private void add(Door door, SocketFile file) {
        listeners.add(new Listener(door, file.channel(), file, channel -> admit(door, channel)));
    }

    private InetSocketAddress listenTcp(TcpSocket socket, int backlog) {
        var wanted = socket.address().isEmpty()
                ? new InetSocketAddress(socket.port())
                : new InetSocketAddress(socket.address(), socket.port());
        try {
            var channel = ServerSocketChannel.open();
            try {
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                channel.bind(wanted, backlog);
                var bound = (InetSocketAddress) channel.getLocalAddress();
                var door = new Door("tcp " + bound.getPort(), false, socket.authentication(), false);
                listeners.add(new Listener(door, channel, channel, accepted -> admit(door, accepted)));
                return bound;
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException | UnresolvedAddressException e) {
            throw new PosadaException(
                    ErrorCode.OPERATION_FAILED,
                    ErrorOrigin.RPC,
                    "cannot listen on TCP " + wanted + ": " + e.getMessage() + "; see listen_addr and tcp_port",
                    e);
        }
    }

    private void admit(Door door, SocketChannel channel) {
        parts.counters().accepted.increment();
        boolean authenticated = door.authentication() == Authentication.NONE;
        boolean admitted = false;
        try {
            var caller = door.unix() ? unixCaller(door, channel) : tcpCaller(channel);
            if (!mayEnter(door, caller)) {
                refuse(door, channel, "user " + caller.userId() + " may not use this daemon");
                return;
            }
            admitted = !closed && admission.admit(authenticated);
            if (!admitted) {
                refuse(door, channel, "there are " + admission.clients() + " clients already (max_clients)");
                return;
            }
            var client = new Client(parts, door, channel, caller, clientNumbers.incrementAndGet());
            clients.add(client);
            Thread.ofVirtual().name("posada-client").start(client);
            if (closed) {
                // Let in while the door was closing: close() may have looked before.
                client.leave();
            }
        } catch (IOException | PosixException e) {
            if (admitted) {
                admission.leave(authenticated);
            }
            refuse(door, channel, "its connection broke: " + e.getMessage());
        }
    }

    private static Caller unixCaller(Door door, SocketChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER_BYTES);
        var peer = PeerCredentials.of(channel);
        return new Caller(
                Integer.toUnsignedLong(peer.uid()),
                Integer.toUnsignedLong(peer.gid()),
                peer.pid(),
                door.readOnly(),
                true);
    }

    private static Caller tcpCaller(SocketChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        return new Caller(Caller.UNKNOWN, Caller.UNKNOWN, Caller.UNKNOWN, false, false);
    }

    private boolean mayEnter(Door door, Caller caller) {
        boolean anybody = !door.unix() || !parts.settings().unix().ownUserOnly();
        return anybody || caller.userId() == ownUserId || caller.userId() == 0;
    }

    private void refuse(Door door, SocketChannel channel, String reason) {
        parts.counters().refused.increment();
        LOG.log(Level.WARNING, "turned a client of " + door.name() + " away: " + reason);
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "closing a refused connection: " + e.getMessage());
        }
    }

    private void sweep() {
        long now = System.nanoTime();
        clients.forEach(client -> client.dropIfStalled(now));
        parts.backlog().relieveIfPressed();
    }

    private static long ownUserId() {
        try {
            return ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
        } catch (IOException e) {
            return Caller.UNKNOWN;
        }
    }

    private void departed(Client client) {
        admission.leave(client.session().authenticated());
        synchronized (clients) {
            clients.remove(client);
            clients.notifyAll();
        }
    }
}
