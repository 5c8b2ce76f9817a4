package dev.posada.image;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.deflate.DeflateNativeCompressor;
import io.airlift.compress.v3.zstd.ZstdCompressor;
import io.airlift.compress.v3.zstd.ZstdDecompressor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Compresses clusters and gets them back. Keeps working memory from one cluster to the next: one codec for each thread.
 *
 * <p>Deflate is the C library's where that is loaded, otherwise the JDK's, which takes three times as long. Both look back up to 32
 * KiB, further than QEMU's own compressor; QEMU gives its decompressor a whole cluster at once, which then reaches everywhere.
 */
sealed interface ClusterCodec extends AutoCloseable {
    /** A new codec for one thread, to be closed by it. */
    static ClusterCodec of(Compression compression) {
        return switch (compression) {
            case ZLIB -> new Zlib();
            case ZSTD -> new Zstd();
        };
    }

    /** Room that {@link #compress} may need for so many bytes. */
    int compressedBytesMax(int bytes);

    /**
     * Compresses all that remains of the source into the target, whose position moves behind the result.
     *
     * @param target with room for {@link #compressedBytesMax}
     */
    void compress(ByteBuffer source, ByteBuffer target);

    /**
     * Fills all that remains of the target from the beginning of the source. The source may go on behind the compressed bytes, since
     * its end is often known by the sector only.
     *
     * @return false when the source is damaged or yields less; the target's content is then undefined
     */
    boolean decompress(ByteBuffer source, ByteBuffer target);

    /** Gives the working memory back. */
    @Override
    void close();

    /** Raw deflate. */
    final class Zlib implements ClusterCodec {
        /** Where time and size balance: the clusters come out as small as QEMU's, in half the time. */
        private static final int LEVEL = 5;

        /** Deflate's worst case is five bytes for each block of stored ones, plus what a compressor's bookkeeping needs. */
        private static final int OVERHEAD_BYTES = 256;

        private final Inflater inflater = new Inflater(true);
        private final Deflating deflating = DeflateNativeCompressor.isEnabled() ? new InC() : new InTheJdk();

        @Override
        public int compressedBytesMax(int bytes) {
            return bytes + bytes / 1000 + OVERHEAD_BYTES;
        }

        @Override
        public void compress(ByteBuffer source, ByteBuffer target) {
            deflating.compress(source, target);
        }

        @Override
        public boolean decompress(ByteBuffer source, ByteBuffer target) {
            inflater.reset();
            inflater.setInput(source.duplicate());
            try {
                while (target.hasRemaining()) {
                    if (inflater.inflate(target) == 0) {
                        return false;
                    }
                }
                return true;
            } catch (DataFormatException damaged) {
                return false;
            }
        }

        @Override
        public void close() {
            inflater.close();
            deflating.close();
        }

        private sealed interface Deflating extends AutoCloseable {
            void compress(ByteBuffer source, ByteBuffer target);

            @Override
            void close();
        }

        private static final class InC implements Deflating {
            private final DeflateNativeCompressor compressor = new DeflateNativeCompressor(LEVEL);

            @Override
            public void compress(ByteBuffer source, ByteBuffer target) {
                int count = compressor.compress(MemorySegment.ofBuffer(source), MemorySegment.ofBuffer(target));
                source.position(source.limit());
                target.position(target.position() + count);
            }

            @Override
            public void close() {
                // Its memory is the collector's to free.
            }
        }

        private static final class InTheJdk implements Deflating {
            private final Deflater deflater = new Deflater(LEVEL, true);

            @Override
            public void compress(ByteBuffer source, ByteBuffer target) {
                deflater.reset();
                deflater.setInput(source);
                deflater.finish();
                while (!deflater.finished()) {
                    deflater.deflate(target);
                }
            }

            @Override
            public void close() {
                deflater.close();
            }
        }
    }

    /** zstd. */
    final class Zstd implements ClusterCodec {
        private final ZstdCompressor compressor = ZstdCompressor.create();
        private final ZstdDecompressor decompressor = ZstdDecompressor.create();

        @Override
        public int compressedBytesMax(int bytes) {
            return compressor.maxCompressedLength(bytes);
        }

        @Override
        public void compress(ByteBuffer source, ByteBuffer target) {
            int count = compressor.compress(MemorySegment.ofBuffer(source), MemorySegment.ofBuffer(target));
            source.position(source.limit());
            target.position(target.position() + count);
        }

        @Override
        public boolean decompress(ByteBuffer source, ByteBuffer target) {
            var rest = source.duplicate();
            try {
                while (target.hasRemaining()) {
                    int length = ZstdFrames.length(rest);
                    if (length == 0) {
                        return false;
                    }
                    int count = decompressor.decompress(
                            MemorySegment.ofBuffer(rest).asSlice(0, length), MemorySegment.ofBuffer(target));
                    rest.position(rest.position() + length);
                    target.position(target.position() + count);
                }
                return true;
            } catch (MalformedInputException | IllegalArgumentException | IndexOutOfBoundsException damaged) {
                return false;
            }
        }

        @Override
        public void close() {
            // The codec's memory is the collector's to free.
        }
    }
}
