package dev.posada.iso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IsoWriterTest {
    private static final Instant TIME = Instant.parse("2024-05-06T07:08:09Z");

    @TempDir
    private Path folder;

    @Test
    void aSeedIsReadAsItWasWritten() {
        Path image = seed();

        try (var iso = IsoImage.open(image)) {
            assertThat(iso.labels().volumeId()).isEqualTo("cidata");
            assertThat(iso.labels().sizeBytes()).isEqualTo(image.toFile().length());
            assertThat(iso.hasRockRidge()).isTrue();
            assertThat(iso.list(iso.root()))
                    .extracting(IsoEntry::name)
                    .containsExactlyInAnyOrder("meta-data", "network-config", "user-data");
            assertThat(text(iso, "/user-data")).isEqualTo("#cloud-config\n");
            assertThat(text(iso, "meta-data")).isEmpty();
            assertThat(iso.find("vendor-data")).isEmpty();
            assertThat(iso.find("user-data/more")).isEmpty();
        }
    }

    @Test
    void theSameFilesGiveTheSameBytes() throws IOException {
        byte[] first = Files.readAllBytes(seed());
        assertThat(Files.readAllBytes(seed())).isEqualTo(first);
    }

    @Test
    void xorrisoFindsTheSameFilesInIt() throws Exception {
        Path image = folder.resolve("tree.iso");
        new IsoWriter("TREE", TIME)
                .add("a file with a rather long name and ünïcode.txt", "one")
                .add("a file with a rather long name and more.txt", "two")
                .add("deep/deeper/deepest/file", "three")
                .add("deep/UPPER.TXT", "four")
                .add("deep/upper.txt", "five")
                .write(image);
        Path out = folder.resolve("out");

        Judges.run(folder, "xorriso", "-osirrox", "on", "-indev", image.toString(), "-extract", "/", out.toString());

        assertThat(Judges.files(out))
                .isEqualTo(new TreeMap<>(Map.of(
                        "a file with a rather long name and ünïcode.txt", "one",
                        "a file with a rather long name and more.txt", "two",
                        "deep/deeper/deepest/file", "three",
                        "deep/UPPER.TXT", "four",
                        "deep/upper.txt", "five")));
    }

    @Test
    void xorrisoSeesJolietAndTheLabel() throws Exception {
        Path image = seed();

        String joliet = Judges.run(
                folder,
                "xorriso",
                "-read_fs",
                "norock",
                "-indev",
                image.toString(),
                "-find",
                "/",
                "-exec",
                "report_lba");
        String summary = Judges.run(folder, "xorriso", "-indev", image.toString(), "-pvd_info");

        assertThat(joliet).contains("'/user-data'").contains("'/network-config'");
        assertThat(summary)
                .contains("Volume Id    : cidata")
                .contains("Creation Time: 2024050607080900")
                .doesNotContain("WARNING");
    }

    @Test
    void blkidTellsTheLabel() throws Exception {
        assertThat(Judges.run(folder, "/usr/sbin/blkid", "-p", "-o", "export", seed().toString()))
                .contains("LABEL=cidata")
                .contains("TYPE=iso9660")
                .contains("BLOCK_SIZE=2048");
    }

    @Test
    void manyFilesFillSeveralSectorsOfAFolder() {
        var writer = new IsoWriter("MANY", TIME);
        Map<String, String> expected = new TreeMap<>();
        for (int i = 0; i < 300; i++) {
            String path = "folder-" + i % 7 + "/the file number " + i;
            writer.add(path, "text " + i);
            expected.put(path, "text " + i);
        }
        Path image = folder.resolve("many.iso");
        writer.write(image);

        assertThat(Judges.read(image)).isEqualTo(expected);
    }

    @Test
    void randomTreesComeBackAsTheyWent() throws Exception {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int round = 0; round < 20; round++) {
            var writer = new IsoWriter("R" + round, TIME);
            Map<String, String> expected = new TreeMap<>();
            for (int i = random.nextInt(40); i >= 0; i--) {
                var path = new StringBuilder();
                for (int depth = random.nextInt(3); depth >= 0; depth--) {
                    path.append("d").append(random.nextInt(4)).append('/');
                }
                path.append("f".repeat(random.nextInt(1, 100))).append(i);
                String text = "x".repeat(random.nextInt(5000));
                writer.add(path.toString(), text);
                expected.put(path.toString(), text);
            }
            Path image = folder.resolve("random.iso");
            writer.write(image);
            assertThat(Judges.read(image)).as("seed %d, round %d", seed, round).isEqualTo(expected);
        }
    }

    @Test
    void whatDoesNotFitIsRefused() throws IOException {
        var writer = new IsoWriter("x", TIME).add("a", "one");
        Path file = Files.writeString(folder.resolve("file"), "text");

        assertThatThrownBy(() -> writer.add("a", "two")).isInstanceOf(IsoException.class);
        assertThatThrownBy(() -> writer.add("a/b", "two")).isInstanceOf(IsoException.class);
        assertThatThrownBy(() -> writer.add("../b", "two")).isInstanceOf(IsoException.class);
        assertThatThrownBy(() -> writer.add("", "two")).isInstanceOf(IsoException.class);
        assertThatThrownBy(() -> writer.add("n".repeat(121), "two")).isInstanceOf(IsoException.class);
        assertThatThrownBy(() -> writer.add("1/2/3/4/5/6/7/8", "two")).isInstanceOf(IsoException.class);
        assertThatThrownBy(() -> new IsoWriter("ünïcode", TIME)).isInstanceOf(IsoException.class);
        assertThatThrownBy(() -> new IsoWriter("v".repeat(33), TIME)).isInstanceOf(IsoException.class);
        assertThatThrownBy(() -> writer.add("none", folder.resolve("none"))).isInstanceOf(IsoException.class);
        writer.add("file", file);
        Files.writeString(file, "more text");
        assertThatThrownBy(() -> writer.write(folder.resolve("changed.iso")))
                .isInstanceOf(IsoException.class)
                .hasMessageContaining("changed");
    }

    private Path seed() {
        Path image = folder.resolve("seed.iso");
        new IsoWriter("cidata", TIME)
                .add("user-data", "#cloud-config\n")
                .add("meta-data", "")
                .add("network-config", "version: 2\n")
                .write(image);
        return image;
    }

    private static String text(IsoImage iso, String path) {
        try (var in = iso.read(iso.find(path).orElseThrow())) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(path, e);
        }
    }
}
