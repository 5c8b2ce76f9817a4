package dev.posada.server;

import dev.posada.protocol.Frame;
import dev.posada.protocol.MessageHeader;
import dev.posada.protocol.MessageStatus;
import dev.posada.protocol.MessageType;
import dev.posada.protocol.NoPayload;
import dev.posada.protocol.Procedure;
import dev.posada.protocol.RemoteConnectOpenArgs;
import dev.posada.protocol.RemoteProcedure;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.Locale;

/**
 * Measures small calls on any daemon of the protocol: {@code Probe SOCKET URI SECONDS CONNECTIONS…} prints, for 0
 * connections, the latencies of calls on one, and otherwise calls per second with one call outstanding on each. It has
 * one thread and does as little as it can, so that what is measured is the daemon.
 */
final class Probe {
    private static final int WARM_UP = 20_000;

    private Probe() {}

    public static void main(String[] args) throws IOException {
        var address = UnixDomainSocketAddress.of(args[0]);
        double seconds = Double.parseDouble(args[2]);
        for (int i = 3; i < args.length; i++) {
            int connections = Integer.parseInt(args[i]);
            if (connections == 0) {
                latency(address, args[1], seconds, RemoteProcedure.CONNECT_GET_LIB_VERSION);
                latency(address, args[1], seconds, RemoteProcedure.CONNECT_GET_CAPABILITIES);
            } else {
                throughput(address, args[1], seconds, connections);
            }
        }
    }

    private static void latency(UnixDomainSocketAddress address, String uri, double seconds, Procedure procedure)
            throws IOException {
        try (var channel = open(address, uri)) {
            var call = call(procedure);
            var reply = ByteBuffer.allocate(1 << 20);
            for (int i = 0; i < WARM_UP; i++) {
                ask(channel, call, reply);
            }
            var nanos = new long[1 << 20];
            int count = 0;
            long end = System.nanoTime() + (long) (seconds * 1e9);
            long before = System.nanoTime();
            while (before < end && count < nanos.length) {
                ask(channel, call, reply);
                long now = System.nanoTime();
                nanos[count++] = now - before;
                before = now;
            }
            Arrays.sort(nanos, 0, count);
            System.out.printf(
                    Locale.ROOT,
                    "%s: %d calls, median %.1f us, p90 %.1f us, p99 %.1f us, best %.1f us%n",
                    procedure.name(),
                    count,
                    nanos[count / 2] / 1e3,
                    nanos[(int) (count * 0.9)] / 1e3,
                    nanos[(int) (count * 0.99)] / 1e3,
                    nanos[0] / 1e3);
        }
    }

    private static void throughput(UnixDomainSocketAddress address, String uri, double seconds, int connections)
            throws IOException {
        var call = call(RemoteProcedure.CONNECT_GET_LIB_VERSION);
        try (var selector = Selector.open()) {
            for (int i = 0; i < connections; i++) {
                var channel = open(address, uri);
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ, ByteBuffer.allocate(256));
                channel.write(call.duplicate());
            }
            long calls = 0;
            long begin = System.nanoTime();
            long end = begin + (long) (seconds * 1e9);
            while (System.nanoTime() < end) {
                selector.select();
                for (var key : selector.selectedKeys()) {
                    var channel = (SocketChannel) key.channel();
                    var reply = (ByteBuffer) key.attachment();
                    channel.read(reply);
                    if (reply.position() >= 4 && reply.position() >= reply.getInt(0)) {
                        reply.clear();
                        calls++;
                        channel.write(call.duplicate());
                    }
                }
                selector.selectedKeys().clear();
            }
            System.out.printf(
                    Locale.ROOT,
                    "%d connections: %.0f calls/s%n",
                    connections,
                    calls * 1e9 / (System.nanoTime() - begin));
            for (var key : selector.keys()) {
                key.channel().close();
            }
        }
    }

    private static SocketChannel open(UnixDomainSocketAddress address, String uri) throws IOException {
        var channel = SocketChannel.open(address);
        var header = MessageHeader.of(RemoteProcedure.CONNECT_OPEN, MessageType.CALL, 0, MessageStatus.OK);
        ask(channel, Frame.encode(header, new RemoteConnectOpenArgs(uri, 0)), ByteBuffer.allocate(4096));
        return channel;
    }

    private static ByteBuffer call(Procedure procedure) {
        var header = MessageHeader.of(procedure, MessageType.CALL, 1, MessageStatus.OK);
        var frame = Frame.encode(header, NoPayload.INSTANCE);
        return ByteBuffer.allocateDirect(frame.remaining()).put(frame).flip();
    }

    private static void ask(SocketChannel channel, ByteBuffer call, ByteBuffer reply) throws IOException {
        channel.write(call.duplicate());
        reply.clear();
        while (reply.position() < 4 || reply.position() < reply.getInt(0)) {
            if (channel.read(reply) < 0) {
                throw new IOException("the daemon has closed");
            }
        }
        if (reply.getInt(24) != 0) {
            throw new IOException("the daemon answers an error");
        }
    }
}
