package dev.posada.storage;

import dev.posada.driver.VolumeEntry;
import dev.posada.driver.VolumeReader;
import dev.posada.model.ErrorCode;
import dev.posada.model.VolumeType;
import dev.posada.posix.PosixException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Reads the bytes of a volume's file, with its holes where they are wanted. */
final class FileReader implements VolumeReader {
    private final VolumeFile file;
    private final long end;
    private long position;
    private long dataEnd;
    private long holeBytes;

    private FileReader(VolumeFile file, long position, long end) {
        this.file = file;
        this.position = position;
        this.end = end;
    }

    static FileReader open(VolumeEntry volume, long offsetBytes, long lengthBytes) {
        requireBytes(volume);
        var file = VolumeFile.open(Path.of(volume.path()), false);
        try {
            long length = file.length();
            long end = lengthBytes > 0 ? Math.min(length, offsetBytes + lengthBytes) : length;
            return new FileReader(file, offsetBytes, end < 0 ? length : end);
        } catch (IOException e) {
            file.close();
            throw StorageErrors.failed("cannot find the size of volume '" + volume.path() + "'", e);
        }
    }

    /** Refuses what has no bytes. */
    static void requireBytes(VolumeEntry volume) {
        if (volume.type() != VolumeType.FILE && volume.type() != VolumeType.BLOCK) {
            throw StorageErrors.of(
                    ErrorCode.NO_SUPPORT,
                    "volume '" + volume.path() + "' is of type " + volume.type().word() + " and holds no bytes");
        }
    }

    @Override
    public Part read(ByteBuffer into, boolean sparse) throws IOException {
        if (position >= end) {
            return Part.END;
        }
        if (sparse && position >= dataEnd && findHole()) {
            return Part.HOLE;
        }
        long most = sparse ? dataEnd - position : end - position;
        int limit = into.limit();
        into.limit((int) Math.min(limit, into.position() + most));
        int count = file.channel().read(into, position);
        into.limit(limit);
        if (count < 0) {
            return Part.END; // the file became shorter
        }
        position += count;
        return Part.DATA;
    }

    /** Whether a hole begins here; otherwise it is known where the data that begins here ends. */
    private boolean findHole() throws IOException {
        try {
            long data = Math.min(end, file.nextData(position).orElse(end));
            if (data > position) {
                holeBytes = data - position;
                position = data;
                return true;
            }
            dataEnd = Math.min(end, file.nextHole(position).orElse(end));
            return false;
        } catch (PosixException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public long holeBytes() {
        return holeBytes;
    }

    @Override
    public void close() {
        file.close();
    }
}
