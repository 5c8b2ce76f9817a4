package dev.posada.engine;

import dev.posada.driver.SavedState;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * A file with a domain's saved state: a head of ours, then what the driver wrote, to the end of the file. Numbers are
 * big-endian.
 *
 * <pre>
 *   0  16 bytes  "Posada-saved-1\n" and a zero
 *  16  u32       1 when all is written, 0 before
 *  20  u32       1 when the domain is to run again after it was restored, 0 when it is to be paused
 *  24  u32       length of the domain's definition, in bytes
 *  28  u32       CRC-32C of the definition
 *  32  u64       where the driver's part begins, a multiple of 4096
 *  40            the definition, UTF-8, as of the running domain, passwords included; zeros follow, at least 64 KiB of them,
 *                so that a changed definition has room
 * </pre>
 *
 * The file is its owner's alone. That all is written is said last, so that an interrupted one is known for what it is.
 *
 * @param path where it is
 * @param running whether the domain is to run again
 * @param xml the definition
 * @param dataOffset where the driver's part begins
 */
record SavedFile(Path path, boolean running, String xml, long dataOffset) {
    private static final byte[] MAGIC = "Posada-saved-1\n\0".getBytes(StandardCharsets.US_ASCII);
    private static final int STATE_OFFSET = MAGIC.length;
    private static final int HEAD_BYTES = 40;
    private static final int BLOCK_BYTES = 4096;
    private static final int ROOM_BYTES = 64 << 10;
    private static final int XML_MAX_BYTES = 4 << 20;
    private static final int EIO = 5;
    private static final int EINVAL = 22;
    private static final int ENOENT = 2;

    private static final Set<StandardOpenOption> FRESH =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);

    /**
     * Makes a file, in place of one that is there; it is not whole before {@link #finish}.
     *
     * @throws PosadaException {@code SYSTEM_ERROR} when it cannot be made
     */
    static SavedFile create(Path path, boolean running, String xml, ErrorOrigin origin) {
        var text = xml.getBytes(StandardCharsets.UTF_8);
        long offset = (HEAD_BYTES + text.length + ROOM_BYTES + BLOCK_BYTES - 1L) / BLOCK_BYTES * BLOCK_BYTES;
        var file = new SavedFile(path, running, xml, offset);
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            // One that is not whole is removed again, and nobody wants that of a device.
            throw PosadaException.system(
                    origin, EINVAL, "cannot create save file '" + path + "': there is something that is no file");
        }
        try (var channel = FileChannel.open(
                path, FRESH, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            file.write(channel, text);
            channel.write(ByteBuffer.allocate(1), offset - 1);
            return file;
        } catch (IOException e) {
            throw PosadaException.system(origin, EIO, "cannot create save file '" + path + "': " + e.getMessage(), e);
        }
    }

    private void write(FileChannel channel, byte[] text) throws IOException {
        var head = ByteBuffer.allocate(HEAD_BYTES + text.length);
        head.put(MAGIC).putInt(0).putInt(running ? 1 : 0).putInt(text.length).putInt(sum(text));
        head.putLong(dataOffset).put(text).flip();
        long at = 0;
        while (head.hasRemaining()) {
            at += channel.write(head, at);
        }
    }

    /** Says that all is written, once it is on the disk. */
    void finish(ErrorOrigin origin) {
        try (var channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.force(true);
            channel.write(ByteBuffer.allocate(Integer.BYTES).putInt(1).flip(), STATE_OFFSET);
            channel.force(true);
        } catch (IOException e) {
            throw PosadaException.system(origin, EIO, "cannot finish save file '" + path + "': " + e.getMessage(), e);
        }
    }

    /**
     * Reads the head of a file.
     *
     * @throws PosadaException {@code OPERATION_FAILED} when it is no saved state, or not a whole one
     */
    static SavedFile read(Path path, ErrorOrigin origin) {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            var head = fill(channel, ByteBuffer.allocate(HEAD_BYTES), 0);
            var magic = new byte[MAGIC.length];
            head.get(magic);
            if (!Arrays.equals(magic, MAGIC)) {
                throw failed(origin, "image magic is incorrect: '" + path + "' is no saved state of posadad");
            }
            if (head.getInt() != 1) {
                throw failed(origin, "save image is incomplete: '" + path + "' was never finished");
            }
            boolean running = head.getInt() != 0;
            int length = head.getInt();
            int sum = head.getInt();
            long offset = head.getLong();
            boolean fits = length > 0 && length <= XML_MAX_BYTES && offset >= HEAD_BYTES + (long) length;
            if (!fits || offset > channel.size()) {
                throw failed(origin, "invalid XML length: " + Integer.toUnsignedString(length));
            }
            var text = fill(channel, ByteBuffer.allocate(length), HEAD_BYTES).array();
            if (sum(text) != sum) {
                throw failed(origin, "the definition in save file '" + path + "' is damaged");
            }
            return new SavedFile(path, running, new String(text, StandardCharsets.UTF_8), offset);
        } catch (EOFException e) {
            throw failed(origin, "image magic is incorrect: '" + path + "' is no saved state of posadad");
        } catch (NoSuchFileException e) {
            throw PosadaException.system(origin, ENOENT, "cannot open save file '" + path + "': no such file", e);
        } catch (IOException e) {
            throw PosadaException.system(origin, EIO, "cannot read save file '" + path + "': " + e.getMessage(), e);
        }
    }

    /**
     * Puts another definition in its place.
     *
     * @throws PosadaException {@code OPERATION_FAILED} when it is too long for the room there is
     */
    void redefine(boolean runs, String changed, ErrorOrigin origin) {
        var text = changed.getBytes(StandardCharsets.UTF_8);
        if (HEAD_BYTES + (long) text.length > dataOffset) {
            throw failed(origin, "new xml too large to fit in file");
        }
        try (var channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            new SavedFile(path, runs, changed, dataOffset).write(channel, text);
        } catch (IOException e) {
            throw PosadaException.system(origin, EIO, "cannot write save file '" + path + "': " + e.getMessage(), e);
        }
        finish(origin);
    }

    /** The driver's part. */
    SavedState state() {
        return new SavedState(path, dataOffset);
    }

    /** Removes a file; one that is gone is no matter, and what is no file stays. */
    static void remove(Path path, ErrorOrigin origin) {
        try {
            if (Files.isRegularFile(path)) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw PosadaException.system(origin, EIO, "cannot remove save file '" + path + "': " + e.getMessage(), e);
        }
    }

    private static ByteBuffer fill(FileChannel channel, ByteBuffer into, long from) throws IOException {
        while (into.hasRemaining()) {
            int count = channel.read(into, from + into.position());
            if (count < 0) {
                throw new EOFException();
            }
        }
        return into.flip();
    }

    private static int sum(byte[] text) {
        var sum = new CRC32C();
        sum.update(text);
        return (int) sum.getValue();
    }

    private static PosadaException failed(ErrorOrigin origin, String detail) {
        return new PosadaException(ErrorCode.OPERATION_FAILED, origin, detail);
    }
}
