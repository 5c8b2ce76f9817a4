package dev.posada.storage;

import dev.posada.dockerengine.DockerEngine;
import dev.posada.dockerengine.EngineException;
import dev.posada.dockerengine.ImageName;
import dev.posada.driver.VolumeWriter;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.ReadableByteChannel;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An archive on its way into an engine. What comes first decides what it is: images as {@code docker save} writes them, with
 * their layers and settings, or else a file system. An image that had the name before gives way once the new one is complete;
 * an upload that is broken off leaves the old one.
 */
final class ImageUpload implements VolumeWriter {
    private static final System.Logger LOG = System.getLogger("posada.storage");
    private static final int ZEROES_BYTES = 1 << 16;
    private static final List<String> NO_CHANGES = List.of();

    private final DockerEngine engine;
    private final ImageName name;
    private final ByteBuffer beginning = ByteBuffer.allocate(ArchiveBeginning.BYTES);
    private @Nullable Transfer transfer;

    ImageUpload(DockerEngine engine, String name) {
        this.engine = engine;
        this.name = ImageName.parse(name);
    }

    @Override
    public void write(ByteBuffer data) throws IOException {
        if (transfer == null) {
            while (data.hasRemaining() && beginning.hasRemaining()) {
                beginning.put(data.get());
            }
            if (beginning.hasRemaining()) {
                return;
            }
        }
        transfer().write(data);
    }

    @Override
    public void hole(long bytes) throws IOException {
        for (long left = bytes; left > 0; left -= ZEROES_BYTES) {
            write(ByteBuffer.allocate((int) Math.min(left, ZEROES_BYTES)));
        }
    }

    /** Gives all of a channel. */
    void copy(ReadableByteChannel archive) throws IOException {
        var piece = ByteBuffer.allocate(ZEROES_BYTES);
        while (archive.read(piece.clear()) >= 0) {
            write(piece.flip());
        }
    }

    @Override
    public void finish() throws IOException {
        transfer().finish();
    }

    @Override
    public void close() throws IOException {
        if (transfer != null) {
            transfer.close();
        }
    }

    /** Begins with what is known of the archive by now. */
    private Transfer transfer() throws IOException {
        if (transfer == null) {
            var first = beginning.flip();
            transfer = new Transfer(ArchiveBeginning.holdsImages(first.duplicate()));
            transfer.write(first);
        }
        return transfer;
    }

    /** The engine reads at its own pace, on a thread of its own. */
    private final class Transfer {
        private final Pipe pipe = Pipe.open();
        private final Thread thread;
        private volatile boolean complete;
        private volatile @Nullable PosadaException failure;

        Transfer(boolean images) throws IOException {
            this.thread = Thread.ofVirtual().name("image-upload").start(() -> take(images));
        }

        void write(ByteBuffer data) throws IOException {
            try {
                while (data.hasRemaining()) {
                    pipe.sink().write(data);
                }
            } catch (IOException e) {
                join();
                throwFailure();
                throw e;
            }
        }

        void finish() throws IOException {
            complete = true;
            pipe.sink().close();
            join();
            throwFailure();
        }

        /** Without a finish before, what the engine has so far is dropped. */
        void close() throws IOException {
            pipe.sink().close();
            join();
        }

        private void take(boolean images) {
            try (var source = pipe.source()) {
                var archive = new Whole(source);
                if (images) {
                    load(archive);
                } else {
                    replace(() -> engine.images().importArchive(archive, name.repository(), name.tag(), NO_CHANGES));
                }
            } catch (EngineException e) {
                failure = EngineFailures.of(e);
            } catch (PosadaException e) {
                failure = e;
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "the end of an upload did not close", e);
            }
        }

        private void throwFailure() {
            var told = failure;
            if (told != null) {
                throw told;
            }
        }

        private void join() {
            boolean interrupted = false;
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        /** The archive up to its end; a sink that was closed before that is no end. */
        private final class Whole implements ReadableByteChannel {
            private final Pipe.SourceChannel source;

            Whole(Pipe.SourceChannel source) {
                this.source = source;
            }

            @Override
            public int read(ByteBuffer into) throws IOException {
                int count = source.read(into);
                if (count < 0 && !complete) {
                    throw new IOException("the upload was broken off");
                }
                return count;
            }

            @Override
            public boolean isOpen() {
                return source.isOpen();
            }

            @Override
            public void close() throws IOException {
                source.close();
            }
        }
    }

    /** Loads images as they are called in their archive, and sees to it that ours is called as it was asked for. */
    private void load(ReadableByteChannel archive) {
        var before = names();
        var loaded = engine.images().load(archive);
        if (loaded.contains(name.toString())) {
            return;
        }
        try {
            if (loaded.size() != 1) {
                throw StorageErrors.of(
                        ErrorCode.OPERATION_INVALID,
                        "the archive holds "
                                + (loaded.isEmpty() ? "no image" : "the images " + String.join(", ", loaded))
                                + ": name the volume as one of them");
            }
            replace(() -> engine.images().tag(loaded.getFirst(), name.repository(), name.tag()));
        } finally {
            loaded.stream().filter(each -> !before.contains(each)).forEach(this::removeQuietly);
        }
    }

    private void replace(Runnable change) {
        var old = engine.images().find(name.toString()).map(image -> image.getId());
        change.run();
        if (old.isPresent() && !old.equals(engine.images().find(name.toString()).map(image -> image.getId()))) {
            dropUnnamed(old);
        }
    }

    /** What had the name before and has none now is in nobody's way, and nobody would find it. */
    private void dropUnnamed(Optional<String> id) {
        id.flatMap(engine.images()::find)
                .filter(image ->
                        image.getRepoTags() == null || image.getRepoTags().isEmpty())
                .ifPresent(image -> removeQuietly(image.getId()));
    }

    private void removeQuietly(String image) {
        try {
            engine.images().remove(image, false);
        } catch (EngineException e) {
            LOG.log(System.Logger.Level.DEBUG, "image " + image + " stays: " + e.getMessage());
        }
    }

    private Set<String> names() {
        var names = new TreeSet<String>();
        for (var image : engine.images().all()) {
            if (image.getRepoTags() != null) {
                for (var each : image.getRepoTags()) {
                    names.add(ImageName.familiar(each));
                }
            }
        }
        return names;
    }
}
