package dev.posada.image;

import dev.posada.image.ImageException.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

/** VirtualBox's format, dynamic and static; {@link VdiHeader} has its layout. */
final class VdiFormat implements FormatSupport {
    /** VirtualBox's block size, the only one that QEMU takes. */
    private static final int BLOCK_BYTES = 1 << 20;

    private static final String STATIC = "static";

    @Override
    public boolean recognises(ByteBuffer head, ImageFile file) {
        return head.limit() >= VdiHeader.SIGNATURE_OFFSET + 4
                && Integer.reverseBytes(head.getInt(VdiHeader.SIGNATURE_OFFSET)) == VdiHeader.SIGNATURE;
    }

    @Override
    public ImageDescription describe(ImageFile file) {
        var header = VdiHeader.read(file);
        return ImageDescription.plain(file, Format.VDI, header.diskBytes(), OptionalLong.of(header.blockBytes()));
    }

    @Override
    public Disk open(ImageFile file, OpenContext context) {
        return new VdiDisk(file, VdiHeader.read(file), context);
    }

    @Override
    public void create(ImageFile file, CreateRequest request) {
        Images.requireKnown(request, Set.of(STATIC));
        Images.refuseBacking(request);
        long size = Math.ceilDiv(request.size(), 512) * 512;
        long blocks = Math.ceilDiv(size, BLOCK_BYTES);
        if (blocks * VdiHeader.ENTRY_BYTES > Bounds.DEFAULT.tableBytes()) {
            throw new ImageException(Kind.INVALID, "a vdi image of " + size + " bytes would be too large");
        }
        boolean fixed = Images.flag(request, STATIC, request.preallocation() != Preallocation.OFF);
        // As VirtualBox does: blocks begin at a multiple of their size, and the map has room to grow.
        long dataOffset = Math.ceilDiv(VdiHeader.BYTES + blocks * VdiHeader.ENTRY_BYTES, BLOCK_BYTES) * BLOCK_BYTES;
        var header = new VdiHeader(
                fixed, VdiHeader.BYTES, dataOffset, size, BLOCK_BYTES, (int) blocks, fixed ? (int) blocks : 0);
        file.write(0, header.encode(UUID.randomUUID(), UUID.randomUUID()));
        var map = ByteBuffer.allocate((int) header.mapBytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int block = 0; block < blocks; block++) {
            map.putInt(fixed ? block : VdiDisk.NO_PLACE);
        }
        file.write(header.mapOffset(), map.flip());
        long dataBytes = header.allocated() * (long) BLOCK_BYTES;
        file.truncate(dataOffset + dataBytes);
        switch (request.preallocation()) {
            case OFF, METADATA -> {}
            case FALLOC -> file.allocate(dataOffset, dataBytes);
            case FULL -> {
                file.allocate(dataOffset, dataBytes);
                file.writeZeroes(dataOffset, dataBytes, false);
            }
        }
    }
}
