package dev.posada.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * The structure that calls about network interfaces are made with; netdevice(7).
 *
 * <pre>
 * struct ifreq (40 bytes)
 *    0 char ifr_name[16]             ended by a zero byte
 *   16 short ifr_flags | int ifr_mtu, ifr_ifindex | struct sockaddr ifr_hwaddr (family, then the address)
 * </pre>
 */
final class InterfaceRequest {
    /** The longest name the kernel takes, without its zero byte. */
    static final int NAME_BYTES_MAX = 15;

    private static final int BYTES = 40;
    private static final int NAME_BYTES = 16;
    private static final int VALUE = 16;
    private static final int ADDRESS = 18;
    private static final short ETHERNET = 1;

    private static final NativeCall IOCTL = NativeCall.of("ioctl");

    private final String name;
    private final MemorySegment memory;

    InterfaceRequest(String name, Arena arena) {
        this.name = name;
        this.memory = arena.allocate(BYTES, 8);
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > NAME_BYTES_MAX) {
            throw new PosixException("ioctl", name, Errno.ENAMETOOLONG);
        }
        MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, 0, bytes.length);
    }

    InterfaceRequest withFlags(int flags) {
        memory.set(JAVA_SHORT, VALUE, (short) flags);
        return this;
    }

    InterfaceRequest withNumber(int number) {
        memory.set(JAVA_INT, VALUE, number);
        return this;
    }

    InterfaceRequest withPointer(MemorySegment data) {
        memory.set(JAVA_LONG, VALUE, data.address());
        return this;
    }

    InterfaceRequest withAddress(byte[] address) {
        memory.set(JAVA_SHORT, VALUE, ETHERNET);
        MemorySegment.copy(address, 0, memory, JAVA_BYTE, ADDRESS, address.length);
        return this;
    }

    /** Makes the call; what it answers is in this request afterwards. */
    InterfaceRequest send(int descriptor, long request) {
        IOCTL.checked(name, descriptor, request, memory.address());
        return this;
    }

    String name() {
        return new String(memory.asSlice(0, NAME_BYTES).toArray(JAVA_BYTE), StandardCharsets.UTF_8).replace("\0", "");
    }

    int flags() {
        return Short.toUnsignedInt(memory.get(JAVA_SHORT, VALUE));
    }

    int number() {
        return memory.get(JAVA_INT, VALUE);
    }

    byte[] address(int bytes) {
        return memory.asSlice(ADDRESS, bytes).toArray(JAVA_BYTE);
    }
}
