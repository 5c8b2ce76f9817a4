package dev.posada.storage;

import dev.posada.model.PosadaException;
import dev.posada.model.VolumeDefinition;
import dev.posada.posix.Descriptor;
import dev.posada.posix.OpenFlag;
import dev.posada.posix.PosixException;
import dev.posada.posix.PosixFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** Makes raw volumes: files whose bytes are the guest's. */
final class RawFiles {
    private static final int OWNER_ONLY = 0600;
    private static final int ZEROES_BYTES = 1 << 20;

    private RawFiles() {}

    /**
     * Makes a file of the capacity that is asked for, which has the room that is asked for; all of it where nothing is
     * said.
     *
     * @param shown its name in errors
     */
    static void create(Path path, String shown, VolumeDefinition definition) {
        long capacity = definition.capacityBytes().orElse(0);
        long allocation = definition.allocationBytes().orElse(capacity);
        create(path, shown, Math.max(capacity, allocation), allocation);
    }

    private static void create(Path path, String shown, long lengthBytes, long allocationBytes) {
        try (var file =
                Descriptor.open(path, Set.of(OpenFlag.READ_WRITE, OpenFlag.CREATE, OpenFlag.EXCLUSIVE), OWNER_ONLY)) {
            extend(file, lengthBytes, "cannot extend file '" + shown + "'");
            allocate(file, path, 0, allocationBytes, shown);
        } catch (PosixException e) {
            throw StorageErrors.failed("Failed to create file '" + shown + "'", e);
        }
    }

    static void extend(Descriptor file, long lengthBytes, String what) {
        try {
            PosixFiles.resize(file, lengthBytes);
        } catch (PosixException e) {
            throw StorageErrors.failed(what, e);
        }
    }

    /**
     * Gives a range its room.
     *
     * @throws PosadaException {@code SYSTEM_ERROR} when there is none
     */
    static void allocate(Descriptor file, Path path, long offsetBytes, long lengthBytes, String shown) {
        if (lengthBytes <= 0) {
            return;
        }
        var what = "cannot allocate " + lengthBytes + " bytes in file '" + shown + "'";
        try {
            if (!PosixFiles.allocate(file, offsetBytes, lengthBytes)) {
                writeZeroes(path, offsetBytes, lengthBytes);
            }
        } catch (PosixException e) {
            throw StorageErrors.failed(what, e);
        } catch (IOException e) {
            throw StorageErrors.failed(what, e);
        }
    }

    /** For file systems that cannot reserve room. */
    private static void writeZeroes(Path path, long offsetBytes, long lengthBytes) throws IOException {
        try (var channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            var zeroes = ByteBuffer.allocateDirect(ZEROES_BYTES);
            long position = offsetBytes;
            long end = offsetBytes + lengthBytes;
            while (position < end) {
                zeroes.clear().limit((int) Math.min(ZEROES_BYTES, end - position));
                position += channel.write(zeroes, position);
            }
        }
    }

    /** Makes a copy of a raw file; its holes stay holes unless room is asked for. */
    static void copy(Path path, String shown, Path from, VolumeDefinition definition) {
        try (var _ = GuestLock.share(from);
                var source = VolumeFile.open(from, false)) {
            long length = source.length();
            long capacity = Math.max(definition.capacityBytes().orElse(length), length);
            create(path, shown, capacity, definition.allocationBytes().orElse(0) >= capacity ? capacity : 0);
            try (var target = FileChannel.open(path, StandardOpenOption.WRITE)) {
                copyData(source, target, length);
            }
        } catch (IOException e) {
            throw StorageErrors.failed("failed writing to '" + shown + "'", e);
        } catch (PosixException e) {
            throw StorageErrors.failed("failed reading from '" + from + "'", e);
        }
    }

    /**
     * Makes a copy of a raw file that shares its blocks.
     *
     * @throws PosadaException {@code SYSTEM_ERROR} when the file system cannot
     */
    static void share(Path path, String shown, Path from, VolumeDefinition definition) {
        try (var _ = GuestLock.share(from);
                var source = VolumeFile.open(from, false);
                var target = Descriptor.open(
                        path, Set.of(OpenFlag.READ_WRITE, OpenFlag.CREATE, OpenFlag.EXCLUSIVE), OWNER_ONLY)) {
            PosixFiles.shareBlocks(target, source.descriptor());
            long length = source.length();
            long capacity = definition.capacityBytes().orElse(length);
            if (capacity > length) {
                extend(target, capacity, "cannot extend file '" + shown + "'");
            }
        } catch (IOException e) {
            throw StorageErrors.failed("failed to clone files from '" + from + "'", e);
        } catch (PosixException e) {
            throw StorageErrors.failed("failed to clone files from '" + from + "'", e);
        }
    }

    private static void copyData(VolumeFile source, FileChannel target, long length) throws IOException {
        long position = 0;
        while (position < length) {
            var data = source.nextData(position);
            if (data.isEmpty()) {
                return;
            }
            long end = Math.min(length, source.nextHole(data.getAsLong()).orElse(length));
            position = data.getAsLong();
            target.position(position);
            while (position < end) {
                long moved = source.channel().transferTo(position, end - position, target);
                if (moved <= 0) {
                    throw new IOException("'" + source.path() + "' became shorter while it was copied");
                }
                position += moved;
            }
        }
    }
}
