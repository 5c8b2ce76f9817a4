package dev.posada.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process is killed amid a long operation: nothing a guest reads is lost. */
final class KilledOperationTest {
    private static final int MEBI = 1 << 20;
    private static final int SIZE = 12 * MEBI;
    private static final int KILLS = 5;

    @TempDir
    Path folder;

    /** What the killed process does; it says a line at each step. */
    static final class Child {
        private Child() {}

        public static void main(String[] words) {
            var folder = Path.of(words[1]);
            var top = folder.resolve("top");
            var writing = OpenOptions.WRITING.withFormat(Format.QCOW2);
            Progress progress = (done, total) -> System.out.println(done);
            switch (words[0]) {
                case "convert" -> {
                    try (var disk = Images.open(top, OpenOptions.READING)) {
                        var image = CreateRequest.of(Format.QCOW2, SIZE).replacing();
                        Images.convert(disk, folder.resolve("copy"), ConvertRequest.to(image), progress);
                    }
                }
                case "rebase" ->
                    BackingChains.rebase(
                            top, writing, Optional.of(new BackingReference("other", Optional.of("qcow2"))), progress);
                case "commit" -> BackingChains.commit(top, writing, Optional.empty(), false, progress);
                default -> throw new IllegalArgumentException(words[0]);
            }
            System.out.println("done");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"convert", "rebase", "commit"})
    void nothingIsLost(String operation) throws Exception {
        var random = new Random(operation.hashCode());
        make("base", Optional.empty(), random);
        make("other", Optional.empty(), random);
        make("top", Optional.of("base"), random);
        var top = folder.resolve("top");
        var before = folder.resolve("before");
        QemuImg.run("convert", "-O", "raw", top, before);
        Files.writeString(folder.resolve("copy"), "the old file");
        for (int kill = 0; kill < KILLS; kill++) {
            killAfter(operation, random.nextInt(12));
            QemuImg.run("compare", "-f", "qcow2", "-F", "raw", top, before);
            assertThat(QemuImg.command("qemu-img", "check", top).status())
                    .as("sound, with leaks at worst")
                    .isIn(0, 3);
            assertThat(QemuImg.command("qemu-img", "check", folder.resolve("base"))
                            .status())
                    .isIn(0, 3);
            if (operation.equals("convert") && Files.size(folder.resolve("copy")) > 100) {
                // All of the new one, when it was killed late.
                QemuImg.run("compare", "-f", "qcow2", "-F", "raw", folder.resolve("copy"), before);
            }
        }
        // What was left behind is in nobody's way.
        assertThat(killAfter(operation, Integer.MAX_VALUE)).isTrue();
        QemuImg.run("compare", "-f", "qcow2", "-F", "raw", top, before);
        if (operation.equals("convert")) {
            QemuImg.run("compare", "-f", "qcow2", "-F", "raw", folder.resolve("copy"), before);
            assertThat(folder.resolve(".copy.posada-part")).doesNotExist();
        }
    }

    /** Runs the operation in a process of its own and kills it after so many steps; true when it was seen to be done by then. */
    private boolean killAfter(String operation, int steps) throws IOException, InterruptedException {
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        operation,
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        boolean ended = false;
        for (int step = 0; step <= steps; step++) {
            var line = lines.readLine();
            if (line == null) {
                break;
            }
            ended = line.equals("done");
        }
        process.destroyForcibly().waitFor();
        return ended;
    }

    private void make(String name, Optional<String> base, Random random) {
        var path = folder.resolve(name);
        var request = CreateRequest.of(Format.QCOW2, SIZE);
        Images.create(
                path, base.map(file -> request.backedBy(file, Format.QCOW2)).orElse(request));
        try (var disk = Images.open(path, OpenOptions.WRITING.withFormat(Format.QCOW2))) {
            for (int i = 0; i < 12; i++) {
                byte[] bytes = new byte[random.nextInt(600_000)];
                random.nextBytes(bytes);
                disk.write(random.nextInt(SIZE - bytes.length), ByteBuffer.wrap(bytes));
            }
        }
    }
}
