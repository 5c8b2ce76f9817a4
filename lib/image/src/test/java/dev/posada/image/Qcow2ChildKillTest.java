package dev.posada.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.image.CheckResult.Repair;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that writes to an image, and is killed for good at some moment. */
class Qcow2ChildKillTest {
    private static final int BLOCK = 10_000;
    private static final int BLOCKS = 60;
    private static final int STEPS = 100_000;
    private static final int SNAPSHOT_EVERY = 7;

    @TempDir
    Path folder;

    /** The child: writes blocks, each with the number of its step, and says which steps have been flushed. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] words) {
            var image = Path.of(words[0]);
            for (int step = 0; step < STEPS; ) {
                try (var disk = Images.open(image, OpenOptions.WRITING)) {
                    for (int i = 0; i < SNAPSHOT_EVERY; i++, step++) {
                        disk.write((long) block(step) * BLOCK, content(step));
                        disk.flush();
                        System.out.println(step);
                    }
                }
                if (step > SNAPSHOT_EVERY) {
                    Qcow2Images.deleteSnapshot(image, OpenOptions.WRITING, "snapshot");
                }
                Qcow2Images.createSnapshot(image, OpenOptions.WRITING, "snapshot", Instant.EPOCH);
            }
        }
    }

    private static int block(int step) {
        return new Random(step).nextInt(BLOCKS);
    }

    private static ByteBuffer content(int step) {
        var bytes = ByteBuffer.allocate(BLOCK);
        while (bytes.remaining() >= Integer.BYTES) {
            bytes.putInt(step + 1);
        }
        return bytes.clear();
    }

    @Test
    void whatWasFlushedOutlivesTheProcess() throws IOException, InterruptedException {
        long seed = new Random().nextLong();
        System.err.println("Qcow2ChildKillTest seed " + seed);
        var random = new Random(seed);
        for (int round = 0; round < 3; round++) {
            var image = folder.resolve("image" + round + ".qcow2");
            Images.create(
                    image, CreateRequest.of(Format.QCOW2, (long) BLOCK * BLOCKS).withOption("cluster_size", "4k"));
            int flushed = runAndKill(image, 20 + random.nextInt(60));
            var result = Qcow2Images.check(image, OpenOptions.READING, Repair.NONE);
            assertThat(result.corruptions()).as(result.messages().toString()).isZero();
            assertThat(QemuImg.command("qemu-img", "check", image).status()).isIn(0, 3);
            assertBlocks(image, flushed);
        }
    }

    private static int runAndKill(Path image, int steps) throws IOException, InterruptedException {
        var child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        image.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        int flushed = -1;
        try (var lines = new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                flushed = Integer.parseInt(line);
                if (flushed == steps) {
                    // Not by the process itself, which would close the stream before its last line is read.
                    child.toHandle().destroyForcibly();
                }
            }
        } finally {
            child.destroyForcibly();
        }
        assertThat(child.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(flushed).isGreaterThanOrEqualTo(steps);
        return flushed;
    }

    private static void assertBlocks(Path image, int flushed) {
        try (var disk = Images.open(image, OpenOptions.READING)) {
            for (int block = 0; block < BLOCKS; block++) {
                int last = 0;
                for (int step = 0; step <= flushed; step++) {
                    last = block(step) == block ? step + 1 : last;
                }
                var found = ByteBuffer.allocate(BLOCK);
                disk.read((long) block * BLOCK, found);
                // The step after the last one that was reported may have been on its way.
                boolean onItsWay = block(flushed + 1) == block;
                for (int i = 0; i < BLOCK / Integer.BYTES; i++) {
                    int value = found.getInt(i * Integer.BYTES);
                    assertThat(value == last || (onItsWay && value == flushed + 2))
                            .as("block " + block + " has " + value + " at " + i + ", not " + last)
                            .isTrue();
                }
            }
        }
    }
}
