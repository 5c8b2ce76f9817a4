package dev.posada.dhcp;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * A message of DHCP. Big-endian; the first 236 bytes are those of BOOTP:
 *
 * <pre>
 *   0 op: 1 from a client, 2 from a server      12 address the client has      28 hardware address, 16 bytes
 *   1 kind of hardware: 1 is Ethernet           16 address it is given         44 server's name, 64 bytes
 *   2 bytes of its addresses: 6                 20 next server                 108 boot file, 128 bytes
 *   4 number of the exchange                    24 relay                       236 63 82 53 63, then options:
 *   8 seconds since it began, 10 flags                                         code, length, value; 0 pads, 255 ends
 * </pre>
 */
final class DhcpMessage {
    static final int DISCOVER = 1;
    static final int OFFER = 2;
    static final int REQUEST = 3;
    static final int ACKNOWLEDGED = 5;
    static final int REFUSED = 6;

    /** The most addresses that are taken from a list. */
    static final int ADDRESSES_MAX = 16;

    static final int BYTES_MAX = 1500;

    private static final int BYTES_MIN = 300;
    private static final int OPTIONS_OFFSET = 240;
    private static final int COOKIE = 0x63825363;
    private static final int FROM_CLIENT = 1;
    private static final int FROM_SERVER = 2;
    private static final int ETHERNET = 1;
    private static final int HARDWARE_BYTES = 6;
    private static final short ANSWER_TO_ALL = (short) 0x8000;
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration USUAL = Duration.ofHours(1);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,253}");

    private static final int NETMASK = 1;
    private static final int ROUTERS = 3;
    private static final int NAME_SERVERS = 6;
    private static final int HOST_NAME = 12;
    private static final int DOMAIN = 15;
    private static final int MTU = 26;
    private static final int WANTED_ADDRESS = 50;
    private static final int DURATION = 51;
    private static final int KIND = 53;
    private static final int SERVER = 54;
    private static final int WANTED_OPTIONS = 55;
    private static final int SIZE = 57;
    private static final int RENEWAL = 58;
    private static final int CLIENT = 61;
    private static final int ROUTES = 121;
    private static final int PAD = 0;
    private static final int END = 255;

    private final int kind;
    private final int exchange;
    private final byte[] hardware;
    private final byte[] offered;

    /** By their codes; those of one code that come in pieces are joined. */
    private final Map<Integer, byte[]> options;

    private DhcpMessage(int kind, int exchange, byte[] hardware, byte[] offered, Map<Integer, byte[]> options) {
        this.kind = kind;
        this.exchange = exchange;
        this.hardware = hardware;
        this.offered = offered;
        this.options = options;
    }

    /** What it says: {@link #OFFER} and its like. */
    int kind() {
        return kind;
    }

    /** The address a server gives. */
    byte[] offered() {
        return offered.clone();
    }

    /** A client's message; a wanted address and a server of four bytes, or empty. */
    static ByteBuffer fromClient(
            int kind, int exchange, int seconds, byte[] hardware, String host, byte[] wanted, byte[] server) {
        var message = ByteBuffer.allocate(BYTES_MAX);
        message.put((byte) FROM_CLIENT)
                .put((byte) ETHERNET)
                .put((byte) HARDWARE_BYTES)
                .put((byte) 0);
        message.putInt(exchange).putShort((short) Math.min(seconds, 0x7fff)).putShort(ANSWER_TO_ALL);
        message.position(28).put(hardware);
        message.position(OPTIONS_OFFSET - Integer.BYTES).putInt(COOKIE);
        option(message, KIND, (byte) kind);
        var client = new byte[HARDWARE_BYTES + 1];
        client[0] = ETHERNET;
        System.arraycopy(hardware, 0, client, 1, HARDWARE_BYTES);
        option(message, CLIENT, client);
        option(message, SIZE, (byte) (BYTES_MAX >> 8), (byte) BYTES_MAX);
        option(message, WANTED_ADDRESS, wanted);
        option(message, SERVER, server);
        option(message, HOST_NAME, host.getBytes(StandardCharsets.US_ASCII));
        option(
                message,
                WANTED_OPTIONS,
                (byte) NETMASK,
                (byte) ROUTERS,
                (byte) NAME_SERVERS,
                (byte) DOMAIN,
                (byte) MTU,
                (byte) RENEWAL,
                (byte) ROUTES);
        message.put((byte) END);
        return message.position(Math.max(message.position(), BYTES_MIN)).flip();
    }

    private static void option(ByteBuffer message, int code, byte... value) {
        if (value.length > 0) {
            message.put((byte) code).put((byte) value.length).put(value);
        }
    }

    /** A server's message; nothing where these bytes are none. */
    static Optional<DhcpMessage> fromServer(ByteBuffer bytes) {
        if (bytes.remaining() < OPTIONS_OFFSET
                || bytes.get(0) != FROM_SERVER
                || bytes.get(1) != ETHERNET
                || bytes.get(2) != HARDWARE_BYTES
                || bytes.getInt(OPTIONS_OFFSET - Integer.BYTES) != COOKIE) {
            return Optional.empty();
        }
        var options = options(bytes.duplicate().position(OPTIONS_OFFSET));
        var kind = options.getOrDefault(KIND, new byte[0]);
        var hardware = new byte[HARDWARE_BYTES];
        bytes.get(28, hardware);
        var offered = new byte[Integer.BYTES];
        bytes.get(16, offered);
        return kind.length == 1
                ? Optional.of(new DhcpMessage(kind[0], bytes.getInt(4), hardware, offered, options))
                : Optional.empty();
    }

    private static Map<Integer, byte[]> options(ByteBuffer bytes) {
        var options = new LinkedHashMap<Integer, byte[]>();
        while (bytes.hasRemaining()) {
            int code = bytes.get() & 0xff;
            if (code == END || (code != PAD && !bytes.hasRemaining())) {
                break;
            }
            if (code == PAD) {
                continue;
            }
            var value = new byte[Math.min(bytes.get() & 0xff, bytes.remaining())];
            bytes.get(value);
            options.merge(code, value, DhcpMessage::joined);
        }
        return options;
    }

    private static byte[] joined(byte[] some, byte[] more) {
        var all = Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }

    /** Whether it answers this exchange of this client. */
    boolean answers(int number, byte[] client) {
        return exchange == number && Arrays.equals(hardware, client);
    }

    /** The server's own address, empty where it does not say. */
    byte[] server() {
        var server = options.getOrDefault(SERVER, new byte[0]);
        return server.length == Integer.BYTES ? server : new byte[0];
    }

    /** What an acknowledgement lends; nothing where it makes no sense. */
    Optional<DhcpLease> lease() {
        if (server().length == 0 || ByteBuffer.wrap(offered).getInt() == 0) {
            return Optional.empty();
        }
        var duration = seconds(DURATION).orElse(USUAL);
        var renewal =
                seconds(RENEWAL).filter(time -> time.compareTo(duration) < 0).orElse(duration.dividedBy(2));
        return Optional.of(new DhcpLease(
                address(offered, 0),
                prefixLength(),
                addresses(ROUTERS).stream().findFirst(),
                hops(),
                addresses(NAME_SERVERS),
                domain(),
                mtu(),
                address(server(), 0),
                duration,
                renewal.compareTo(SHORTEST) < 0 ? SHORTEST : renewal));
    }

    private Optional<Duration> seconds(int code) {
        var value = options.getOrDefault(code, new byte[0]);
        return value.length == Integer.BYTES
                ? Optional.of(Duration.ofSeconds(Math.max(
                        1, Integer.toUnsignedLong(ByteBuffer.wrap(value).getInt()))))
                : Optional.empty();
    }

    private int prefixLength() {
        var mask = options.getOrDefault(NETMASK, new byte[0]);
        return mask.length == Integer.BYTES
                ? Integer.numberOfLeadingZeros(~ByteBuffer.wrap(mask).getInt())
                : 24;
    }

    private List<Inet4Address> addresses(int code) {
        var value = options.getOrDefault(code, new byte[0]);
        var addresses = new ArrayList<Inet4Address>();
        for (int i = 0; i + Integer.BYTES <= value.length && addresses.size() < ADDRESSES_MAX; i += Integer.BYTES) {
            addresses.add(address(value, i));
        }
        return addresses;
    }

    /** Each a prefix length, as many bytes of the network as that needs, and a router. */
    private List<DhcpLease.Hop> hops() {
        var value = ByteBuffer.wrap(options.getOrDefault(ROUTES, new byte[0]));
        var hops = new ArrayList<DhcpLease.Hop>();
        while (value.hasRemaining() && hops.size() < ADDRESSES_MAX) {
            int length = value.get() & 0xff;
            int bytes = (length + Byte.SIZE - 1) / Byte.SIZE;
            if (length > Integer.SIZE || value.remaining() < bytes + Integer.BYTES) {
                break;
            }
            var network = new byte[Integer.BYTES];
            value.get(network, 0, bytes);
            var router = new byte[Integer.BYTES];
            value.get(router);
            hops.add(new DhcpLease.Hop(address(network, 0), length, address(router, 0)));
        }
        return hops;
    }

    private String domain() {
        var text = new String(options.getOrDefault(DOMAIN, new byte[0]), StandardCharsets.US_ASCII).replace("\0", "");
        return NAME.matcher(text).matches() ? text : "";
    }

    private OptionalInt mtu() {
        var value = options.getOrDefault(MTU, new byte[0]);
        int mtu = value.length == Short.BYTES ? ByteBuffer.wrap(value).getShort() & 0xffff : 0;
        return mtu >= 576 ? OptionalInt.of(mtu) : OptionalInt.empty();
    }

    static Inet4Address address(byte[] bytes, int offset) {
        try {
            return (Inet4Address) InetAddress.getByAddress(Arrays.copyOfRange(bytes, offset, offset + Integer.BYTES));
        } catch (UnknownHostException wrongLength) {
            throw new IllegalArgumentException(HexFormat.of().formatHex(bytes), wrongLength);
        }
    }
}
