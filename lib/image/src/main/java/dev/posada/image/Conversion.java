package dev.posada.image;

import dev.posada.image.ChunkWalk.Chunk;
import dev.posada.image.ImageException.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
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
 * <p>Each thread takes the next chunk, reads it, looks for zeroes and compresses, all of that at the same time as the others; then it
 * waits for its turn and writes. So the target is written in order and by one thread at a time, while the next chunks are made
 * ready; a raw target, whose places do not depend on each other, is written without turns. {@code reading} guards the walk, and the
 * source too if that does not bear several readers. {@code turns} guards the number of the chunk that may be written, the progress and
 * the first failure. No thread takes one while it holds the other.
 */
final class Conversion {
    /** Large enough that calls cost little, small enough that a chunk stays in the processor's cache until written. */
    private static final int CHUNK_BYTES = 1 << 20;

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
    private final ReentrantLock turns = new ReentrantLock();
    private final Condition turned = turns.newCondition();
    private long turn;
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

    /** Larger clusters are written in parts, or sparse data would fill them with zeroes. */
    private static final int CLUSTER_BYTES_TO_FILL = 64 << 10;

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
        turns.lock();
        try {
            switch (failure) {
                case null -> {}
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case Throwable e -> throw new ImageException(Kind.FAILED, "the copy failed: " + e.getMessage(), e);
            }
        } finally {
            turns.unlock();
        }
    }

    private void fail(@Nullable Throwable cause) {
        turns.lock();
        try {
            if (failure == null) {
                failure = cause;
            }
            turned.signalAll();
        } finally {
            turns.unlock();
        }
    }

    private boolean failed() {
        turns.lock();
        try {
            return failure != null;
        } finally {
            turns.unlock();
        }
    }

    private void work() {
        // A chunk is shorter than 2 GiB, and so is a buffer.
        try (var bench = new Workbench()) {
            while (!failed()) {
                var chunk = take(bench.bytes);
                if (chunk.isEmpty()) {
                    return;
                }
                if (chunk.get().data()) {
                    bench.prepare(chunk.get());
                }
                if (writesInOrder) {
                    inTurn(chunk.get(), bench);
                } else {
                    bench.write(chunk.get());
                    advance(chunk.get());
                }
            }
        } catch (Throwable e) {
            fail(e);
        }
    }

    /** The next chunk, read already if it is data. */
    private Optional<Chunk> take(ByteBuffer bytes) {
        Optional<Chunk> chunk;
        reading.lock();
        try {
            chunk = walk.next();
            if (!readsInParallel) {
                chunk.ifPresent(some -> read(some, bytes));
            }
        } finally {
            reading.unlock();
        }
        if (readsInParallel) {
            chunk.ifPresent(some -> read(some, bytes));
        }
        return chunk;
    }

    private void read(Chunk chunk, ByteBuffer bytes) {
        if (chunk.data()) {
            source.read(chunk.position(), bytes.clear().limit((int) chunk.length()));
            bytes.flip();
        }
    }

    private void inTurn(Chunk chunk, Workbench bench) {
        turns.lock();
        try {
            while (turn != chunk.number() && failure == null) {
                turned.awaitUninterruptibly();
            }
            if (failure != null) {
                return;
            }
        } finally {
            turns.unlock();
        }
        // The turn is ours until it is passed on, so nobody else writes.
        bench.write(chunk);
        advance(chunk);
    }

    private void advance(Chunk chunk) {
        turns.lock();
        try {
            turn++;
            done = Math.max(done, chunk.end());
            progress.at(done, source.size());
            turned.signalAll();
        } finally {
            turns.unlock();
        }
    }

    /** The buffers of one thread. */
    private final class Workbench implements AutoCloseable {
        private final ByteBuffer bytes = ByteBuffer.allocateDirect(chunkBytes);
        private final Optional<ClusterCodec> codec = compressing.map(disk -> ClusterCodec.of(disk.compression()));
        private final ByteBuffer compressed =
                ByteBuffer.allocateDirect(codec.map(some -> room(some)).orElse(0));
        private final int[] compressedBytes = new int[chunkBytes / unitBytes];

        private int room(ClusterCodec some) {
            return some.compressedBytesMax(unitBytes) * (chunkBytes / unitBytes);
        }

        /** Compresses what was read, each cluster by itself; zero clusters are left out. */
        void prepare(Chunk chunk) {
            if (codec.isEmpty()) {
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

        void write(Chunk chunk) {
            if (!chunk.data()) {
                zeroes(chunk.position(), chunk.length());
            } else if (codec.isPresent()) {
                writeCompressed(chunk);
            } else {
                writePlain(chunk);
            }
        }

        /** Writes runs of units that are all zeroes or all not. */
        private void writePlain(Chunk chunk) {
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

        private void writeCompressed(Chunk chunk) {
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
