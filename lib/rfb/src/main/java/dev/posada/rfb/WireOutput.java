package dev.posada.rfb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** Writes whole messages to a server: any number of threads, one message at a time. */
final class WireOutput {
    private final WritableByteChannel channel;
    private final ReentrantLock lock = new ReentrantLock();
    private byte[] message = new byte[64];
    private int length;

    WireOutput(WritableByteChannel channel) {
        this.channel = channel;
    }

    /** Sends what {@code content} writes; blocks while the connection is full. */
    void send(Consumer<WireOutput> content) {
        lock.lock();
        try {
            length = 0;
            content.accept(this);
            var buffer = ByteBuffer.wrap(message, 0, length);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (IOException e) {
            throw RfbException.broken(e);
        } finally {
            lock.unlock();
        }
    }

    WireOutput u8(int value) {
        if (length == message.length) {
            message = Arrays.copyOf(message, length * 2);
        }
        message[length++] = (byte) value;
        return this;
    }

    WireOutput u16(int value) {
        return u8(value >> 8).u8(value);
    }

    WireOutput s32(int value) {
        return u16(value >> 16).u16(value);
    }

    WireOutput padding(int count) {
        for (int i = 0; i < count; i++) {
            u8(0);
        }
        return this;
    }

    WireOutput bytes(byte[] bytes) {
        for (byte b : bytes) {
            u8(b);
        }
        return this;
    }
}
