package dev.posada.storage;

import dev.posada.driver.VolumeEntry;
import dev.posada.image.Disk;
import dev.posada.image.Extent;
import dev.posada.image.Format;
import dev.posada.image.ImageException;
import dev.posada.image.Images;
import dev.posada.image.OpenOptions;
import dev.posada.model.ErrorCode;
import dev.posada.model.VolumeDefinition;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Fills a device with what a guest sees on another volume. What was on the device before does not show through. */
final class DeviceCopy {
    private static final int CHUNK_BYTES = 1 << 20;

    private DeviceCopy() {}

    /**
     * Copies.
     *
     * @param from a file or device; its format is the one its definition has, raw for devices
     * @param onto the device, by the path that is no link
     */
    static void copy(VolumeEntry from, VolumeDefinition fromDefinition, VolumeEntry onto) {
        FileReader.requireBytes(from);
        var reading = OpenOptions.READING.withFormat(
                fromDefinition.format().flatMap(Format::named).orElse(Format.RAW));
        var writing = OpenOptions.WRITING.withFormat(Format.RAW);
        try (var source = Images.open(Path.of(from.path()), reading);
                var target = Images.open(Path.of(onto.path()), writing)) {
            if (source.size() > target.size()) {
                throw StorageErrors.of(
                        ErrorCode.INVALID_ARG,
                        "device '" + onto.path() + "' is smaller than what is to be copied from '" + from.path() + "'");
            }
            copy(source, target);
            target.flush();
        } catch (ImageException e) {
            throw StorageErrors.failed(e);
        }
    }

    private static void copy(Disk source, Disk target) {
        var chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
        long position = 0;
        long end = source.size();
        while (position < end) {
            var extent = source.extent(position, end - position);
            boolean empty = extent.state() == Extent.State.ZERO
                    || (extent.state() == Extent.State.ABSENT
                            && source.backing().isEmpty());
            if (empty) {
                target.writeZeroes(position, extent.length(), true);
                position += extent.length();
            } else {
                long extentEnd = position + extent.length();
                while (position < extentEnd) {
                    chunk.clear().limit((int) Math.min(CHUNK_BYTES, extentEnd - position));
                    source.read(position, chunk);
                    target.write(position, chunk.flip());
                    position += chunk.limit();
                }
            }
        }
    }
}
