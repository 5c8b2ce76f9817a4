package dev.posada.client;

import dev.posada.posix.Descriptor;
import dev.posada.posix.DescriptorChannel;
import dev.posada.posix.Poller;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/** A socket the daemon handed over, with what it takes to wait for it. */
final class HandedChannel implements ByteChannel {
    private final Poller poller = new Poller();
    private final DescriptorChannel socket;

    /** Takes the descriptor over. */
    HandedChannel(Descriptor descriptor) {
        socket = new DescriptorChannel(descriptor, poller);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return socket.read(target);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return socket.write(source);
    }

    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        poller.close();
    }
}
