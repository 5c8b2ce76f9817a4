package dev.posada.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/** A disk that is a byte array: what another one must agree with whatever is done to both. */
final class DiskModel {
    private final Random random;
    private byte[] bytes;

    DiskModel(Random random, long size) {
        this.random = random;
        this.bytes = new byte[Math.toIntExact(size)];
    }

    byte[] bytes() {
        return bytes;
    }

    /** One random change of both. */
    void change(Disk disk) {
        int position = random.nextInt(bytes.length);
        int longest = random.nextInt(4) == 0 ? bytes.length - position : Math.min(9000, bytes.length - position);
        int length = 1 + random.nextInt(longest);
        switch (random.nextInt(5)) {
            case 0 -> {
                disk.writeZeroes(position, length, random.nextBoolean());
                Arrays.fill(bytes, position, position + length, (byte) 0);
            }
            case 1 -> check(disk, position, length);
            default -> {
                byte[] data = new byte[length];
                random.nextBytes(data);
                disk.write(position, random.nextBoolean() ? ByteBuffer.wrap(data) : direct(data));
                System.arraycopy(data, 0, bytes, position, length);
            }
        }
    }

    void resize(Disk disk, long size) {
        disk.resize(size);
        bytes = Arrays.copyOf(bytes, Math.toIntExact(size));
    }

    /** The disk was given this content by other means. */
    void become(ByteBuffer content) {
        bytes = new byte[content.limit()];
        content.get(0, bytes);
    }

    void check(Disk disk) {
        assertThat(disk.size()).isEqualTo(bytes.length);
        check(disk, 0, bytes.length);
        // What is said to be zero or absent must read as zero.
        for (long at = 0; at < bytes.length; ) {
            var extent = disk.extent(at, bytes.length - at);
            if (extent.state() == Extent.State.ZERO) {
                assertThat(Zeroes.only(ByteBuffer.wrap(bytes), (int) at, (int) extent.length()))
                        .isTrue();
            }
            at += extent.length();
        }
    }

    private void check(Disk disk, int position, int length) {
        var target = random.nextBoolean() ? ByteBuffer.allocate(length) : ByteBuffer.allocateDirect(length);
        disk.read(position, target);
        target.flip();
        assertThat(target.mismatch(ByteBuffer.wrap(bytes, position, length))).isEqualTo(-1);
    }

    private static ByteBuffer direct(byte[] data) {
        return ByteBuffer.allocateDirect(data.length).put(data).flip();
    }
}
