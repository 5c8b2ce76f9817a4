import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Locale;

/**
 * Asks a daemon for its library version over many connections at once, one call outstanding on each, and prints calls
 * per second. One thread and raw bytes, so that what is measured is the daemon.
 *
 * <p>{@code java Throughput.java SOCKET CONNECTIONS SECONDS}
 */
final class Throughput {
    private static final int REMOTE = 0x20008086;
    private static final int CONNECT_OPEN = 1;
    private static final int GET_LIB_VERSION = 157;
    private static final int HEADER_BYTES = 28;

    /** One connection: what is still to be read of the reply under way. */
    private static final class Client {
        final ByteBuffer reply = ByteBuffer.allocate(4096);
        final ByteBuffer call;

        Client(int serial) {
            call = message(GET_LIB_VERSION, serial, new byte[0]);
        }
    }

    public static void main(String[] arguments) throws Exception {
        var address = UnixDomainSocketAddress.of(arguments[0]);
        int connections = Integer.parseInt(arguments[1]);
        long nanos = (long) (Double.parseDouble(arguments[2]) * 1e9);
        try (var selector = Selector.open()) {
            for (int i = 0; i < connections; i++) {
                var channel = SocketChannel.open(address);
                open(channel);
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ, new Client(1));
            }
            for (var key : selector.keys()) {
                send(key);
            }
            long began = System.nanoTime();
            long calls = 0;
            while (System.nanoTime() - began < nanos) {
                selector.select(100);
                var ready = selector.selectedKeys();
                for (var key : ready) {
                    if (received(key)) {
                        calls++;
                        send(key);
                    }
                }
                ready.clear();
            }
            System.out.printf(Locale.ROOT, "%.0f%n", calls * 1e9 / (System.nanoTime() - began));
        }
    }

    private static void open(SocketChannel channel) throws Exception {
        var name = "qemu:///system".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        var body = ByteBuffer.allocate(4 + 4 + 16 + 4);
        body.putInt(1).putInt(name.length).put(name).position(24);
        body.putInt(0);
        channel.write(message(CONNECT_OPEN, 0, body.array()));
        var reply = ByteBuffer.allocate(4096);
        while (reply.position() < 4 || reply.position() < reply.getInt(0)) {
            if (channel.read(reply) < 0) {
                throw new IllegalStateException("the daemon closed the connection");
            }
        }
        if (reply.getInt(24) != 0) {
            throw new IllegalStateException("the daemon refused connect_open");
        }
    }

    private static ByteBuffer message(int procedure, int serial, byte[] body) {
        return ByteBuffer.allocate(HEADER_BYTES + body.length)
                .putInt(HEADER_BYTES + body.length)
                .putInt(REMOTE)
                .putInt(1)
                .putInt(procedure)
                .putInt(0)
                .putInt(serial)
                .putInt(0)
                .put(body)
                .flip();
    }

    private static void send(SelectionKey key) throws Exception {
        var client = (Client) key.attachment();
        client.call.rewind();
        ((SocketChannel) key.channel()).write(client.call);
    }

    private static boolean received(SelectionKey key) throws Exception {
        var client = (Client) key.attachment();
        if (((SocketChannel) key.channel()).read(client.reply) < 0) {
            throw new IllegalStateException("the daemon closed a connection");
        }
        if (client.reply.position() < 4 || client.reply.position() < client.reply.getInt(0)) {
            return false;
        }
        client.reply.clear();
        return true;
    }
}
