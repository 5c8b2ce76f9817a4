package dev.posada.iso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IsoImageTest {
    @TempDir
    private Path folder;

    @Test
    void imagesOfXorrisoAreReadWithRockRidge() throws Exception {
        Path tree = tree();
        Path image = folder.resolve("rock.iso");
        Judges.run(
                folder,
                "xorrisofs",
                "-o",
                image.toString(),
                "-J",
                "-r",
                "-V",
                "Rocky",
                "-publisher",
                "Somebody",
                tree.toString());

        try (var iso = IsoImage.open(image)) {
            assertThat(iso.labels().volumeId()).isEqualTo("Rocky");
            assertThat(iso.labels().publisherId()).isEqualToIgnoringCase("Somebody");
            assertThat(iso.find("install/vmlinuz").orElseThrow().sizeBytes()).isEqualTo(10_000);
            assertThat(iso.find("link").orElseThrow().link()).isEqualTo("install/../install/vmlinuz");
        }
        Map<String, String> expected = Judges.files(tree);
        expected.put("link", "-> install/../install/vmlinuz");
        expected.put("root", "-> /etc/x");
        assertThat(Judges.read(image)).isEqualTo(expected);
    }

    @Test
    void foldersThatWereTooDeepAreWhereTheyBelong() throws Exception {
        Path tree = folder.resolve("deep");
        Path deepest = tree.resolve("1/2/3/4/5/6/7/8/9/10");
        Files.createDirectories(deepest);
        Files.writeString(deepest.resolve("file"), "down here");
        Path image = folder.resolve("deep.iso");
        Judges.run(folder, "xorrisofs", "-o", image.toString(), "-r", tree.toString());

        assertThat(Judges.read(image)).containsEntry("1/2/3/4/5/6/7/8/9/10/file", "down here");
    }

    @Test
    void withoutRockRidgeTheNamesAreThoseOfJoliet() throws Exception {
        Path image = folder.resolve("joliet.iso");
        Judges.run(folder, "xorrisofs", "-o", image.toString(), "-J", "--norock", tree().toString());

        try (var iso = IsoImage.open(image)) {
            assertThat(iso.hasRockRidge()).isFalse();
            assertThat(iso.find("install/a longer name than iso knows.txt")).isPresent();
        }
    }

    @Test
    void plainNamesAreFoundInEitherCase() throws Exception {
        Path image = folder.resolve("plain.iso");
        Judges.run(folder, "xorrisofs", "-o", image.toString(), "--norock", tree().toString());

        try (var iso = IsoImage.open(image)) {
            assertThat(iso.find("install/vmlinuz")).isPresent();
            assertThat(iso.find("INSTALL/VMLINUZ")).isPresent();
        }
    }

    @Test
    void whatIsNoImageIsRefused() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty"), "");
        Path text = Files.writeString(folder.resolve("text"), "x".repeat(100_000));

        assertThatThrownBy(() -> IsoImage.open(empty)).isInstanceOf(IsoException.class);
        assertThatThrownBy(() -> IsoImage.open(text)).isInstanceOf(IsoException.class);
        assertThatThrownBy(() -> IsoImage.open(folder)).isInstanceOf(IsoException.class);
        assertThatThrownBy(() -> IsoImage.open(folder.resolve("none"))).isInstanceOf(IsoException.class);
    }

    @Test
    void damagedImagesAreReadOrRefusedButNeverBreakTheReader() throws Exception {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        Path image = folder.resolve("whole.iso");
        var writer = new IsoWriter("FUZZ", Instant.EPOCH);
        for (int i = 0; i < 20; i++) {
            writer.add("folder " + i % 3 + "/file number " + i, "text " + i);
        }
        writer.write(image);
        byte[] whole = Files.readAllBytes(image);
        for (int round = 0; round < 400; round++) {
            byte[] damaged = whole.clone();
            for (int change = random.nextInt(1, 12); change > 0; change--) {
                // From the descriptors on: what is before is never looked at.
                int at = random.nextInt(16 * IsoImage.SECTOR, damaged.length);
                damaged[at] = (byte) (random.nextBoolean() ? random.nextInt() : 0xff);
            }
            Path file = Files.write(folder.resolve("damaged.iso"), damaged);
            try {
                walk(file);
            } catch (IsoException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            } catch (RuntimeException | Error broken) {
                throw new AssertionError("seed " + seed + ", round " + round, broken);
            }
        }
    }

    /** What a reader does with an image, with a bound of its own: damage can make a folder hold itself. */
    private static void walk(Path file) throws IOException {
        try (var iso = IsoImage.open(file)) {
            Deque<IsoEntry> waiting = new ArrayDeque<>();
            waiting.add(iso.root());
            int seen = 0;
            while (!waiting.isEmpty() && seen < 200) {
                for (IsoEntry entry : iso.list(waiting.remove())) {
                    seen++;
                    if (entry.directory()) {
                        waiting.add(entry);
                    } else if (entry.isFile() && entry.sizeBytes() < 10_000_000) {
                        iso.copy(entry, OutputStream.nullOutputStream());
                    }
                }
            }
            iso.find("folder 1/file number 1");
        }
    }

    private Path tree() throws IOException {
        Path tree = folder.resolve("tree");
        Files.createDirectories(tree.resolve("install"));
        Files.write(tree.resolve("install/vmlinuz"), new byte[10_000]);
        Files.writeString(tree.resolve("install/a longer name than iso knows.txt"), "text");
        Files.writeString(tree.resolve(".treeinfo"), "[general]\nfamily=Tin\n");
        Files.writeString(tree.resolve("n".repeat(240)), "long");
        Files.createSymbolicLink(tree.resolve("link"), Path.of("install/../install/vmlinuz"));
        Files.createSymbolicLink(tree.resolve("root"), Path.of("/etc/x"));
        return tree;
    }
}
