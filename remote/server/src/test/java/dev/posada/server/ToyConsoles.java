package dev.posada.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** Consoles with habits. */
final class ToyConsoles {
    private ToyConsoles() {}

    /** Says back what it is told. */
    static final class Echo implements ByteChannel {
        private final ByteBuffer held = ByteBuffer.allocate(4096);
        private boolean closed;

        @Override
        public synchronized int read(ByteBuffer into) throws IOException {
            awaitUntil(() -> held.position() > 0);
            held.flip();
            int count = Math.min(held.remaining(), into.remaining());
            into.put(held.slice(held.position(), count));
            held.position(held.position() + count).compact();
            notifyAll();
            return count;
        }

        @Override
        public synchronized int write(ByteBuffer from) throws IOException {
            awaitUntil(held::hasRemaining);
            int count = Math.min(held.remaining(), from.remaining());
            held.put(from.slice(from.position(), count));
            from.position(from.position() + count);
            notifyAll();
            return count;
        }

        private synchronized void awaitUntil(BooleanSupplier condition) throws IOException {
            try {
                while (!closed && !condition.getAsBoolean()) {
                    wait();
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            if (closed) {
                throw new AsynchronousCloseException();
            }
        }

        @Override
        public synchronized boolean isOpen() {
            return !closed;
        }

        @Override
        public synchronized void close() {
            closed = true;
            notifyAll();
        }
    }

    /** Prints without end and counts what was taken. */
    static final class Flood implements ByteChannel {
        final AtomicLong taken = new AtomicLong();
        private volatile boolean closed;

        @Override
        public int read(ByteBuffer into) throws IOException {
            if (closed) {
                throw new ClosedChannelException();
            }
            int count = into.remaining();
            while (into.hasRemaining()) {
                into.put((byte) 'x');
            }
            taken.addAndGet(count);
            return count;
        }

        @Override
        public int write(ByteBuffer from) {
            int count = from.remaining();
            from.position(from.limit());
            return count;
        }

        @Override
        public boolean isOpen() {
            return !closed;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /** Takes nothing and says nothing until it is closed. */
    static final class Deaf implements ByteChannel {
        private final CountDownLatch closed = new CountDownLatch(1);

        @Override
        public int read(ByteBuffer into) throws IOException {
            return awaitClose();
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            return awaitClose();
        }

        private int awaitClose() throws IOException {
            try {
                closed.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            throw new AsynchronousCloseException();
        }

        @Override
        public boolean isOpen() {
            return closed.getCount() > 0;
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    /** Says one thing and ends. */
    static final class Farewell implements ByteChannel {
        private boolean said;
        private volatile boolean closed;

        @Override
        public synchronized int read(ByteBuffer into) {
            if (said) {
                return -1;
            }
            said = true;
            into.put((byte) 'b').put((byte) 'y').put((byte) 'e');
            return 3;
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            throw new IOException("nobody is there any more");
        }

        @Override
        public boolean isOpen() {
            return !closed;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
