package dev.posada.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.util.HexFormat;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * Settings of network interfaces by name, in the network namespace of this process; netdevice(7). Each is one call to the
 * kernel, without a tool in between.
 *
 * <p>A failure is a {@link PosixException} that names the interface: ENODEV when there is none of that name, EPERM
 * without the right to change networks.
 */
public final class NetworkLinks {
    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM_CLOEXEC = 0x80002;

    private static final long SIOCGIFFLAGS = 0x8913;
    private static final long SIOCSIFFLAGS = 0x8914;
    private static final long SIOCGIFMTU = 0x8921;
    private static final long SIOCSIFMTU = 0x8922;
    private static final long SIOCSIFHWADDR = 0x8924;
    private static final long SIOCGIFHWADDR = 0x8927;
    private static final long SIOCGIFINDEX = 0x8933;
    private static final long SIOCBRADDIF = 0x89a2;
    private static final long SIOCBRDELIF = 0x89a3;

    private static final long SIOCETHTOOL = 0x8946;

    // struct ethtool_coalesce: 23 numbers; the command, microseconds, then frames of one received interrupt
    private static final int COALESCE_NUMBERS = 23;
    private static final int COALESCE_RX_FRAMES = 2;
    private static final int ETHTOOL_GCOALESCE = 0xe;
    private static final int ETHTOOL_SCOALESCE = 0xf;

    private static final int IFF_UP = 1;
    private static final int MAC_BYTES = 6;
    private static final HexFormat COLONS = HexFormat.ofDelimiter(":");

    private static final NativeCall SOCKET = NativeCall.of("socket");

    private NetworkLinks() {}

    /** The kernel's number of an interface; nothing when there is none of that name. */
    public static OptionalInt index(String name) {
        try {
            return OptionalInt.of(ask(name, SIOCGIFINDEX, InterfaceRequest::number));
        } catch (PosixException e) {
            if (e.errno() == Errno.ENODEV || e.errno() == Errno.ENAMETOOLONG) {
                return OptionalInt.empty();
            }
            throw e;
        }
    }

    /** Whether there is an interface of that name. */
    public static boolean exists(String name) {
        return index(name).isPresent();
    }

    /** Takes an interface up or down. */
    public static void setUp(String name, boolean up) {
        try (var arena = Arena.ofConfined();
                var socket = socket()) {
            int before = new InterfaceRequest(name, arena)
                    .send(socket.number(), SIOCGIFFLAGS)
                    .flags();
            int flags = up ? before | IFF_UP : before & ~IFF_UP;
            if (flags != before) {
                new InterfaceRequest(name, arena).withFlags(flags).send(socket.number(), SIOCSIFFLAGS);
            }
        }
    }

    /** Whether an interface is up, as far as its own switch goes. */
    public static boolean isUp(String name) {
        return (ask(name, SIOCGIFFLAGS, InterfaceRequest::flags) & IFF_UP) != 0;
    }

    /** The largest packet an interface takes, in bytes. */
    public static int mtu(String name) {
        return ask(name, SIOCGIFMTU, InterfaceRequest::number);
    }

    /** Sets the largest packet an interface takes, in bytes. */
    public static void setMtu(String name, int bytes) {
        tell(name, SIOCSIFMTU, request -> request.withNumber(bytes));
    }

    /** The address of an Ethernet interface, as {@code 52:54:00:12:34:56}. */
    public static String address(String name) {
        return COLONS.formatHex(ask(name, SIOCGIFHWADDR, request -> request.address(MAC_BYTES)));
    }

    /**
     * Sets the address of an Ethernet interface.
     *
     * @param address as {@code 52:54:00:12:34:56}
     * @throws IllegalArgumentException when it is not an address
     */
    public static void setAddress(String name, String address) {
        byte[] bytes = COLONS.parseHex(address);
        if (bytes.length != MAC_BYTES) {
            throw new IllegalArgumentException("not an Ethernet address: " + address);
        }
        tell(name, SIOCSIFHWADDR, request -> request.withAddress(bytes));
    }

    /** How many received packets an interface may gather before it tells of them. */
    public static void setCoalescedFrames(String name, int frames) {
        try (var arena = Arena.ofConfined();
                var socket = socket()) {
            var numbers = arena.allocate(JAVA_INT, COALESCE_NUMBERS);
            numbers.set(JAVA_INT, 0, ETHTOOL_GCOALESCE);
            new InterfaceRequest(name, arena).withPointer(numbers).send(socket.number(), SIOCETHTOOL);
            numbers.set(JAVA_INT, 0, ETHTOOL_SCOALESCE);
            numbers.setAtIndex(JAVA_INT, COALESCE_RX_FRAMES, frames);
            new InterfaceRequest(name, arena).withPointer(numbers).send(socket.number(), SIOCETHTOOL);
        }
    }

    /**
     * Makes an interface a port of a bridge.
     *
     * @throws PosixException EBUSY when it is a port of one already, EOPNOTSUPP when the bridge is none
     */
    public static void join(String bridge, String port) {
        changePort(bridge, port, SIOCBRADDIF);
    }

    /** Takes a port out of its bridge. */
    public static void leave(String bridge, String port) {
        changePort(bridge, port, SIOCBRDELIF);
    }

    private static void changePort(String bridge, String port, long request) {
        int index = ask(port, SIOCGIFINDEX, InterfaceRequest::number);
        tell(bridge, request, asked -> asked.withNumber(index));
    }

    private static void tell(String name, long request, Function<InterfaceRequest, InterfaceRequest> filled) {
        try (var arena = Arena.ofConfined();
                var socket = socket()) {
            filled.apply(new InterfaceRequest(name, arena)).send(socket.number(), request);
        }
    }

    private static <T> T ask(String name, long request, Function<InterfaceRequest, T> answer) {
        try (var arena = Arena.ofConfined();
                var socket = socket()) {
            return answer.apply(new InterfaceRequest(name, arena).send(socket.number(), request));
        }
    }

    private static Descriptor socket() {
        return Descriptor.adopt(SOCKET.checked("inet", AF_INET, SOCK_DGRAM_CLOEXEC, 0));
    }
}
