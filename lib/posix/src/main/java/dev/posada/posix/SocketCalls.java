package dev.posada.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Calls on unix sockets: socket(2), bind(2), listen(2), connect(2), getsockopt(2), sendmsg(2), recvmsg(2), unix(7), cmsg(3).
 *
 * <pre>
 * struct msghdr (56 bytes)         struct cmsghdr (16 bytes, data follows, 8-byte aligned)
 *    0 void *msg_name                 0 size_t cmsg_len      header and data
 *    8 socklen_t msg_namelen          8 int cmsg_level       SOL_SOCKET
 *   16 struct iovec *msg_iov         12 int cmsg_type        SCM_RIGHTS
 *   24 size_t msg_iovlen             16 int descriptors[]
 *   32 void *msg_control          struct iovec (16 bytes)
 *   40 size_t msg_controllen          0 void *iov_base
 *   48 int msg_flags                  8 size_t iov_len
 * </pre>
 */
final class SocketCalls {
    /** What the kernel accepts in one message (SCM_MAX_FD). */
    static final int DESCRIPTORS_PER_MESSAGE_MAX = 253;

    /** Bytes moved by one call. */
    static final int TRANSFER_BYTES_MAX = 64 * 1024;

    /** sun_path holds 108 bytes with its terminating zero. */
    static final int PATH_BYTES_MAX = 107;

    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM_CLOEXEC = 0x80001;
    private static final int SOL_SOCKET = 1;
    private static final int SO_LINGER = 13;
    private static final int SO_PEERCRED = 17;
    private static final int NOBODY = -1;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_CTRUNC = 0x8;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;

    private static final int MSGHDR_BYTES = 56;
    private static final int CMSGHDR_BYTES = 16;
    private static final int SOCKADDR_UN_BYTES = 110;

    private static final NativeCall SOCKET = NativeCall.of("socket");
    private static final NativeCall SOCKETPAIR = NativeCall.of("socketpair");
    private static final NativeCall BIND = NativeCall.of("bind");
    private static final NativeCall LISTEN = NativeCall.of("listen");
    private static final NativeCall GETSOCKOPT = NativeCall.of("getsockopt");
    private static final NativeCall SENDMSG = NativeCall.of("sendmsg");
    private static final NativeCall RECVMSG = NativeCall.of("recvmsg");

    private SocketCalls() {}

    /**
     * What one recvmsg brought.
     *
     * @param result bytes, 0 at the end of the stream, or -errno
     * @param truncated whether the kernel had more descriptors than there was room for, and dropped them
     */
    record Message(int result, List<Descriptor> descriptors, boolean truncated) {}

    static Descriptor newStream() {
        return Descriptor.adopt(SOCKET.checked("unix", AF_UNIX, SOCK_STREAM_CLOEXEC, 0));
    }

    static List<Descriptor> newPair() {
        try (var arena = Arena.ofConfined()) {
            var numbers = arena.allocate(JAVA_INT, 2);
            SOCKETPAIR.checked("unix", AF_UNIX, SOCK_STREAM_CLOEXEC, 0, numbers.address());
            return List.of(
                    Descriptor.adopt(numbers.getAtIndex(JAVA_INT, 0)),
                    Descriptor.adopt(numbers.getAtIndex(JAVA_INT, 1)));
        }
    }

    static void bind(int number, String path) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > PATH_BYTES_MAX) {
            throw new PosixException("bind", path, Errno.ENAMETOOLONG);
        }
        try (var arena = Arena.ofConfined()) {
            var address = arena.allocate(SOCKADDR_UN_BYTES, JAVA_LONG.byteAlignment());
            address.set(JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(bytes, 0, address, JAVA_BYTE, 2, bytes.length);
            BIND.checked(path, number, address.address(), 2L + bytes.length + 1);
        }
    }

    static void listen(int number, int backlog, String path) {
        LISTEN.checked(path, number, backlog);
    }

    static PeerCredentials peerCredentials(int number) {
        try (var arena = Arena.ofConfined()) {
            var credentials = arena.allocate(JAVA_INT, 3);
            var length = arena.allocate(JAVA_INT);
            length.set(JAVA_INT, 0, (int) credentials.byteSize());
            GETSOCKOPT.checked("SO_PEERCRED", number, SOL_SOCKET, SO_PEERCRED, credentials.address(), length.address());
            int uid = credentials.getAtIndex(JAVA_INT, 1);
            if (uid == NOBODY) {
                // Sockets of other families answer too, but know nobody.
                throw new PosixException(GETSOCKOPT.name(), "SO_PEERCRED", Errno.ENOTSUP);
            }
            return new PeerCredentials(credentials.getAtIndex(JAVA_INT, 0), uid, credentials.getAtIndex(JAVA_INT, 2));
        }
    }

    /** How long a socket waits at its close for what it still has to send, in seconds; -1 when it does not, or is none. */
    static int lingerSeconds(int number) {
        try (var arena = Arena.ofConfined()) {
            var linger = arena.allocate(JAVA_INT, 2);
            var length = arena.allocate(JAVA_INT);
            length.set(JAVA_INT, 0, (int) linger.byteSize());
            int result = GETSOCKOPT.asInt(number, SOL_SOCKET, SO_LINGER, linger.address(), length.address());
            return result == 0 && linger.getAtIndex(JAVA_INT, 0) != 0 ? linger.getAtIndex(JAVA_INT, 1) : -1;
        }
    }

    /** Sends what the socket takes at once: bytes taken from the buffer, or -errno. Descriptors go with the first byte. */
    static int send(int number, ByteBuffer from, int[] descriptors) {
        try (var arena = Arena.ofConfined()) {
            int length = Math.min(from.remaining(), TRANSFER_BYTES_MAX);
            var bytes = arena.allocate(Math.max(1, length));
            bytes.copyFrom(MemorySegment.ofBuffer(from).asSlice(0, length));
            var message = message(arena, bytes, length);
            if (descriptors.length > 0) {
                long dataBytes = descriptors.length * JAVA_INT.byteSize();
                var control = arena.allocate(controlBytes(descriptors.length), JAVA_LONG.byteAlignment());
                control.set(JAVA_LONG, 0, CMSGHDR_BYTES + dataBytes);
                control.set(JAVA_INT, 8, SOL_SOCKET);
                control.set(JAVA_INT, 12, SCM_RIGHTS);
                MemorySegment.copy(descriptors, 0, control, JAVA_INT, CMSGHDR_BYTES, descriptors.length);
                message.set(JAVA_LONG, 32, control.address());
                message.set(JAVA_LONG, 40, control.byteSize());
            }
            int sent = (int) SENDMSG.asLongRestarting(number, message.address(), MSG_DONTWAIT | MSG_NOSIGNAL);
            if (sent > 0) {
                from.position(from.position() + sent);
            }
            return sent;
        }
    }

    /** Receives what is there. The descriptors are the caller's, also when there are too many. */
    static Message receive(int number, ByteBuffer into, int descriptorsMax) {
        try (var arena = Arena.ofConfined()) {
            int length = Math.min(into.remaining(), TRANSFER_BYTES_MAX);
            var bytes = arena.allocate(Math.max(1, length));
            var message = message(arena, bytes, length);
            var control = arena.allocate(controlBytes(descriptorsMax), JAVA_LONG.byteAlignment());
            message.set(JAVA_LONG, 32, control.address());
            message.set(JAVA_LONG, 40, control.byteSize());
            int count = (int) RECVMSG.asLongRestarting(number, message.address(), MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
            if (count < 0) {
                return new Message(count, List.of(), false);
            }
            into.put(bytes.asSlice(0, count).asByteBuffer());
            var received = descriptors(control, message.get(JAVA_LONG, 40));
            return new Message(count, received, (message.get(JAVA_INT, 48) & MSG_CTRUNC) != 0);
        }
    }

    private static MemorySegment message(Arena arena, MemorySegment bytes, int length) {
        var vector = arena.allocate(JAVA_LONG, 2);
        vector.setAtIndex(JAVA_LONG, 0, bytes.address());
        vector.setAtIndex(JAVA_LONG, 1, length);
        var message = arena.allocate(MSGHDR_BYTES, JAVA_LONG.byteAlignment());
        message.set(JAVA_LONG, 16, vector.address());
        message.set(JAVA_LONG, 24, 1);
        return message;
    }

    private static List<Descriptor> descriptors(MemorySegment control, long usedBytes) {
        var found = new ArrayList<Descriptor>();
        long offset = 0;
        while (offset + CMSGHDR_BYTES <= usedBytes) {
            long partBytes = control.get(JAVA_LONG, offset);
            if (partBytes < CMSGHDR_BYTES) {
                break;
            }
            boolean rights =
                    control.get(JAVA_INT, offset + 8) == SOL_SOCKET && control.get(JAVA_INT, offset + 12) == SCM_RIGHTS;
            for (long at = offset + CMSGHDR_BYTES; rights && at + JAVA_INT.byteSize() <= offset + partBytes; at += 4) {
                found.add(Descriptor.adopt(control.get(JAVA_INT, at)));
            }
            offset += aligned(partBytes);
        }
        return List.copyOf(found);
    }

    private static long controlBytes(int descriptors) {
        return aligned(CMSGHDR_BYTES + descriptors * JAVA_INT.byteSize());
    }

    private static long aligned(long bytes) {
        return (bytes + 7) & ~7L;
    }
}
