package dev.posada.image;

import dev.posada.image.Extent.State;
import dev.posada.image.ImageException.Kind;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Changes which image lies below another one, without a guest seeing any difference.
 *
 * <p>Killed at any moment, the top image shows what it showed before: what is copied is the same bytes, and a reference is only
 * changed, or content only dropped, when all copies are on the medium.
 */
public final class BackingChains {
    private static final int CHUNK_BYTES = 1 << 20;

    /** Differences are looked for in pieces of this size: what a file system stores at least. */
    private static final int PIECE_BYTES = 4096;

    private BackingChains() {}

    /**
     * Puts another image below a qcow2 image, or none. First everything is copied into the image in which the new image below differs
     * from the old one.
     *
     * @param path the image, whose chain must be one that can be opened
     * @param options how it is opened; its format is qcow2
     * @param backing the new reference as it is to be written, with its format
     * @throws ImageException what opening either chain throws; INVALID when the new chain contains the image itself
     */
    public static void rebase(Path path, OpenOptions options, Optional<BackingReference> backing, Progress progress) {
        var writing = new OpenOptions(options.format(), false, true, options.lock(), options.bounds());
        var below = backing.map(reference -> openBelow(path, reference, options));
        try (var disk = Images.open(path, writing)) {
            copyDifferences(disk, below, progress);
            disk.flush();
        } finally {
            below.ifPresent(Disk::close);
        }
        Qcow2Images.replaceBacking(path, options, backing);
    }

    private static Disk openBelow(Path path, BackingReference reference, OpenOptions options) {
        var file = Backing.resolve(reference.name(), path);
        var format = Backing.format(reference, path);
        for (var image : Images.describeChain(file, Optional.of(format), options.bounds())) {
            if (ImageFile.isSame(image.path(), path)) {
                throw new ImageException(Kind.INVALID, path + " cannot be based on itself, by way of " + file);
            }
        }
        return Images.open(file, new OpenOptions(Optional.of(format), true, true, options.lock(), options.bounds()));
    }

    private static void copyDifferences(Disk top, Optional<Disk> below, Progress progress) {
        var before = ByteBuffer.allocateDirect(CHUNK_BYTES);
        var after = ByteBuffer.allocateDirect(CHUNK_BYTES);
        long size = top.size();
        for (long at = 0; at < size; ) {
            progress.at(at, size);
            var extent = top.extent(at, size - at);
            long length = extent.length();
            if (extent.state() == State.ABSENT) {
                boolean zeroBefore = isZero(top.backing(), at, length);
                boolean zeroAfter = isZero(below, at, length);
                if (!zeroBefore || !zeroAfter) {
                    length = Math.min(length, CHUNK_BYTES);
                    read(top.backing(), at, before.clear().limit((int) length));
                    read(below, at, after.clear().limit((int) length));
                    copyPieces(top, at, before.flip(), after.flip());
                }
            }
            at += length;
        }
        progress.at(size, size);
    }

    /** Whether all of a range is known to read as zeroes. */
    private static boolean isZero(Optional<Disk> disk, long position, long length) {
        if (disk.isEmpty() || position >= disk.get().size()) {
            return true;
        }
        var found =
                ChainExtent.at(disk.get(), position, Math.min(length, disk.get().size() - position));
        return found.readsAsZero()
                && found.extent().length() >= Math.min(length, disk.get().size() - position);
    }

    private static void read(Optional<Disk> disk, long position, ByteBuffer target) {
        int limit = target.limit();
        if (disk.isPresent() && position < disk.get().size()) {
            target.limit((int) Math.min(limit, disk.get().size() - position));
            disk.get().read(position, target);
            target.limit(limit);
        }
        Zeroes.fill(target);
    }

    private static void copyPieces(Disk top, long position, ByteBuffer before, ByteBuffer after) {
        int length = before.limit();
        for (int at = 0; at < length; at += PIECE_BYTES) {
            int begin = at;
            while (at < length && differs(before, after, at)) {
                at += PIECE_BYTES;
            }
            int count = Math.min(at, length) - begin;
            if (count > 0) {
                if (Zeroes.only(before, begin, count)) {
                    top.writeZeroes(position + begin, count, true);
                } else {
                    top.write(position + begin, before.slice(begin, count));
                }
            }
        }
    }

    private static boolean differs(ByteBuffer before, ByteBuffer after, int at) {
        int count = Math.min(PIECE_BYTES, before.limit() - at);
        return before.slice(at, count).mismatch(after.slice(at, count)) >= 0;
    }

    /**
     * Writes what a qcow2 image has on top of another one of its chain into that one, which grows if it is smaller. A guest of either
     * image reads the same afterwards.
     *
     * @param path the image
     * @param options how it is opened; its format is qcow2
     * @param base the image of the chain that is written to; empty for the one directly below
     * @param keep whether the image keeps its content; otherwise it is emptied, if it was directly on top
     * @throws ImageException INVALID when there is nothing below, or the base is not in the chain; IN_USE when anybody else uses
     *     either of them
     */
    public static void commit(Path path, OpenOptions options, Optional<Path> base, boolean keep, Progress progress) {
        var chain = Images.describeChain(path, options.format(), options.bounds());
        int depth = depthOf(base, path, chain);
        var target = chain.get(depth);
        // The chain is read while its base is written, so the locks are taken by hand: on the top image, on the base
        // and, so that nobody changes them under us, on those between.
        var writing = new OpenOptions(Optional.of(target.format()), false, true, options.lock(), options.bounds());
        var reading = new OpenOptions(options.format(), true, true, false, options.bounds());
        try (var guard = ImageFile.open(path, true)) {
            if (options.lock()) {
                guard.lock(QemuLocks.Purpose.WRITE);
            }
            try (var _ = new Between(options.lock() ? chain.subList(1, depth) : List.of());
                    var below = Images.open(target.path(), writing);
                    var top = Images.open(path, reading)) {
                if (below.size() < top.size()) {
                    below.resize(top.size());
                }
                copyDown(top, depth, below, progress);
                below.flush();
            }
            if (!keep && depth == 1) {
                Qcow2Images.empty(path, options.withoutLock());
            }
        }
    }

    /** Images of a chain that nobody may change for a while. */
    private static final class Between implements AutoCloseable {
        private final List<ImageFile> held = new ArrayList<>();

        Between(List<ImageDescription> images) {
            try {
                for (var image : images) {
                    var file = ImageFile.open(image.path(), false);
                    held.add(file);
                    file.lock(QemuLocks.Purpose.READ);
                }
            } catch (ImageException e) {
                close();
                throw e;
            }
        }

        @Override
        public void close() {
            held.forEach(ImageFile::close);
        }
    }

    private static int depthOf(Optional<Path> base, Path path, List<ImageDescription> chain) {
        if (chain.size() < 2) {
            throw new ImageException(Kind.INVALID, path + " has no backing file to commit to");
        }
        if (base.isEmpty()) {
            return 1;
        }
        for (int depth = 1; depth < chain.size(); depth++) {
            if (ImageFile.isSame(chain.get(depth).path(), base.get())) {
                return depth;
            }
        }
        throw new ImageException(Kind.INVALID, base.get() + " is not in the backing chain of " + path);
    }

    private static void copyDown(Disk top, int depth, Disk below, Progress progress) {
        var bytes = ByteBuffer.allocateDirect(CHUNK_BYTES);
        long size = top.size();
        for (long at = 0; at < size; ) {
            progress.at(at, size);
            var found = ChainExtent.at(top, at, size - at);
            long length = found.extent().length();
            if (found.depth() < depth) {
                switch (found.extent().state()) {
                    case ABSENT -> {}
                    case ZERO -> below.writeZeroes(at, length, true);
                    case DATA -> {
                        length = Math.min(length, CHUNK_BYTES);
                        top.read(at, bytes.clear().limit((int) length));
                        below.write(at, bytes.flip());
                    }
                }
            }
            at += length;
        }
        progress.at(size, size);
    }
}
