package dev.posada.jvm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads a log that others write to, and goes on in its successor when it is set aside. For one thread. */
final class LogReader implements AutoCloseable {
    private final Path path;
    private FileChannel channel;
    private @Nullable Object file;
    private long position;

    /** Opens the log; reading begins at an offset, or that many bytes before the end if that is later. */
    LogReader(Path path, long from, long bytesMax) throws IOException {
        this.path = path;
        this.channel = FileChannel.open(path, StandardOpenOption.READ);
        this.file = key();
        long size = channel.size();
        this.position = Math.max(from > size ? 0 : from, size - bytesMax);
    }

    private @Nullable Object key() throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    /** Reads what is there; 0 when there is nothing more just now. */
    int read(ByteBuffer into) throws IOException {
        int count = channel.read(into, position);
        if (count > 0) {
            position += count;
            return count;
        }
        if (position > channel.size()) {
            // Somebody emptied it.
            position = 0;
        }
        if (Files.exists(path) && !Objects.equals(key(), file)) {
            var next = FileChannel.open(path, StandardOpenOption.READ);
            channel.close();
            channel = next;
            file = key();
            position = 0;
        }
        return 0;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
