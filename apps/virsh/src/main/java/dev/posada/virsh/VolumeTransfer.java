package dev.posada.virsh;

import dev.posada.client.DataStream;
import dev.posada.client.Flag;
import dev.posada.model.PosadaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** {@code vol-upload} and {@code vol-download}: the bytes of a volume's file, to and fro. */
final class VolumeTransfer {
    private static final int BUFFER_BYTES = 256 * 1024;

    /** Shorter runs of zeros travel as data: a message for each would cost more than it saves. */
    private static final int HOLE_BYTES = 64 * 1024;

    private VolumeTransfer() {}

    private static Option[] options() {
        return new Option[] {
            Volumes.option(),
            Option.value("file", "a file on this side"),
            Volumes.pool(),
            Option.number("offset", "where in the volume to begin, in bytes"),
            Option.number("length", "how many bytes at most"),
            Option.flag("sparse", "leave out what is nothing but zeros")
        };
    }

    private static Flag.Transfer[] flags(Call call) {
        return call.has("sparse") ? new Flag.Transfer[] {Flag.Transfer.SPARSE} : new Flag.Transfer[0];
    }

    /** What part of the volume: the length may be -1 for all, as the tools of libvirt allow. */
    private record Range(long offsetBytes, long lengthBytes) {
        static Range of(Call call) {
            return new Range(
                    call.number("offset", 0, Long.MAX_VALUE).orElse(0L),
                    call.number("length", Long.MIN_VALUE, Long.MAX_VALUE).orElse(0L));
        }
    }

    static Command upload() {
        return Command.named("vol-upload")
                .summary("write a file's bytes into a volume")
                .options(options())
                .action(VolumeTransfer::upload);
    }

    private static void upload(Call call) {
        var range = Range.of(call);
        var volume = Volumes.of(call);
        var name = call.required("vol");
        var file = call.required("file");
        try (var source = opened(call.session().folder().resolve(file), file);
                var stream = call.attempt(
                        "cannot upload to volume " + name,
                        () -> volume.upload(range.offsetBytes(), range.lengthBytes(), flags(call)))) {
            call.attempt("cannot send data to volume " + name, () -> send(call, source, stream));
            call.attempt("cannot close volume " + name, stream::finish);
        } catch (IOException e) {
            throw new CommandException("cannot close file " + file);
        }
    }

    private static FileChannel opened(Path path, String file) {
        try {
            return FileChannel.open(path, StandardOpenOption.READ);
        } catch (IOException e) {
            throw new CommandException("cannot read " + file);
        }
    }

    private static void send(Call call, FileChannel source, DataStream stream) {
        boolean sparse = call.has("sparse");
        var buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try {
            while (filled(source, buffer)) {
                if (sparse) {
                    sendSparse(buffer, stream);
                } else {
                    stream.write(buffer);
                }
                buffer.clear();
            }
        } catch (IOException e) {
            throw PosadaException.said(
                    dev.posada.model.ErrorCode.OPERATION_FAILED,
                    dev.posada.model.ErrorOrigin.STREAMS,
                    "send handler failed: " + e.getMessage());
        }
    }

    /** Whether there are bytes left; the buffer is then ready to be read. */
    private static boolean filled(FileChannel source, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining() && source.read(buffer) >= 0) {
            // Reads on, so that holes are seen as long as they are.
        }
        buffer.flip();
        return buffer.hasRemaining();
    }

    /** Holes are seen by their zeros: the JDK does not tell where a file has none of its bytes on disk. */
    private static void sendSparse(ByteBuffer buffer, DataStream stream) {
        int end = buffer.limit();
        for (int at = 0; at < end; at += HOLE_BYTES) {
            int length = Math.min(HOLE_BYTES, end - at);
            var block = buffer.slice(at, length);
            if (isZero(block)) {
                stream.writeHole(length);
            } else {
                stream.write(block);
            }
        }
    }

    private static boolean isZero(ByteBuffer block) {
        for (int i = 0; i < block.limit(); i++) {
            if (block.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    static Command download() {
        return Command.named("vol-download")
                .summary("write a volume's bytes into a file")
                .options(options())
                .action(VolumeTransfer::download);
    }

    private static void download(Call call) {
        var range = Range.of(call);
        var volume = Volumes.of(call);
        var name = call.required("vol");
        var file = call.required("file");
        var path = call.session().folder().resolve(file);
        boolean existed = Files.exists(path);
        boolean done = false;
        try (var target = made(path, file);
                var stream = call.attempt(
                        "cannot download from volume " + name,
                        () -> volume.download(range.offsetBytes(), range.lengthBytes(), flags(call)))) {
            call.attempt("cannot receive data from volume " + name, () -> receive(stream, target, path));
            call.attempt("cannot close volume " + name, stream::finish);
            done = true;
        } catch (IOException e) {
            throw new CommandException("cannot close file " + file);
        } finally {
            if (!done && !existed) {
                delete(path);
            }
        }
    }

    private static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            // Half a file stays, and the failure before has been told.
        }
    }

    private static FileChannel made(Path path, String file) {
        try {
            return FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
            return emptied(path, file);
        } catch (IOException e) {
            throw new CommandException("cannot create " + file);
        }
    }

    private static FileChannel emptied(Path path, String file) {
        try {
            return FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        } catch (IOException e) {
            throw new CommandException("cannot create " + file);
        }
    }

    private static void receive(DataStream stream, FileChannel target, Path path) {
        var buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try {
            // Pipes and devices have no holes to be left: there zeros are written.
            boolean skips = Files.isRegularFile(path);
            while (true) {
                if (skips) {
                    skip(target, stream.skipHole());
                }
                buffer.clear();
                if (stream.read(buffer) < 0) {
                    return;
                }
                buffer.flip();
                while (buffer.hasRemaining()) {
                    target.write(buffer);
                }
            }
        } catch (IOException e) {
            throw PosadaException.said(
                    dev.posada.model.ErrorCode.OPERATION_FAILED,
                    dev.posada.model.ErrorOrigin.STREAMS,
                    "receive handler failed: " + e.getMessage());
        }
    }

    /** Leaves a hole; one at the end of the file too, which takes a last byte to be written. */
    private static void skip(FileChannel target, long bytes) throws IOException {
        if (bytes > 0) {
            long end = target.position() + bytes;
            if (end > target.size()) {
                target.write(ByteBuffer.allocate(1), end - 1);
            }
            target.position(end);
        }
    }
}
