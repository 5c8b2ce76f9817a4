package dev.posada.iso;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;

/** The bytes of some stretches of an image, one after the other. */
final class ExtentStream extends InputStream {
    private final FileChannel channel;
    private final Path file;
    private final List<IsoEntry.Extent> extents;
    private final int blockBytes;
    private int index;
    private long done;

    ExtentStream(FileChannel channel, Path file, List<IsoEntry.Extent> extents, int blockBytes) {
        this.channel = channel;
        this.file = file;
        this.extents = extents;
        this.blockBytes = blockBytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (index < extents.size() && done == extents.get(index).lengthBytes()) {
            index++;
            done = 0;
        }
        if (index == extents.size()) {
            return -1;
        }
        IsoEntry.Extent extent = extents.get(index);
        int wanted = (int) Math.min(length, extent.lengthBytes() - done);
        int count = channel.read(ByteBuffer.wrap(into, offset, wanted), extent.block() * blockBytes + done);
        if (count < 0) {
            throw new IsoException("'" + file + "' ends before a file in it does");
        }
        done += count;
        return count;
    }
}
