package dev.posada.image;

import dev.posada.image.ChunkWalk.Chunk;
import dev.posada.image.ImageException.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Copies one disk to another by several threads.
 *
 * <p>Each thread takes a workbench and the next chunk, reads it, looks for zeroes and compresses, all of that at the same time as the
 * others. What is ready is laid aside until all before it is written; whoever lays down the next one in order writes it and all that
 * is ready behind it. So the target is written in order and by one thread at a time, and nobody waits while there is a bench free;
 * to hand over turn by turn would cost a switch of threads for each chunk. A raw target, whose places do not depend on each other, is
 * written at once.
 *
 * <p>{@code reading} guards the walk, and the source too if that does not bear several readers. {@code order} guards the
 * benches, what is ready, the number of the chunk that is next, and the first failure. No thread takes one while it holds the other.
 */
final class Conversion {
    /** Large enough that calls cost little, small enough that a chunk stays in the processor's cache until written. */
    private static final int CHUNK_BYTES = 1 << 20;

    /** Larger clusters are written in parts, or sparse data would fill them with zeroes. */
    private static final int CLUSTER_BYTES_TO_FILL = 64 << 10;

    /** What is given up at once when it cannot be read. */
    private static final int SECTOR_BYTES = 512;

    /** One in work, one being written, one ready: more would only use memory. */
    private static final int BENCHES_PER_THREAD = 3;

    private final Disk source;
    private final Disk target;
    private final ConvertRequest request;
    private final boolean zeroed;
    private final Progress progress;
    private final Optional<CompressingDisk> compressing;
    private final int unitBytes;
    private final int chunkBytes;
    private final ChunkWalk walk;
    private final boolean readsInParallel;
    private final boolean writesInOrder;

    private final ReentrantLock reading = new ReentrantLock();
    private final ReentrantLock order = new ReentrantLock();
    private final Condition freed = order.newCondition();
    private final ArrayDeque<Workbench> free = new ArrayDeque<>();
    private final List<Workbench> made = new ArrayList<>();
    private final Map<Long, Workbench> ready = new HashMap<>();
    private int begun;
    private boolean writing;
    private long next;
    private long done;
    private @Nullable Throwable failure;

    /**
     * @param zeroed whether the target reads as zeroes now, where it does not show its backing image
     */
    Conversion(Disk source, Disk target, ConvertRequest request, boolean zeroed, Progress progress) {
        this.source = source;
        this.target = target;
        this.request = request;
        this.progress = progress;
        this.compressing = request.compress() ? Optional.of(compressing(target)) : Optional.empty();
        boolean overlay = request.target().backing().isPresent();
        this.zeroed = zeroed && !overlay;
        this.unitBytes = unit();
        this.chunkBytes = Math.max(CHUNK_BYTES, unitBytes);
        this.walk = new ChunkWalk(source, overlay, request.sparseBytes() == 0, unitBytes, chunkBytes);
        this.readsInParallel = bearsReaders(source);
        this.writesInOrder = !(target instanceof RawDisk);
    }

    private static CompressingDisk compressing(Disk target) {
        if (target instanceof CompressingDisk disk) {
            return disk;
        }
        throw new ImageException(
                Kind.UNSUPPORTED, "an image of the format " + target.format() + " cannot be compressed");
    }

    private static boolean bearsReaders(Disk disk) {
        return disk.readsInParallel()
                && disk.backing().map(Conversion::bearsReaders).orElse(true);
    }

    /** What is written as one, and left out as one if it is zeroes: a cluster, so that none is written in parts. */
    private int unit() {
        int sparse = Math.max(512, Integer.highestOneBit(request.sparseBytes()));
        if (compressing.isPresent()) {
            return compressing.get().clusterBytes();
        }
        return target instanceof CompressingDisk clusters
                ? Math.max(sparse, Math.min(clusters.clusterBytes(), CLUSTER_BYTES_TO_FILL))
                : sparse;
    }

    /** Copies all; the target is not flushed. */
    void run() {
        if (target.size() < source.size()) {
            throw new ImageException(
                    Kind.INVALID,
                    target.path() + " has " + target.size() + " bytes, too few for the " + source.size() + " of "
                            + source.path());
        }
        progress.at(0, source.size());
        try (var threads = Executors.newFixedThreadPool(request.threads())) {
            var workers = new ArrayList<Future<?>>();
            for (int i = 0; i < request.threads(); i++) {
                workers.add(threads.submit(this::work));
            }
            await(workers);
        } finally {
            made.forEach(Workbench::close);
        }
        rethrow();
        if (!zeroed && request.target().backing().isEmpty() && target.size() > source.size()) {
            target.writeZeroes(source.size(), target.size() - source.size(), true);
        }
        progress.at(source.size(), source.size());
    }

    private void await(List<Future<?>> workers) {
        for (var worker : workers) {
            try {
                worker.get();
            } catch (ExecutionException impossible) {
                fail(impossible.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                fail(new ImageException(Kind.FAILED, "the copy to " + target.path() + " was interrupted", e));
            }
        }
    }

    private void rethrow() {
        order.lock();
        try {
            // Not a switch over types: the JVM makes a class for its first use, for every copy there is.
            if (failure instanceof RuntimeException e) {
                throw e;
            }
            if (failure instanceof Error e) {
                throw e;
            }
            if (failure != null) {
                throw new ImageException(Kind.FAILED, "the copy failed: " + failure.getMessage(), failure);
            }
        } finally {
            order.unlock();
        }
    }

    private void fail(@Nullable Throwable cause) {
        order.lock();
        try {
            if (failure == null) {
                failure = cause;
            }
            freed.signalAll();
        } finally {
            order.unlock();
        }
    }

    private void work() {
        try {
            for (var bench = takeBench(); bench.isPresent(); bench = takeBench()) {
                if (!load(bench.get())) {
                    giveBack(bench.get());
                    return;
                }
                bench.get().prepare();
                if (writesInOrder) {
                    layAside(bench.get());
                } else {
                    bench.get().write();
                    written(bench.get());
                }
            }
        } catch (Throwable e) {
            fail(e);
        }
    }

    /** A free bench, or a new one while there may be more; empty when the copy has failed. */
    private Optional<Workbench> takeBench() {
        order.lock();
        try {
            while (free.isEmpty() && failure == null && begun == request.threads() * BENCHES_PER_THREAD) {
                freed.awaitUninterruptibly();
            }
            if (failure != null) {
                return Optional.empty();
            }
            if (!free.isEmpty()) {
                return Optional.of(free.removeFirst());
            }
            begun++;
        } finally {
            order.unlock();
        }
        // To have a bench's memory made takes as long as to copy a chunk: the others go on meanwhile.
        var bench = new Workbench();
        order.lock();
        try {
            made.add(bench);
        } finally {
            order.unlock();
        }
        return Optional.of(bench);
    }

    private void giveBack(Workbench bench) {
        order.lock();
        try {
            free.addFirst(bench);
            freed.signal();
        } finally {
            order.unlock();
        }
    }

    /** Puts the next chunk on a bench, read already if it is data; false when there is none. */
    private boolean load(Workbench bench) {
        reading.lock();
        try {
            var chunk = walk.next();
            if (chunk.isEmpty()) {
                return false;
            }
            bench.chunk = chunk.get();
            if (!readsInParallel) {
                bench.read();
            }
        } finally {
            reading.unlock();
        }
        if (readsInParallel) {
            bench.read();
        }
        return true;
    }

    /** Writes what is next in order, if nobody else does. */
    private void layAside(Workbench bench) {
        order.lock();
        try {
            ready.put(bench.chunk.number(), bench);
            if (writing) {
                return;
            }
            writing = true;
        } finally {
            order.unlock();
        }
        for (var first = takeReady(); first.isPresent(); first = takeReady()) {
            first.get().write();
            written(first.get());
        }
    }

    /** The chunk that is next in order; empty when it is not ready, and then somebody else goes on. */
    private Optional<Workbench> takeReady() {
        order.lock();
        try {
            var first = failure == null ? Optional.ofNullable(ready.remove(next)) : Optional.<Workbench>empty();
            if (first.isEmpty()) {
                writing = false;
            } else {
                next++;
            }
            return first;
        } finally {
            order.unlock();
        }
    }

    private void written(Workbench bench) {
        order.lock();
        try {
            done = Math.max(done, bench.chunk.end());
            progress.at(done, source.size());
            free.addFirst(bench);
            freed.signal();
        } finally {
            order.unlock();
        }
    }

    /** The buffers for one chunk; one thread at a time has it. */
    private final class Workbench implements AutoCloseable {
        private final ByteBuffer bytes = ByteBuffer.allocateDirect(chunkBytes);
        private final Optional<ClusterCodec> codec = compressing.map(disk -> ClusterCodec.of(disk.compression()));
        private final ByteBuffer compressed =
                ByteBuffer.allocateDirect(codec.map(some -> room(some)).orElse(0));
        private final int[] compressedBytes = new int[chunkBytes / unitBytes];
        private Chunk chunk = new Chunk(0, 0, 0, false);

        private int room(ClusterCodec some) {
            return some.compressedBytesMax(unitBytes) * (chunkBytes / unitBytes);
        }

        void read() {
            if (chunk.data()) {
                try {
                    source.read(chunk.position(), bytes.clear().limit((int) chunk.length()));
                } catch (ImageException e) {
                    salvage(e);
                }
            }
        }

        /** Reads sector by sector; those that cannot be read become zeroes. */
        private void salvage(ImageException cause) {
            var listener = request.salvage().orElseThrow(() -> cause);
            int length = (int) chunk.length();
            for (int at = 0; at < length; at += SECTOR_BYTES) {
                int end = Math.min(length, at + SECTOR_BYTES);
                try {
                    source.read(chunk.position() + at, bytes.limit(end).position(at));
                } catch (ImageException e) {
                    Zeroes.fill(bytes.limit(end).position(at));
                    listener.at(chunk.position() + at, end - at, e);
                }
            }
        }

        /** Compresses what was read, each cluster by itself; zero clusters are left out. */
        void prepare() {
            if (codec.isEmpty() || !chunk.data()) {
                return;
            }
            compressed.clear();
            int length = (int) chunk.length();
            for (int at = 0; at < length; at += unitBytes) {
                int count = Math.min(unitBytes, length - at);
                if (isZero(at, count)) {
                    compressedBytes[at / unitBytes] = 0;
                    continue;
                }
                if (count < unitBytes) {
                    // The disk ends within the cluster, which is stored whole.
                    Zeroes.fill(bytes.limit(at + unitBytes).position(at + count));
                }
                int before = compressed.position();
                codec.get().compress(bytes.limit(at + unitBytes).position(at), compressed);
                compressedBytes[at / unitBytes] = compressed.position() - before;
            }
            compressed.flip();
        }

        private boolean isZero(int offset, int length) {
            return request.sparseBytes() > 0 && Zeroes.only(bytes.clear(), offset, length);
        }

        void write() {
            if (!chunk.data()) {
                zeroes(chunk.position(), chunk.length());
            } else if (codec.isPresent()) {
                writeCompressed();
            } else {
                writePlain();
            }
        }

        /** Writes runs of units that are all zeroes or all not. */
        private void writePlain() {
            int length = (int) chunk.length();
            for (int at = 0; at < length; ) {
                int begin = at;
                boolean zero = isZero(at, Math.min(unitBytes, length - at));
                do {
                    at = Math.min(length, at + unitBytes);
                } while (at < length && isZero(at, Math.min(unitBytes, length - at)) == zero);
                if (zero) {
                    zeroes(chunk.position() + begin, at - begin);
                } else {
                    target.write(chunk.position() + begin, bytes.limit(at).position(begin));
                }
            }
        }

        private void writeCompressed() {
            var disk = compressing.orElseThrow();
            int from = 0;
            for (int at = 0; at < chunk.length(); at += unitBytes) {
                int count = (int) Math.min(unitBytes, chunk.length() - at);
                int size = compressedBytes[at / unitBytes];
                if (size == 0) {
                    zeroes(chunk.position() + at, count);
                } else if (size < unitBytes) {
                    disk.writeCompressed(
                            chunk.position() + at, compressed.limit(from + size).position(from));
                } else {
                    disk.write(chunk.position() + at, bytes.limit(at + count).position(at));
                }
                from += size;
            }
        }

        private void zeroes(long position, long length) {
            if (!zeroed) {
                target.writeZeroes(position, length, true);
            }
        }

        @Override
        public void close() {
            codec.ifPresent(ClusterCodec::close);
        }
    }
}
