package dev.posada.dhcp;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Asks for an address. Questions and answers go to everybody on the link, so that a link without an address will do; the host
 * must have a way to 255.255.255.255 over that link.
 *
 * <p>For one thread at a time.
 */
public final class DhcpClient {
    private static final int SERVER_PORT = 67;
    private static final int CLIENT_PORT = 68;
    private static final String EVERYBODY = "255.255.255.255";

    /** A bridge's new port lets nothing through for some seconds: whoever waits longer and longer would wait twice. */
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private static final int FIRST_PAUSES = 10;
    private static final Duration LATER_PAUSE = Duration.ofSeconds(8);
    private static final byte[] NONE = new byte[0];

    private final DatagramChannel channel;
    private final byte[] hardware;
    private final String host;
    private final RandomGenerator random;
    private final long begunNanos = System.nanoTime();

    /**
     * Binds the socket.
     *
     * @param channel a new one for IPv4; it stays the caller's
     * @param mac of the link, as {@code 52:54:00:12:34:56}
     * @param host a name the server may give to its names; empty for none
     */
    public DhcpClient(DatagramChannel channel, String mac, String host, RandomGenerator random) throws IOException {
        this.channel = channel;
        this.hardware = HexFormat.ofDelimiter(":").parseHex(mac);
        this.host = label(host);
        this.random = random;
        channel.setOption(StandardSocketOptions.SO_BROADCAST, true);
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        channel.bind(new InetSocketAddress(CLIENT_PORT));
    }

    /** A name as a label of the domain name system has it: others' characters become hyphens. */
    static String label(String name) {
        var label = name.replaceAll("[^A-Za-z0-9-]+", "-").replaceAll("^-+", "");
        return label.substring(0, Math.min(label.length(), 63)).replaceAll("-+$", "");
    }

    /**
     * Asks until somebody answers.
     *
     * @param had an address the client believes to have: it is asked for alone, and another one only where that is refused
     * @return nothing when nobody lends anything in that time
     * @throws IOException when the link is gone or down
     */
    public Optional<DhcpLease> ask(Optional<Inet4Address> had, Duration patience) throws IOException {
        long end = System.nanoTime() + patience.toNanos();
        if (had.isPresent()) {
            var answer = exchange(DhcpMessage.REQUEST, had.get().getAddress(), NONE, end);
            if (answer.isEmpty() || answer.get().kind() == DhcpMessage.ACKNOWLEDGED) {
                return answer.flatMap(DhcpMessage::lease);
            }
        }
        while (System.nanoTime() < end) {
            var offer = exchange(DhcpMessage.DISCOVER, NONE, NONE, end);
            if (offer.isEmpty()) {
                break;
            }
            var answer = exchange(
                    DhcpMessage.REQUEST, offer.get().offered(), offer.get().server(), end);
            var lease = answer.filter(message -> message.kind() == DhcpMessage.ACKNOWLEDGED)
                    .flatMap(DhcpMessage::lease);
            if (lease.isPresent()) {
                return lease;
            }
        }
        return Optional.empty();
    }

    /** Sends a message again and again until it is answered. */
    private Optional<DhcpMessage> exchange(int kind, byte[] wanted, byte[] server, long end) throws IOException {
        int number = random.nextInt();
        for (int times = 0; System.nanoTime() < end; times++) {
            var pause = times < FIRST_PAUSES ? FIRST_PAUSE : LATER_PAUSE;
            long seconds = Duration.ofNanos(System.nanoTime() - begunNanos).toSeconds();
            channel.send(
                    DhcpMessage.fromClient(
                            kind, number, (int) Math.min(seconds, Short.MAX_VALUE), hardware, host, wanted, server),
                    new InetSocketAddress(EVERYBODY, SERVER_PORT));
            var answer = await(kind, number, Math.min(end, System.nanoTime() + pause.toNanos()));
            if (answer.isPresent()) {
                return answer;
            }
        }
        return Optional.empty();
    }

    private Optional<DhcpMessage> await(int kind, int number, long end) throws IOException {
        var packet = new DatagramPacket(new byte[DhcpMessage.BYTES_MAX], DhcpMessage.BYTES_MAX);
        while (true) {
            long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
            if (left <= 0) {
                return Optional.empty();
            }
            channel.socket().setSoTimeout((int) left);
            try {
                packet.setLength(DhcpMessage.BYTES_MAX);
                channel.socket().receive(packet);
            } catch (SocketTimeoutException nobody) {
                return Optional.empty();
            }
            var message = DhcpMessage.fromServer(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()))
                    .filter(answer -> answer.answers(number, hardware))
                    .filter(answer -> fits(kind, answer.kind()));
            if (message.isPresent()) {
                return message;
            }
        }
    }

    private static boolean fits(int asked, int answered) {
        return asked == DhcpMessage.DISCOVER
                ? answered == DhcpMessage.OFFER
                : answered == DhcpMessage.ACKNOWLEDGED || answered == DhcpMessage.REFUSED;
    }
}
