package dev.posada.clone;

import dev.posada.client.Connection;
import dev.posada.client.ConnectionOptions;
import dev.posada.client.DataStream;
import dev.posada.client.Domain;
import dev.posada.client.Flag;
import dev.posada.client.StoragePool;
import dev.posada.client.StorageVolume;
import dev.posada.model.Element;
import dev.posada.model.PosadaException;
import dev.posada.terminal.Cancellation;
import dev.posada.terminal.Meter;
import dev.posada.xml.Documents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Makes a clone. Each step registers how it is undone; when one fails, or the user has had enough, what was made is
 * removed again, the last first.
 */
final class Duplication {
    private static final long LOOK_MILLIS = 300;
    private static final int LOCAL_BLOCK_BYTES = 1 << 20;
    private static final int STREAM_BLOCK_BYTES = 256 * 1024;
    private static final int HOLE_BYTES = 4096;

    private final Connection connection;
    private final Notices notices;
    private final Optional<Meter> meter;
    private final Cancellation cancellation;
    private final Deque<Runnable> undo = new ArrayDeque<>();

    /**
     * A duplication that has not begun.
     *
     * @param madeBefore pools that were made to look around, and go with what fails
     */
    Duplication(Connection connection, Notices notices, Optional<Meter> meter, List<StoragePool> madeBefore) {
        this.connection = connection;
        this.notices = notices;
        this.meter = meter;
        this.cancellation = notices.console().cancellation();
        for (var pool : madeBefore) {
            undo.push(() -> {
                pool.destroy();
                pool.undefine();
            });
        }
    }

    /**
     * Does it.
     *
     * @param replace whether a domain of the clone's name gives way
     * @param stillSafe whether the original has kept still; asked when all is copied
     */
    void run(Element clone, List<CopyTarget> copies, boolean replace, Supplier<Boolean> stillSafe) {
        try {
            if (replace) {
                remove(clone.childText("name").orElse(""));
            }
            // Defined first: what is wrong with the document is told before gigabytes are copied.
            var domain = connection.define(Documents.format(clone));
            undo.push(domain::undefine);
            for (var copy : copies) {
                cancellation.check();
                make(copy);
            }
            if (!stillSafe.get()) {
                throw new CloneException("The original was resumed while it was copied; its copies were removed.");
            }
        } catch (CloneException | PosadaException | CancellationException e) {
            undoAll();
            throw e;
        }
    }

    private void undoAll() {
        while (!undo.isEmpty()) {
            try {
                undo.pop().run();
            } catch (PosadaException left) {
                notices.debug("left behind: " + left.getMessage());
            }
        }
    }

    private void remove(String name) {
        var old = connection.domainByName(name);
        if (old.isEmpty()) {
            return;
        }
        try {
            var document = old.get().xml(Flag.Xml.SECURE, Flag.Xml.INACTIVE);
            if (old.get().isActive()) {
                old.get().destroy();
            }
            if (isDefined(old.get())) {
                old.get().undefine();
                undo.push(() -> connection.define(document));
            }
        } catch (PosadaException e) {
            throw new CloneException("Could not remove old vm '" + name + "': " + e.getMessage(), e);
        }
    }

    /** A transient domain is gone once it has ended. */
    private static boolean isDefined(Domain domain) {
        return domain.connection().domainByUuid(domain.uuid()).isPresent();
    }

    private void make(CopyTarget target) {
        switch (target) {
            case CopyTarget.Existing kept -> notices.debug("kept as it is: " + kept.path());
            case CopyTarget.CopiedVolume copy -> {
                var wanted = new ArrayList<Flag.VolumeCreate>();
                if (copy.reflink()) {
                    wanted.add(Flag.VolumeCreate.REFLINK);
                }
                if (copy.preallocate()) {
                    wanted.add(Flag.VolumeCreate.METADATA);
                }
                var flags = wanted.toArray(Flag.VolumeCreate[]::new);
                makeVolume(
                        copy.pool(),
                        copy.volume(),
                        copy.capacityBytes(),
                        xml -> copy.pool().createVolume(xml, copy.from(), flags));
            }
            case CopyTarget.SameFile copy -> copyFile(copy);
            case CopyTarget.Overlay overlay ->
                makeVolume(
                        overlay.pool(),
                        overlay.volume(),
                        overlay.capacityBytes(),
                        xml -> overlay.pool().createVolume(xml));
            case CopyTarget.LocalCopy copy -> copyHere(copy);
        }
    }

    @FunctionalInterface
    private interface VolumeCall {
        StorageVolume make(String xml);
    }

    private void makeVolume(StoragePool pool, Element document, long capacityBytes, VolumeCall call) {
        var name = document.childText("name").orElse("");
        meter.ifPresent(shown -> shown.start("Allocating '" + name + "'", capacityBytes));
        var making = new FutureTask<>(() -> call.make(Documents.format(document)));
        Thread.ofVirtual().name("virt-clone-volume").start(making);
        try {
            var volume = await(making, pool, name);
            undo.push(volume::delete);
            meter.ifPresent(shown -> shown.end(capacityBytes));
        } catch (PosadaException e) {
            throw new CloneException("Couldn't create storage volume '" + name + "': '" + e.getMessage() + "'", e);
        }
    }

    /** Through two connections, so that what arrives never waits for what is sent. */
    private void copyFile(CopyTarget.SameFile copy) {
        var name = copy.volume().childText("name").orElse("");
        meter.ifPresent(shown -> shown.start("Allocating '" + name + "'", copy.sizeBytes()));
        try (var other = Connection.open(connection.uri(), ConnectionOptions.DEFAULT)) {
            var volume = copy.pool().createVolume(Documents.format(copy.volume()));
            undo.push(volume::delete);
            var there = other.storage()
                    .volumeByPath(copy.path())
                    .orElseThrow(() -> new CloneException("Volume '" + name + "' went away while it was filled."));
            try (var source = copy.from().download(0, 0, Flag.Transfer.SPARSE);
                    var target = there.upload(0, 0, Flag.Transfer.SPARSE)) {
                pump(source, target);
                source.finish();
                target.finish();
            }
            // Only now is there an image whose format can be seen.
            copy.pool().refresh();
            meter.ifPresent(shown -> shown.end(copy.sizeBytes()));
        } catch (PosadaException e) {
            throw new CloneException("Couldn't create storage volume '" + name + "': '" + e.getMessage() + "'", e);
        }
    }

    private void pump(DataStream source, DataStream target) {
        var block = ByteBuffer.allocate(STREAM_BLOCK_BYTES);
        long done = 0;
        while (true) {
            cancellation.check();
            long hole = source.skipHole();
            if (hole > 0) {
                target.writeHole(hole);
            }
            int length = source.read(block);
            if (length < 0) {
                return;
            }
            target.write(block.flip());
            block.clear();
            done += hole + length;
            long now = done;
            meter.ifPresent(shown -> shown.update(now));
        }
    }

    /** The daemon answers when all is copied; meanwhile the volume itself tells how far it is. */
    private StorageVolume await(FutureTask<StorageVolume> making, StoragePool pool, String name) {
        while (true) {
            try {
                return making.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException notYet) {
                try {
                    cancellation.check();
                } catch (CancellationException e) {
                    notices.warn("The daemon may go on to fill volume '" + name + "' of pool '" + pool.name()
                            + "': libvirt's do. Remove it when it is done.");
                    throw e;
                }
                meter.ifPresent(shown -> show(shown, pool, name));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancellationException("interrupted");
            } catch (ExecutionException e) {
                if (e.getCause() instanceof PosadaException refused) {
                    throw refused;
                }
                throw new IllegalStateException(e.getCause());
            }
        }
    }

    private void show(Meter shown, StoragePool pool, String name) {
        try {
            pool.volume(name).ifPresent(volume -> shown.update(volume.info().allocationBytes()));
        } catch (PosadaException notThere) {
            notices.debug("no figures of volume " + name + ": " + notThere.getMessage());
        }
    }

    private void copyHere(CopyTarget.LocalCopy copy) {
        var to = Path.of(copy.path());
        if (to.equals(copy.from())) {
            return;
        }
        boolean fresh = !Files.exists(to);
        meter.ifPresent(shown ->
                shown.start("Cloning " + Storehouse.fileName(copy.from().toString()), copy.sizeBytes()));
        try (var source = FileChannel.open(copy.from(), StandardOpenOption.READ);
                var target = FileChannel.open(to, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
            if (fresh) {
                undo.push(() -> delete(to));
            }
            long done = copyAll(source, target, copy.sparse() && fresh);
            meter.ifPresent(shown -> shown.end(done));
        } catch (IOException e) {
            throw new CloneException("Error cloning diskimage " + copy.from() + " to " + to + ": " + e.getMessage(), e);
        }
    }

    private long copyAll(FileChannel source, FileChannel target, boolean sparse) throws IOException {
        var block = ByteBuffer.allocate(sparse ? HOLE_BYTES : LOCAL_BLOCK_BYTES);
        long at = 0;
        while (source.read(block, at) >= 0) {
            cancellation.check();
            block.flip();
            int length = block.remaining();
            if (!sparse || !isZero(block)) {
                long place = at;
                while (block.hasRemaining()) {
                    place += target.write(block, place);
                }
            }
            at += length;
            block.clear();
            long done = at;
            meter.ifPresent(shown -> shown.update(done));
        }
        if (sparse && target.size() < at) {
            // A hole at the end is a length and nothing else.
            target.write(ByteBuffer.allocate(1), at - 1);
        }
        return at;
    }

    private static boolean isZero(ByteBuffer block) {
        for (int i = block.position(); i < block.limit(); i++) {
            if (block.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    private void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException left) {
            notices.debug("left behind: " + left.getMessage());
        }
    }
}
