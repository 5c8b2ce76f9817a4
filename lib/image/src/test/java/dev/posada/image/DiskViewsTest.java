package dev.posada.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk as a channel, a part of it, and several as one. */
final class DiskViewsTest {
    private static final int SIZE = 300 * 512;

    @TempDir
    Path folder;

    @Test
    void aChannelEndsWhereTheDiskEnds() throws IOException {
        byte[] content = disk("a.vdi", Format.VDI);
        try (var channel = new DiskChannel(Images.open(folder.resolve("a.vdi"), OpenOptions.WRITING))) {
            assertThat(Channels.newInputStream(channel).readAllBytes()).isEqualTo(content);
            assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            assertThat(channel.write(ByteBuffer.allocate(10))).isZero();
            channel.position(SIZE - 3);
            assertThat(channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}))).isEqualTo(3);
            assertThatThrownBy(() -> channel.truncate(5)).isInstanceOf(UnsupportedOperationException.class);
            var tail = ByteBuffer.allocate(10);
            channel.position(SIZE - 2);
            assertThat(channel.read(tail)).isEqualTo(2);
            assertThat(tail.array()).startsWith(2, 3, 0);
        }
        try (var channel = new DiskChannel(Images.open(folder.resolve("a.vdi"), OpenOptions.READING))) {
            assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1)))
                    .isInstanceOf(NonWritableChannelException.class);
        }
    }

    @Test
    void aClosedChannelSaysSo() {
        disk("a", Format.RAW);
        var channel = new DiskChannel(Images.open(folder.resolve("a"), OpenOptions.READING.withFormat(Format.RAW)));
        channel.close();
        channel.close();
        assertThat(channel.isOpen()).isFalse();
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void partsAndWholesReadAlike() {
        byte[] first = disk("a", Format.RAW);
        byte[] second = disk("b.qcow2", Format.QCOW2);
        var a = Images.open(folder.resolve("a"), OpenOptions.READING.withFormat(Format.RAW));
        var b = Images.open(folder.resolve("b.qcow2"), OpenOptions.READING);
        var random = new Random(9);
        try (var joined = new JoinedDisk(List.of(a, b))) {
            assertThat(joined.size()).isEqualTo(2 * SIZE);
            for (int i = 0; i < 200; i++) {
                int offset = random.nextInt(2 * SIZE);
                int length = 1 + random.nextInt(2 * SIZE - offset);
                var part = new DiskSlice(joined, offset, length);
                int within = random.nextInt(length);
                var bytes = ByteBuffer.allocate(random.nextInt(length - within) + 1);
                part.read(within, bytes);
                for (int n = 0; n < bytes.limit(); n += 97) {
                    int at = offset + within + n;
                    assertThat(bytes.get(n)).isEqualTo(at < SIZE ? first[at] : second[at - SIZE]);
                }
                assertThat(part.extent(within, length - within).length()).isBetween(1L, (long) length - within);
                assertThatThrownBy(() -> part.read(length, ByteBuffer.allocate(1)))
                        .isInstanceOf(ImageException.class);
            }
        }
    }

    private byte[] disk(String name, Format format) {
        byte[] content = new byte[SIZE];
        new Random(name.hashCode()).nextBytes(content);
        var path = folder.resolve(name);
        Images.create(path, CreateRequest.of(format, SIZE));
        try (var disk = Images.open(path, OpenOptions.WRITING.withFormat(format))) {
            disk.write(0, ByteBuffer.wrap(content));
        }
        return content;
    }
}
