package dev.posada.qemu;

import dev.posada.driver.Abilities.DiskSizes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Sizes of images nobody has open, from the first bytes of their headers.
 *
 * <p>qcow2 (big endian): 4 bytes magic {@code QFI\xfb}, 4 bytes version, 8 bytes offset and 4 bytes length of the backing
 * file's name, 4 bytes cluster bits, then 8 bytes capacity.
 */
final class ImageSizes {
    private static final int QCOW2_MAGIC = 0x514649fb;
    private static final int QCOW2_CAPACITY_OFFSET = 24;
    private static final int HEADER_BYTES = 32;

    private ImageSizes() {}

    static Optional<DiskSizes> of(Path image, String format) {
        if (!format.equals("qcow2")) {
            return Optional.empty();
        }
        try (var file = FileChannel.open(image, StandardOpenOption.READ)) {
            var header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.BIG_ENDIAN);
            boolean more = true;
            while (more) {
                more = header.hasRemaining() && file.read(header, header.position()) > 0;
            }
            if (header.hasRemaining() || header.getInt(0) != QCOW2_MAGIC) {
                return Optional.empty();
            }
            return Optional.of(new DiskSizes(header.getLong(QCOW2_CAPACITY_OFFSET), file.size(), file.size()));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }
}
