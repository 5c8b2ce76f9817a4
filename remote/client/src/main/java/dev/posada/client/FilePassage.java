package dev.posada.client;

import dev.posada.posix.Descriptor;
import dev.posada.posix.DescriptorPassing;
import dev.posada.posix.Poller;
import dev.posada.posix.PosixException;
import dev.posada.protocol.WireLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Open files on their way along a unix socket: each behind a message, with a byte of its own. */
final class FilePassage implements AutoCloseable {
    /** How long the far side may take to send what it announced, or to take what it is sent. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final SocketChannel channel;
    private final Poller poller = new Poller();
    private final DescriptorPassing passing = new DescriptorPassing(poller);

    FilePassage(SocketChannel channel) {
        this.channel = channel;
    }

    void send(List<Descriptor> files) throws IOException {
        try {
            for (var file : files) {
                passing.send(channel, ByteBuffer.wrap(new byte[1]), List.of(file), PATIENCE);
            }
        } catch (PosixException | UnsupportedOperationException e) {
            throw new IOException("file descriptors cannot be sent: " + e.getMessage(), e);
        }
    }

    List<Descriptor> receive(int count) throws IOException {
        if (count < 0 || count > WireLimits.MAX_DESCRIPTORS) {
            throw new IOException("the daemon announced " + Integer.toUnsignedString(count)
                    + " file descriptors; at most " + WireLimits.MAX_DESCRIPTORS + " travel with a message");
        }
        var files = new ArrayList<Descriptor>();
        try {
            while (files.size() < count) {
                var received = passing.receive(channel, ByteBuffer.allocate(1), 1, PATIENCE);
                if (received.descriptors().isEmpty()) {
                    throw new IOException("a file descriptor was announced and did not come");
                }
                files.addAll(received.descriptors());
            }
            return files;
        } catch (IOException e) {
            files.forEach(Descriptor::close);
            throw e;
        } catch (PosixException | UnsupportedOperationException e) {
            files.forEach(Descriptor::close);
            throw new IOException("file descriptors cannot be received: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        poller.close();
    }
}
