package dev.posada.engine;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32C;

/**
 * Makes changes of small files safe against a failing host before the files themselves are on the disk: what is to be
 * done is appended here first, to blocks the file system gave us long ago, which a disk takes in a tenth of the time of a
 * new file. The files are flushed later, all of a half together, in the background.
 *
 * <p>Two files, {@code .changes-0} and {@code .changes-1}, used in turn; each is {@link #HALF_BYTES} of blocks of {@link
 * #BLOCK_BYTES}. A record begins at a block, so that writing one never touches another:
 *
 * <pre>
 *   0  u32  magic
 *   4  u32  length of what follows the checksum, in bytes
 *   8  u32  CRC-32C of what follows
 *  12  u64  sequence, one more than that of the record before
 *  20  u64  time of the change, milliseconds since 1970
 *  28  u8   1 the file is put, 0 it is removed
 *  29  u16  length of its name, then the name and the content, UTF-8
 * </pre>
 *
 * A half is read from its beginning for as long as checksums hold and sequences are consecutive; the remains of an
 * earlier round end it. A half is written anew only when every file it speaks of has been flushed.
 *
 * <p>{@link #lock} guards the fields and the order of the records; it is held while a record is copied to the page cache,
 * not while the disk works. Flushes are shared as in {@link DurableDirectory}.
 */
final class ChangeLog implements AutoCloseable {
    static final int BLOCK_BYTES = 4096;
    static final int HALF_BYTES = 1024 * BLOCK_BYTES;

    /** Longer records go the slow way. */
    static final int RECORD_MAX = HALF_BYTES / 16;

    private static final System.Logger LOG = System.getLogger("posada.engine");
    private static final int MAGIC = 0x504f5331;
    private static final int HEAD_BYTES = 12;

    /** Sequence, time, kind and length of the name. */
    private static final int FIXED_BYTES = 19;

    private static final String NAME = ".changes-";

    /**
     * A change of one file.
     *
     * @param sequence its place among all changes
     * @param timeMillis when it was made
     * @param file the file's name in the folder
     * @param content what the file is to hold; nothing when it is to be gone
     */
    record Change(long sequence, long timeMillis, String file, Optional<String> content) {}

    private final DurableDirectory folder;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition settled = lock.newCondition();
    private final List<Half> halves;
    private Half active;
    private long sequence;
    private boolean closed;
    private boolean settling;
    private Optional<Thread> settler = Optional.empty();

    /** One of the two files; everything is guarded by the lock, but the channel by the half itself. */
    private static final class Half {
        private final Path path;
        private final Set<String> files = new HashSet<>();
        private final SharedFlush flush = new SharedFlush(() -> use(channel -> channel.force(false)));
        private Optional<FileChannel> channel = Optional.empty();
        private int position;
        private boolean busy;

        Half(Path path) {
            this.path = path;
        }

        synchronized FileChannel channel() {
            return channel.orElseThrow();
        }

        /** Whether there was no file yet, and now there is one. */
        synchronized boolean allocate() throws IOException {
            if (channel.isPresent()) {
                return false;
            }
            channel = Optional.of(ChangeLog.allocate(path));
            return true;
        }

        synchronized boolean allocated() {
            return channel.isPresent();
        }

        synchronized void close() throws IOException {
            if (channel.isPresent()) {
                channel.get().close();
            }
        }

        /** Opens the file again if this channel to it is still the one in use. */
        private synchronized void reopen(FileChannel broken) throws IOException {
            if (channel().equals(broken)) {
                channel = Optional.of(FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE));
            }
        }

        /**
         * Does something with the file. A channel closes when a thread that uses it is interrupted; the log is everybody's,
         * so that must not be the end of it.
         */
        void use(Use act) throws IOException {
            boolean interrupted = Thread.interrupted();
            var now = channel();
            try {
                act.with(now);
            } catch (ClosedChannelException _) {
                interrupted |= Thread.interrupted();
                reopen(now);
                act.with(channel());
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** Something done with a file. */
    private interface Use {
        void with(FileChannel channel) throws IOException;
    }

    ChangeLog(DurableDirectory folder) {
        this.folder = folder;
        this.halves = List.of(new Half(folder.file(NAME + 0)), new Half(folder.file(NAME + 1)));
        this.active = halves.getFirst();
    }

    /** All changes that the log still knows, oldest first. */
    List<Change> read() {
        var changes = new ArrayList<Change>();
        for (var half : halves) {
            changes.addAll(read(half.path));
        }
        changes.sort(Comparator.comparingLong(Change::sequence));
        lock.lock();
        try {
            sequence = changes.isEmpty() ? sequence : changes.getLast().sequence();
        } finally {
            lock.unlock();
        }
        return changes;
    }

    /**
     * The files are as the log says: it begins anew when they are on the disk, which nobody waits for. Until then it takes
     * no changes.
     */
    void settle(Set<String> files) {
        var all = Set.copyOf(files);
        lock.lock();
        try {
            settling = true;
            settler = Optional.of(Thread.ofVirtual().name("change-log").start(() -> settleNow(all)));
        } finally {
            lock.unlock();
        }
    }

    private void settleNow(Set<String> files) {
        if (flushFiles(files) && clear()) {
            lock.lock();
            try {
                settling = false;
                settled.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Waits until the log takes changes again. */
    void awaitSettled() {
        lock.lock();
        try {
            while (settling) {
                settled.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean clear() {
        try {
            for (var half : halves) {
                Files.deleteIfExists(half.path);
            }
            return true;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot clear the log of changes: " + e.getMessage());
            return false;
        }
    }

    /**
     * Appends a change; it is on the disk when this returns true. The caller changes the file then, and need not flush it.
     *
     * @return false when the log cannot take the change: it must be flushed by whoever makes it
     */
    boolean append(String file, Optional<String> content) throws IOException {
        var half = write(file, content);
        if (half.isPresent()) {
            half.get().flush.flush();
        }
        return half.isPresent();
    }

    /** Writes a record to the active half, which is the answer; nothing when there is no room. */
    private Optional<Half> write(String file, Optional<String> content) throws IOException {
        var name = file.getBytes(StandardCharsets.UTF_8);
        var bytes = content.orElse("").getBytes(StandardCharsets.UTF_8);
        if (HEAD_BYTES + FIXED_BYTES + name.length + bytes.length > RECORD_MAX) {
            return Optional.empty();
        }
        lock.lock();
        try {
            int blocks = Math.ceilDiv(HEAD_BYTES + FIXED_BYTES + name.length + bytes.length, BLOCK_BYTES);
            if (closed || settling || !ready(blocks * BLOCK_BYTES)) {
                return Optional.empty();
            }
            var half = active;
            var record = record(++sequence, name, content.isPresent(), bytes, blocks * BLOCK_BYTES);
            int position = half.position;
            half.use(channel -> writeAt(channel, record.clear(), position));
            half.position += blocks * BLOCK_BYTES;
            half.files.add(file);
            return Optional.of(half);
        } finally {
            lock.unlock();
        }
    }

    /** Whether the active half has room, after a change of halves if need be. */
    private boolean ready(int bytes) throws IOException {
        if (active.position + bytes > HALF_BYTES) {
            var other = active == halves.getFirst() ? halves.getLast() : halves.getFirst();
            if (other.busy) {
                return false;
            }
            retire(active);
            other.position = 0;
            active = other;
        }
        if (active.allocate()) {
            folder.flush();
        }
        return true;
    }

    /** Flushes the files a half speaks of, so that it can be written anew. */
    private void retire(Half half) {
        half.busy = true;
        var files = Set.copyOf(half.files);
        Thread.ofVirtual().name("change-log").start(() -> {
            boolean done = flushFiles(files);
            lock.lock();
            try {
                if (done) {
                    half.files.clear();
                    half.busy = false;
                }
            } finally {
                lock.unlock();
            }
        });
    }

    private boolean flushFiles(Set<String> files) {
        try {
            for (var file : files) {
                folder.flush(file);
            }
            folder.flush();
            return true;
        } catch (IOException e) {
            // The half stays as it is, and changes go the slow way once the other one is full.
            LOG.log(System.Logger.Level.WARNING, "cannot flush changed definitions: " + e.getMessage());
            return false;
        }
    }

    /** Flushes what the log speaks of and forgets it; nothing is done behind the back of who opens it next. */
    @Override
    public void close() {
        awaitSettler();
        Set<String> files = new HashSet<>();
        lock.lock();
        try {
            boolean unused = halves.stream().noneMatch(Half::allocated);
            if (closed || unused) {
                closed = true; // what an earlier daemon left is not ours to clear
                return;
            }
            closed = true;
            halves.forEach(half -> files.addAll(half.files));
        } finally {
            lock.unlock();
        }
        boolean done = flushFiles(files);
        try {
            for (var half : halves) {
                half.close();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot close the log of changes: " + e.getMessage());
        }
        if (done) {
            clear();
        }
    }

    private void awaitSettler() {
        Optional<Thread> thread;
        lock.lock();
        try {
            thread = settler;
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (thread.isPresent() && thread.get().isAlive()) {
            try {
                thread.get().join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static ByteBuffer record(long sequence, byte[] name, boolean put, byte[] content, int size) {
        var record = ByteBuffer.allocate(size);
        record.putInt(MAGIC).putInt(FIXED_BYTES + name.length + content.length).putInt(0);
        record.putLong(sequence).putLong(System.currentTimeMillis()).put((byte) (put ? 1 : 0));
        record.putShort((short) name.length).put(name).put(content);
        record.putInt(8, checksum(record.array(), record.position() - HEAD_BYTES));
        return record.clear();
    }

    private static int checksum(byte[] record, int length) {
        var checksum = new CRC32C();
        checksum.update(record, HEAD_BYTES, length);
        return (int) checksum.getValue();
    }

    private static void writeAt(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }

    /** A file whose blocks are all there and written, so that later writes change no metadata. */
    private static FileChannel allocate(Path path) throws IOException {
        var options = Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        var channel = FileChannel.open(
                path, options, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            // In pieces: what is given to the kernel at once is copied to native memory, which is kept.
            var zeroes = ByteBuffer.allocate(16 * BLOCK_BYTES);
            for (int position = 0; position < HALF_BYTES; position += zeroes.capacity()) {
                writeAt(channel, zeroes.clear(), position);
            }
            channel.force(true);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static List<Change> read(Path path) {
        var changes = new ArrayList<Change>();
        try {
            if (!Files.isRegularFile(path) || Files.size(path) != HALF_BYTES) {
                return changes;
            }
            var bytes = Files.readAllBytes(path);
            int position = 0;
            while (position < HALF_BYTES) {
                var next = changeAt(bytes, position);
                if (next.isEmpty()
                        || (!changes.isEmpty()
                                && next.get().sequence() != changes.getLast().sequence() + 1)) {
                    break;
                }
                changes.add(next.get());
                int length = ByteBuffer.wrap(bytes).getInt(position + 4);
                position += Math.ceilDiv(HEAD_BYTES + length, BLOCK_BYTES) * BLOCK_BYTES;
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, "cannot read " + path + ": " + e.getMessage());
        }
        return changes;
    }

    private static Optional<Change> changeAt(byte[] bytes, int position) {
        try {
            var head = ByteBuffer.wrap(bytes, position, bytes.length - position);
            int magic = head.getInt();
            int length = head.getInt();
            int expected = head.getInt();
            if (magic != MAGIC || length < FIXED_BYTES || length > RECORD_MAX || length > head.remaining()) {
                return Optional.empty();
            }
            var checksum = new CRC32C();
            checksum.update(bytes, head.position(), length);
            if ((int) checksum.getValue() != expected) {
                return Optional.empty();
            }
            var body = head.slice(head.position(), length);
            long sequence = body.getLong();
            long time = body.getLong();
            boolean put = body.get() == 1;
            var name = new byte[Short.toUnsignedInt(body.getShort())];
            body.get(name);
            var content = new byte[body.remaining()];
            body.get(content);
            return Optional.of(new Change(
                    sequence,
                    time,
                    new String(name, StandardCharsets.UTF_8),
                    put ? Optional.of(new String(content, StandardCharsets.UTF_8)) : Optional.empty()));
        } catch (BufferUnderflowException e) {
            return Optional.empty();
        }
    }
}
