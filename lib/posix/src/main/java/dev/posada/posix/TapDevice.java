package dev.posada.posix;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A tap device: a network interface whose other side is a file. Whoever holds one of its descriptors reads the packets
 * that are sent to it and writes those it receives. One that was made here vanishes when the last descriptor is closed,
 * in whichever process.
 */
public final class TapDevice implements AutoCloseable {
    /** The kernel's own bound (MAX_TAP_QUEUES). */
    public static final int QUEUES_MAX = 256;

    private static final Path CLONE_DEVICE = Path.of("/dev/net/tun");

    private static final long TUNSETIFF = 0x400454caL;
    private static final long TUNGETIFF = 0x800454d2L;
    private static final int IFF_TAP = 0x0002;
    private static final int IFF_MULTI_QUEUE = 0x0100;
    private static final int IFF_NO_PI = 0x1000;
    private static final int IFF_VNET_HDR = 0x4000;

    private final String name;
    private final List<Descriptor> queues;

    private TapDevice(String name, List<Descriptor> queues) {
        this.name = name;
        this.queues = List.copyOf(queues);
    }

    /**
     * Opens a tap device, and makes it when there is none of that name.
     *
     * @param pattern its name, or one with {@code %d} in it for the lowest number that is free
     * @param queueCount 1 to {@link #QUEUES_MAX}; more than one make a device of several queues
     * @param packetHeaders whether each packet has a header that tells of unfinished checksums and segments, as virtio has
     * @throws PosixException naming the device: EPERM without the right to make one, EBUSY when somebody else has it open,
     *     EINVAL when it is something else than a tap device of this kind
     */
    public static TapDevice open(String pattern, int queueCount, boolean packetHeaders) {
        return open(CLONE_DEVICE, pattern, queueCount, packetHeaders);
    }

    /**
     * As the shorter form, by another file than {@code /dev/net/tun}: another clone device, or {@code /dev/tapN} for the
     * macvtap device that is called {@code pattern}, which stays when it is closed.
     */
    public static TapDevice open(Path file, String pattern, int queueCount, boolean packetHeaders) {
        if (queueCount < 1 || queueCount > QUEUES_MAX) {
            throw new IllegalArgumentException("a tap device has 1 to " + QUEUES_MAX + " queues, not " + queueCount);
        }
        int flags = IFF_TAP | IFF_NO_PI | (packetHeaders ? IFF_VNET_HDR : 0) | (queueCount > 1 ? IFF_MULTI_QUEUE : 0);
        var queues = new ArrayList<Descriptor>();
        var name = pattern;
        try (var arena = Arena.ofConfined()) {
            for (int i = 0; i < queueCount; i++) {
                // Non-blocking, since whoever gets it reads until there is nothing.
                var queue = Descriptor.open(file, OpenFlag.READ_WRITE, OpenFlag.NON_BLOCKING);
                queues.add(queue);
                name = new InterfaceRequest(name, arena)
                        .withFlags(flags)
                        .send(queue.number(), TUNSETIFF)
                        .name();
            }
            return new TapDevice(name, queues);
        } catch (PosixException e) {
            queues.forEach(Descriptor::close);
            throw e;
        }
    }

    /**
     * Takes over one queue of a tap device that somebody else has opened.
     *
     * @throws PosixException EBADFD and its like when it is none; the descriptor is closed then
     */
    public static TapDevice adopt(Descriptor queue) {
        try (var arena = Arena.ofConfined()) {
            var name = new InterfaceRequest("", arena)
                    .send(queue.number(), TUNGETIFF)
                    .name();
            return new TapDevice(name, List.of(queue));
        } catch (PosixException e) {
            queue.close();
            throw e;
        }
    }

    /** The interface's name. */
    public String name() {
        return name;
    }

    /** A descriptor for each queue; they belong to this object. */
    public List<Descriptor> queues() {
        return queues;
    }

    /** Closes our descriptors. The device stays for as long as others have theirs. A second call does nothing. */
    @Override
    public void close() {
        queues.forEach(Descriptor::close);
    }

    @Override
    public String toString() {
        return "tap device " + name;
    }
}
