package dev.posada.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.storage.Partition.Role;
import dev.posada.storage.PartitionTable.Stretch;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables of partitions, with parted(8) as the one that makes them and as the judge. */
final class PartitionTableTest {
    private static final int SECTOR = 512;
    private static final int MIB = 1 << 20;

    @TempDir
    Path folder;

    private Path disk(String... script) throws IOException {
        LoopDevice.need("parted", "parted");
        var disk = folder.resolve("disk");
        try (var file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(64 * MIB);
        }
        var command = new ArrayList<>(List.of("parted", "--script", "--align", "none", disk.toString()));
        command.addAll(List.of(script));
        LoopDevice.run(command.toArray(String[]::new));
        return disk;
    }

    private static Optional<PartitionTable> read(Path disk) throws IOException {
        try (var channel = FileChannel.open(disk, StandardOpenOption.READ)) {
            return PartitionTableReader.read(channel, SECTOR);
        }
    }

    /** Number, first and last byte of each partition, as parted prints them. */
    private static List<String> judged(Path disk) throws IOException {
        return LoopDevice.run("parted", "--script", "--machine", disk.toString(), "unit", "B", "print")
                .lines()
                .filter(line -> line.matches("\\d+:.*"))
                .map(line -> line.split(":", -1))
                .map(fields -> fields[0] + " " + fields[1] + " " + fields[2])
                .sorted()
                .toList();
    }

    private static List<String> told(PartitionTable table) {
        return table.partitions().stream()
                .map(one -> one.number() + " " + one.startBytes() + "B " + (one.endBytes() - 1) + "B")
                .sorted()
                .toList();
    }

    @Test
    void gptTablesAreReadAsPartedReadsThem() throws IOException {
        var disk =
                disk("mklabel gpt mkpart a 1MiB 11MiB mkpart b linux-swap 11MiB 20MiB mkpart c 30MiB 40MiB set 3 lvm on"
                        .split(" "));
        LoopDevice.run("parted", "--script", disk.toString(), "rm", "1");
        var table = read(disk).orElseThrow();
        assertThat(told(table)).isEqualTo(judged(disk));
        assertThat(table.label()).isEqualTo("gpt");
        assertThat(table.partitions()).extracting(Partition::format).containsExactly("linux-swap", "linux-lvm");
        assertThat(table.startBytes()).isEqualTo(34 * SECTOR);
        assertThat(table.endBytes()).isEqualTo(64 * MIB - 33 * SECTOR);
        assertThat(table.nextNumber(Role.PRIMARY)).isEqualTo(1);
        assertThat(table.freeOutside())
                .containsExactly(
                        new Stretch(34 * SECTOR, 11 * MIB),
                        new Stretch(20 * MIB, 30 * MIB),
                        new Stretch(40 * MIB, 64 * MIB - 33 * SECTOR));
    }

    @Test
    void dosTablesAreReadWithTheLogicalPartitions() throws IOException {
        var disk = disk(("mklabel msdos mkpart primary ext2 1MiB 11MiB mkpart extended 20MiB 50MiB"
                        + " mkpart logical fat32 21MiB 25MiB mkpart logical 26MiB 30MiB mkpart logical 35MiB 40MiB")
                .split(" "));
        var table = read(disk).orElseThrow();
        assertThat(told(table)).isEqualTo(judged(disk));
        assertThat(table.partitions())
                .extracting(Partition::role)
                .containsExactly(Role.PRIMARY, Role.EXTENDED, Role.LOGICAL, Role.LOGICAL, Role.LOGICAL);
        assertThat(table.partitions()).extracting(Partition::format).startsWith("linux", "extended", "fat32");
        assertThat(table.nextRole(false)).contains(Role.PRIMARY);
        assertThat(table.nextRole(true)).isEmpty();
        assertThat(table.nextNumber(Role.LOGICAL)).isEqualTo(8);
        assertThat(table.room(Role.LOGICAL, 2 * MIB)).contains(new Stretch(31L * MIB, 33L * MIB));
    }

    @Test
    void aNewPartitionTakesTheSmallestStretchThatIsLargeEnough() throws IOException {
        var disk = disk("mklabel gpt mkpart a 10MiB 20MiB mkpart b 24MiB 63MiB".split(" "));
        var table = read(disk).orElseThrow();
        assertThat(table.room(Role.PRIMARY, 3 * MIB)).contains(new Stretch(20L * MIB, 23L * MIB));
        assertThat(table.room(Role.PRIMARY, 5 * MIB)).contains(new Stretch(MIB, 6L * MIB));
        assertThat(table.room(Role.PRIMARY, 10 * MIB - 40 * SECTOR)
                        .orElseThrow()
                        .startBytes())
                .as("where it only fits unaligned, it is unaligned")
                .isEqualTo(34 * SECTOR);
        assertThat(table.room(Role.PRIMARY, 30 * MIB)).isEmpty();
    }

    @Test
    void theCopyAtTheEndServesWhereTheFirstHeaderIsDamaged() throws IOException {
        var disk = disk("mklabel gpt mkpart a 1MiB 11MiB".split(" "));
        try (var file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.seek(SECTOR + 40);
            file.write(7);
        }
        assertThat(read(disk).orElseThrow().partitions()).hasSize(1);
        try (var file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.seek(64 * MIB - SECTOR + 40);
            file.write(7);
        }
        assertThatThrownBy(() -> read(disk)).isInstanceOf(IOException.class).hasMessageContaining("damaged");
    }

    @Test
    void aChainOfLogicalPartitionsWithoutEndIsRefused() throws IOException {
        var disk = disk("mklabel msdos mkpart extended 1MiB 50MiB mkpart logical 2MiB 4MiB".split(" "));
        try (var channel = FileChannel.open(disk, StandardOpenOption.WRITE)) {
            var entry = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
            entry.put(4, (byte) 5).putInt(8, 0).putInt(12, 2048);
            channel.write(entry, MIB + 446 + 16);
        }
        assertThatThrownBy(() -> read(disk)).isInstanceOf(IOException.class).hasMessageContaining("no end");
    }

    @Test
    void whateverADiskSaysTheReaderComesToAnEnd() throws IOException {
        var first = disk("mklabel gpt mkpart a 1MiB 11MiB mkpart b 12MiB 20MiB".split(" "));
        var gpt = Files.readAllBytes(first);
        Files.delete(first);
        var dos = Files.readAllBytes(
                disk("mklabel msdos mkpart extended 1MiB 50MiB mkpart logical 2MiB 4MiB mkpart logical 5MiB 8MiB"
                        .split(" ")));
        long seed = System.nanoTime();
        var random = new SplittableRandom(seed);
        for (int round = 0; round < 400; round++) {
            var bytes = round % 2 == 0 ? gpt : dos;
            // Only the places that count: the first sectors, and those the chain of logical partitions has.
            var window = ByteBuffer.wrap(bytes, 0, 9 * MIB).slice();
            var changed = ByteBuffer.allocate(window.capacity()).put(window).flip();
            int changes = 1 + random.nextInt(8);
            for (int change = 0; change < changes; change++) {
                int sector = round % 2 == 0 ? random.nextInt(34) : new int[] {0, 2048, 8192}[random.nextInt(3)];
                changed.put(sector * SECTOR + random.nextInt(SECTOR), (byte) random.nextInt(256));
            }
            var file = folder.resolve("mutated");
            Files.write(file, changed.array());
            try {
                read(file)
                        .ifPresent(table -> assertThat(table.partitions())
                                .as("seed %d", seed)
                                .allMatch(one -> one.startBytes() >= 0 && one.endBytes() <= changed.capacity()));
            } catch (IOException refused) {
                assertThat(refused).as("seed %d", seed).hasMessageNotContaining("\n");
            }
        }
    }

    @Test
    void aFileSystemIsNoTable() throws IOException {
        LoopDevice.need("mkfs.ext4", "e2fsprogs");
        var disk = folder.resolve("fs");
        try (var file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(8 * MIB);
        }
        LoopDevice.run("mkfs.ext4", "-q", disk.toString());
        assertThat(read(disk)).isEmpty();
    }
}
