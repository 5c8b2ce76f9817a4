package dev.posada.posix;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The descriptor behind a channel of the JDK, by {@code sun.nio.ch.SelChImpl.getFDVal()}. The package must be exported to
 * us at run time ({@code --add-exports=java.base/sun.nio.ch=ALL-UNNAMED}); code compiled against a release cannot name it.
 * Where it is not, because that costs a short command some of its start, a unix socket is found among all descriptors by a
 * mark ({@link #marked}).
 *
 * <p>A channel gives its number back when it is closed, and the JDK does not know of our use. Hence the rule: act on the
 * number first and ask {@link SelectableChannel#isOpen} afterwards. A channel is marked closed before its number is given
 * back, so if it is open now, the number was its own all the while.
 */
final class ChannelDescriptors {
    private static final @Nullable MethodHandle NUMBER = find();

    /** Two sockets that are marked at the same time may have the same mark; then each takes another. */
    private static final int MARKS_MAX = 20;

    /** The JDK has no longer time to linger. */
    private static final int MARK_LIMIT = 65_536;

    private ChannelDescriptors() {}

    /** The number; only good until the channel is closed, so mind the rule above. */
    static int number(SelectableChannel channel) {
        if (NUMBER == null) {
            return channel instanceof SocketChannel socket ? marked(socket) : unseen();
        }
        try {
            return (int) NUMBER.invoke(channel);
        } catch (ClassCastException foreign) {
            throw new IllegalArgumentException("not a channel of the JDK: " + channel, foreign);
        } catch (Throwable impossible) {
            throw new AssertionError("getFDVal", impossible);
        }
    }

    private static int unseen() {
        throw new UnsupportedOperationException("cannot see the descriptors of channels; "
                + "start Java with --add-exports=java.base/sun.nio.ch=ALL-UNNAMED");
    }

    /**
     * Finds a unix socket by an option that means nothing to one: the channel sets how long it lingers, and the descriptor
     * that says so is its own.
     */
    static int marked(SocketChannel channel) {
        try {
            if (!(channel.getRemoteAddress() instanceof UnixDomainSocketAddress)) {
                return unseen();
            }
            for (int attempt = 0; attempt < MARKS_MAX; attempt++) {
                int mark = ThreadLocalRandom.current().nextInt(1, MARK_LIMIT);
                channel.setOption(StandardSocketOptions.SO_LINGER, mark);
                var found = lingering(mark);
                channel.setOption(StandardSocketOptions.SO_LINGER, -1);
                if (found.size() == 1) {
                    return found.getFirst();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return unseen();
    }

    private static List<Integer> lingering(int seconds) throws IOException {
        var found = new ArrayList<Integer>();
        try (var numbers = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (var entry : numbers) {
                int number = Integer.parseInt(String.valueOf(entry.getFileName()));
                if (SocketCalls.lingerSeconds(number) == seconds) {
                    found.add(number);
                }
            }
        }
        return found;
    }

    /** A descriptor of our own for the channel's open file. */
    static Descriptor duplicate(SelectableChannel channel) throws ClosedChannelException {
        if (!channel.isOpen()) {
            throw new ClosedChannelException();
        }
        Descriptor copy;
        try {
            copy = Descriptor.adopt(FileCalls.duplicate(number(channel), 0));
        } catch (PosixException e) {
            if (!channel.isOpen()) {
                throw new ClosedChannelException();
            }
            throw e;
        }
        if (!channel.isOpen()) {
            copy.close();
            throw new ClosedChannelException();
        }
        return copy;
    }

    private static @Nullable MethodHandle find() {
        try {
            var type = Class.forName("sun.nio.ch.SelChImpl");
            return MethodHandles.lookup().findVirtual(type, "getFDVal", MethodType.methodType(int.class));
        } catch (ReflectiveOperationException notExported) {
            return null;
        }
    }
}
