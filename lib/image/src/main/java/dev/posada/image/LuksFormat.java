package dev.posada.image;

import dev.posada.image.ImageException.Kind;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Linux's disk encryption, described only: without the passphrase there is nothing to read.
 *
 * <pre>
 * 0  6  "LUKS" 0xba 0xbe    6  2  version     of version 1:  104  4  the sector at which the guest's bytes begin
 * </pre>
 *
 * Numbers are big-endian.
 */
final class LuksFormat implements FormatSupport {
    private static final int MAGIC_HEAD = 0x4c554b53;
    private static final short MAGIC_TAIL = (short) 0xbabe;
    private static final int PAYLOAD_OFFSET = 104;
    private static final int SECTOR_BYTES = 512;

    @Override
    public boolean recognises(ByteBuffer head, ImageFile file) {
        return head.limit() >= 8 && head.getInt(0) == MAGIC_HEAD && head.getShort(4) == MAGIC_TAIL;
    }

    @Override
    public ImageDescription describe(ImageFile file) {
        var bytes = ByteBuffer.allocate(SECTOR_BYTES);
        file.read(0, bytes);
        if (!recognises(bytes, file)) {
            throw new ImageException(Kind.CORRUPT, file + " is no luks image: its signature is missing");
        }
        long payload = bytes.getShort(6) == 1 ? Integer.toUnsignedLong(bytes.getInt(PAYLOAD_OFFSET)) * SECTOR_BYTES : 0;
        return new ImageDescription(
                file.path(),
                Format.LUKS,
                Math.max(0, file.length() - payload),
                file.allocatedBytes(),
                OptionalLong.empty(),
                Optional.empty(),
                true,
                false,
                false,
                List.of(),
                Map.of());
    }

    @Override
    public Disk open(ImageFile file, OpenContext context) {
        throw new ImageException(
                Kind.UNSUPPORTED, file + " is encrypted (luks): it can be described and copied as raw, not read");
    }

    @Override
    public void create(ImageFile file, CreateRequest request) {
        throw new ImageException(Kind.UNSUPPORTED, "encrypted images are not made");
    }
}
