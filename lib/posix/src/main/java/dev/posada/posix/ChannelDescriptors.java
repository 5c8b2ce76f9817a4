package dev.posada.posix;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import org.jspecify.annotations.Nullable;

/**
 * The descriptor behind a channel of the JDK, by {@code sun.nio.ch.SelChImpl.getFDVal()}. The package must be exported to
 * us at run time ({@code --add-exports=java.base/sun.nio.ch=ALL-UNNAMED}); code compiled against a release cannot name it.
 *
 * <p>A channel gives its number back when it is closed, and the JDK does not know of our use. Hence the rule: act on the
 * number first and ask {@link SelectableChannel#isOpen} afterwards. A channel is marked closed before its number is given
 * back, so if it is open now, the number was its own all the while.
 */
final class ChannelDescriptors {
    private static final @Nullable MethodHandle NUMBER = find();

    private ChannelDescriptors() {}

    /** The number; only good until the channel is closed, so mind the rule above. */
    static int number(SelectableChannel channel) {
        if (NUMBER == null) {
            throw new UnsupportedOperationException("cannot see the descriptors of channels; "
                    + "start Java with --add-exports=java.base/sun.nio.ch=ALL-UNNAMED");
        }
        try {
            return (int) NUMBER.invoke(channel);
        } catch (ClassCastException foreign) {
            throw new IllegalArgumentException("not a channel of the JDK: " + channel, foreign);
        } catch (Throwable impossible) {
            throw new AssertionError("getFDVal", impossible);
        }
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
