package dev.posada.storage;

import dev.posada.driver.VolumeEntry;
import dev.posada.driver.VolumeWriter;
import dev.posada.posix.FileStatus.Kind;
import dev.posada.posix.PosixException;
import dev.posada.posix.PosixFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Writes the bytes of a volume's file, and makes holes in it. */
final class FileWriter implements VolumeWriter {
    private static final int ZEROES_BYTES = 1 << 18;

    private final VolumeFile file;
    private final GuestLock lock;
    private final long end;
    private final boolean device;
    private long position;

    private FileWriter(VolumeFile file, GuestLock lock, long position, long end) {
        this.file = file;
        this.lock = lock;
        this.position = position;
        this.end = end;
        this.device = file.status().kind() == Kind.BLOCK_DEVICE;
    }

    static FileWriter open(VolumeEntry volume, long offsetBytes, long lengthBytes) {
        FileReader.requireBytes(volume);
        var path = Path.of(volume.path());
        var lock = GuestLock.take(path);
        try {
            var file = VolumeFile.open(path, true);
            long end = lengthBytes > 0 ? offsetBytes + lengthBytes : Long.MAX_VALUE;
            return new FileWriter(file, lock, offsetBytes, end < 0 ? Long.MAX_VALUE : end);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    @Override
    public void write(ByteBuffer data) throws IOException {
        requireRoom(data.remaining());
        while (data.hasRemaining()) {
            position += file.channel().write(data, position);
        }
    }

    @Override
    public void hole(long bytes) throws IOException {
        requireRoom(bytes);
        try {
            long length = file.length();
            long inside = Math.clamp(length - position, 0, bytes);
            if (inside > 0 && !PosixFiles.punchHole(file.descriptor(), position, inside)) {
                writeZeroes(inside);
            }
            position += bytes;
            if (!device && position > length) {
                PosixFiles.resize(file.descriptor(), position);
            }
        } catch (PosixException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private void writeZeroes(long bytes) throws IOException {
        var zeroes = ByteBuffer.allocateDirect((int) Math.min(ZEROES_BYTES, bytes));
        long at = position;
        long to = position + bytes;
        while (at < to) {
            zeroes.clear().limit((int) Math.min(zeroes.capacity(), to - at));
            at += file.channel().write(zeroes, at);
        }
    }

    private void requireRoom(long bytes) throws IOException {
        if (bytes > end - position) {
            throw new IOException("No space left on device: more came than was announced");
        }
    }

    @Override
    public void finish() throws IOException {
        file.channel().force(true);
    }

    @Override
    public void close() {
        try (lock) {
            file.close();
        }
    }
}
