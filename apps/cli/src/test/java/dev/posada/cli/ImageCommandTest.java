package dev.posada.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.image.Format;
import dev.posada.image.Images;
import dev.posada.image.OpenOptions;
import dev.posada.qmp.Json;
import dev.posada.terminal.Cancellation;
import dev.posada.terminal.Console;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The verbs beside qemu-img's: same words in, same answers out. */
final class ImageCommandTest {
    @TempDir
    Path folder;

    /** What a command answered. */
    private record Answer(int status, String out, String err) {}

    @ParameterizedTest
    @CsvSource({"raw,", "vdi,", "vdi,static=on", "vmdk,", "vmdk,subformat=streamOptimized", "vpc,", "vhdx,"})
    void infoAndMapAnswerAsQemuImg(String format, String options) {
        var image = folder.resolve("image");
        if (options == null) {
            qemuImg("create", "-f", format, image, "5M");
        } else {
            qemuImg("create", "-f", "raw", folder.resolve("raw"), "5M");
            qemuImg("convert", "-O", format, "-o", options, folder.resolve("raw"), image);
        }
        assertThat(json(posada("info", "-f", format, "--output=json", image)))
                .isEqualTo(json(qemuImg("info", "-f", format, "--output=json", image)));
        assertThat(posada("info", "-f", format, image)).isEqualTo(qemuImg("info", "-f", format, image));
        if (!format.equals("vhdx")) {
            assertThat(posada("map", "-f", format, image)).isEqualTo(qemuImg("map", "-f", format, image));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"512", "1k", "1.5M", "0x400", "7T"})
    void sizesAreUnderstoodAsQemuImgDoes(String size) throws IOException {
        posada("create", "-f", "raw", folder.resolve("ours"), size);
        qemuImg("create", "-f", "raw", folder.resolve("theirs"), size);
        assertThat(Files.size(folder.resolve("ours"))).isEqualTo(Files.size(folder.resolve("theirs")));
        assertThat(virtualSize(posada("info", folder.resolve("ours"))))
                .isEqualTo(virtualSize(qemuImg("info", folder.resolve("theirs"))));
    }

    @Test
    void statusesAreQemuImgs() throws IOException {
        var zeroes = Files.write(folder.resolve("zeroes"), new byte[1 << 20]);
        var ones = Files.write(folder.resolve("ones"), new byte[1 << 20]);
        var shorter = Files.write(folder.resolve("shorter"), new byte[1 << 19]);
        byte[] content = new byte[1 << 20];
        content[70_000] = 1;
        Files.write(ones, content);
        for (var words : List.of(
                new Object[] {"compare", zeroes, zeroes},
                new Object[] {"compare", zeroes, ones},
                new Object[] {"compare", zeroes, shorter},
                new Object[] {"compare", "-s", zeroes, shorter},
                new Object[] {"compare", zeroes, folder.resolve("none")},
                new Object[] {"compare", zeroes},
                new Object[] {"info", folder.resolve("none")},
                new Object[] {"info"},
                new Object[] {"info", "-f", "nonsense", zeroes},
                new Object[] {"create", folder.resolve("new")},
                new Object[] {"create", "-f", "raw", folder.resolve("new"), "-1"},
                new Object[] {"create", "-f", "raw", folder.resolve("new"), "9E"},
                new Object[] {"create", "-f", "raw", "-o", "nonsense=1", folder.resolve("new"), "1M"},
                new Object[] {"resize", "-f", "raw", zeroes, "512k"},
                new Object[] {"resize", "-f", "raw", shorter, "1M"},
                new Object[] {"convert", "-O", "raw", folder.resolve("none"), folder.resolve("new")},
                new Object[] {"nonsense"})) {
            var ours = ours(words);
            var theirs = theirs(words);
            assertThat(ours.status())
                    .as("%s: %s / %s", List.of(words), ours, theirs)
                    .isEqualTo(theirs.status());
            if (words[0].equals("compare") && ours.status() < 2) {
                assertThat(ours.out()).isEqualTo(theirs.out());
            }
            assertThat(ours.err().lines().count()).isLessThanOrEqualTo(1);
        }
        assertThat(folder.resolve("new")).doesNotExist();
    }

    @Test
    void qcow2VerbsAnswerAsQemuImg() throws IOException {
        var base = folder.resolve("base");
        var image = folder.resolve("image");
        posada("create", "-q", "-f", "qcow2", base, "5M");
        assertThat(posada("create", "-f", "qcow2", "-b", "base", "-F", "qcow2", image))
                .contains("size=5242880");
        posada("convert", "-n", "-O", "qcow2", Files.write(folder.resolve("raw"), new byte[100_352]), image);
        posada("snapshot", "-c", "first", base);
        for (var file : List.of(base, image)) {
            for (var verb : List.of("info", "check", "map")) {
                assertThat(json(posada(verb, "--output=json", file)))
                        .as(verb)
                        .isEqualTo(json(qemuImg(verb, "--output=json", file)));
            }
            assertThat(posada("check", file)).isEqualTo(qemuImg("check", file));
            assertThat(posada("map", file)).isEqualTo(qemuImg("map", file));
            assertThat(posada("info", "--backing-chain", file)).isEqualTo(qemuImg("info", "--backing-chain", file));
            assertThat(json(posada("info", "--backing-chain", "--output=json", file)))
                    .isEqualTo(json(qemuImg("info", "--backing-chain", "--output=json", file)));
            for (var target : List.of("qcow2", "raw")) {
                assertThat(json(posada("measure", "-O", target, "--output=json", file)))
                        .isEqualTo(json(qemuImg("measure", "-O", target, "--output=json", file)));
            }
        }
        for (var options : List.of("cluster_size=4k", "refcount_bits=1", "extended_l2=on", "preallocation=full")) {
            assertThat(posada("measure", "-O", "qcow2", "-o", options, "--size", "3G"))
                    .as(options)
                    .isEqualTo(qemuImg("measure", "-O", "qcow2", "-o", options, "--size", "3G"));
        }
        assertThat(posada("snapshot", "-l", base)).isEqualTo(qemuImg("snapshot", "-l", base));
        posada("rebase", "-u", "-b", "", image);
        posada("amend", "-o", "compat=0.10", image);
        assertThat(qemuImg("info", image)).contains("compat: 0.10").doesNotContain("backing");
        posada("snapshot", "-d", "first", base);
        assertThat(ours("snapshot", "-d", "first", base).status()).isEqualTo(1);
        assertThat(ours("check", folder.resolve("raw")).status()).isEqualTo(63);
    }

    @Test
    void aCopyTellsItsProgress() throws IOException {
        var raw = Files.write(folder.resolve("raw"), new byte[1 << 20]);
        var text = posada("convert", "-p", "-f", "raw", "-O", "vdi", raw, folder.resolve("copy.vdi"));
        assertThat(text).startsWith("    (0.00/100%)\r").endsWith("    (100.00/100%)\r\n");
        assertThat(qemuImg("compare", raw, folder.resolve("copy.vdi"))).contains("identical");
    }

    @Test
    void snapshotsAreConvertedAndFilesJoined() throws IOException {
        byte[] content = new byte[1 << 20];
        new Random(2).nextBytes(content);
        var raw = Files.write(folder.resolve("raw"), content);
        var image = folder.resolve("image");
        posada("convert", "-f", "raw", "-O", "qcow2", raw, image);
        posada("snapshot", "-c", "before", image);
        qemuImg("resize", image, "2M");
        posada(
                "convert",
                "-n",
                "-f",
                "raw",
                "-O",
                "qcow2",
                Files.write(folder.resolve("other"), new byte[1 << 20]),
                image);
        posada("convert", "-l", "before", "-O", "raw", image, folder.resolve("copy"));
        assertThat(Files.mismatch(raw, folder.resolve("copy"))).isEqualTo(-1);
        posada("convert", "-l", "snapshot.id=1", "-O", "raw", image, folder.resolve("copy"));
        assertThat(Files.mismatch(raw, folder.resolve("copy"))).isEqualTo(-1);
        assertThat(ours("convert", "-l", "after", "-O", "raw", image, folder.resolve("none"))
                        .status())
                .isEqualTo(1);
        posada("convert", "-O", "qcow2", raw, image, raw, folder.resolve("ours"));
        qemuImg("convert", "-O", "qcow2", raw, image, raw, folder.resolve("theirs"));
        assertThat(qemuImg("compare", "-s", folder.resolve("ours"), folder.resolve("theirs")))
                .contains("identical");
    }

    @Test
    void ctrlCLeavesNothing() throws IOException, InterruptedException {
        byte[] noise = new byte[48 << 20];
        new Random(1).nextBytes(noise);
        var raw = Files.write(folder.resolve("raw"), noise);
        var target = Files.createDirectory(folder.resolve("made")).resolve("copy");
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.posada.cli.Main",
                        "posada",
                        "image",
                        "convert",
                        "-p",
                        "-c",
                        "-m1",
                        "-fraw",
                        "-Oqcow2",
                        raw.toString(),
                        target.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        // Its first word is said when the copy begins.
        assertThat(process.getInputStream().read()).isEqualTo(' ');
        assertThat(new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
        process.getInputStream().transferTo(OutputStream.nullOutputStream());
        int status = process.waitFor();
        if (status == 0) {
            // So quick that there was nothing left to interrupt.
            assertThat(qemuImg("check", target)).contains("No errors");
        } else {
            assertThat(status).isEqualTo(130);
            assertThat(target.getParent()).isEmptyDirectory();
        }
    }

    @Test
    void ddCopiesAPart() throws IOException {
        byte[] content = new byte[100 * 512];
        content[5 * 512] = 7;
        var raw = Files.write(folder.resolve("raw"), content);
        posada(
                "dd",
                "-f",
                "raw",
                "-O",
                "raw",
                "bs=512",
                "skip=5",
                "count=10",
                "if=" + raw,
                "of=" + folder.resolve("part"));
        qemuImg(
                "dd",
                "-f",
                "raw",
                "-O",
                "raw",
                "bs=512",
                "skip=5",
                "count=10",
                "if=" + raw,
                "of=" + folder.resolve("theirs"));
        assertThat(Files.readAllBytes(folder.resolve("part"))).startsWith(7).hasSize(10 * 512);
    }

    private static List<String> virtualSize(String text) {
        return text.lines().filter(line -> line.startsWith("virtual size")).toList();
    }

    private static Json json(String text) {
        return Json.parse(text);
    }

    private static String posada(Object... words) {
        var answer = ours(words);
        assertThat(answer.status()).as("%s", answer).isZero();
        return answer.out();
    }

    private static Answer ours(Object... words) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var line = new ArrayList<String>();
        for (var word : words) {
            line.add(word.toString());
        }
        var console = new Console(
                System.in,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                new Cancellation());
        int status = new ImageCommand(console).run(line.toArray(String[]::new));
        return new Answer(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static String qemuImg(Object... words) {
        var answer = theirs(words);
        assertThat(answer.status()).as("%s", answer).isZero();
        return answer.out();
    }

    private static Answer theirs(Object... words) {
        var line = new ArrayList<>(List.of("qemu-img"));
        for (var word : words) {
            line.add(word.toString());
        }
        try {
            var out = Files.createTempFile("qemu-img", ".out");
            var err = Files.createTempFile("qemu-img", ".err");
            try {
                var process = new ProcessBuilder(line)
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
                if (!process.waitFor(2, TimeUnit.MINUTES)) {
                    process.destroyForcibly();
                    throw new AssertionError(line + " does not end");
                }
                return new Answer(process.exitValue(), Files.readString(out), Files.readString(err));
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Test
    void aConversionKeepsToItsRate() throws IOException {
        var content = new byte[4 << 20];
        new Random(1).nextBytes(content);
        var raw = Files.write(folder.resolve("paced.raw"), content);
        long begin = System.nanoTime();
        posada("convert", "-f", "raw", "-O", "qcow2", "-r", "8M", raw, folder.resolve("paced.qcow2"));
        assertThat(System.nanoTime() - begin).as("4 MiB at 8 MiB a second").isGreaterThan(450_000_000L);
        qemuImg("compare", "-q", "-f", "raw", "-F", "qcow2", raw, folder.resolve("paced.qcow2"));
        assertThat(ours("convert", "-r", "0", "-O", "raw", raw, folder.resolve("never"))
                        .err())
                .contains("must be positive");
        assertThat(folder.resolve("never")).doesNotExist();
    }

    @Test
    void whatIsNewTakesItsRoomIfAskedTo() throws IOException {
        for (var format : List.of("raw", "qcow2", "vdi")) {
            var image = folder.resolve("grows." + format);
            posada("create", "-q", "-f", format, image, "1M");
            posada("resize", "-q", "-f", format, "--preallocation=full", image, "5M");
            qemuImg("compare", "-q", "-f", format, "-F", format, image, image);
            try (var disk = Images.open(
                    image, OpenOptions.READING.withFormat(Format.named(format).orElseThrow()))) {
                assertThat(disk.size()).isEqualTo(5 << 20);
            }
            assertThat(posada("info", "--output=json", "-f", format, image))
                    .as(format)
                    .containsPattern("\"actual-size\": [4-6]\\d{6}");
        }
        assertThat(ours("resize", "-f", "raw", "--preallocation=full", "--shrink", folder.resolve("grows.raw"), "1M")
                        .err())
                .contains("can't be used for shrinking");
        assertThat(ours("resize", "-f", "raw", "--preallocation=metadata", folder.resolve("grows.raw"), "9M")
                        .err())
                .contains("use falloc or full");
    }

    @Test
    void bitmapsChangeAsQemuImgChangesThem() throws IOException {
        var ours = folder.resolve("ours.qcow2");
        var theirs = folder.resolve("theirs.qcow2");
        var other = folder.resolve("other.qcow2");
        for (var image : List.of(other, theirs)) {
            qemuImg("create", "-q", "-f", "qcow2", image, "10M");
            qemuImg("bitmap", "--add", "-g", "4k", image, "recorded");
            qemuIo(image, "write 1M 100k", "write 9M 1M");
        }
        qemuImg("bitmap", "--add", "-g", "512", other, "fine");
        qemuIo(other, "write 5000k 1k");
        Files.copy(theirs, ours);
        for (var line : List.of(
                "--add FILE x",
                "--add FILE x",
                "--add -g 1000 FILE y",
                "--add -g 256 FILE y",
                "--add -g 4k --disable FILE y",
                "--remove FILE none",
                "--enable --disable FILE x",
                "--merge none FILE x",
                "--merge x FILE x",
                "--merge recorded FILE x",
                "--merge recorded -b OTHER -F qcow2 FILE y",
                "--merge fine -b OTHER --enable FILE y",
                "--merge fine -b OTHER FILE none",
                "--add --merge y -g 64k FILE z",
                "--clear FILE recorded",
                "--add FILE",
                "FILE x",
                "--add -b OTHER FILE a",
                "-g 64k --clear FILE x",
                "-F qcow2 --merge x FILE x",
                "--add --add FILE twice",
                "--add -f raw FILE a",
                "--remove --add FILE x",
                "--merge y FILE x",
                "--remove FILE twice")) {
            var answer = ours((Object[]) words(line, ours, other));
            var expected = theirs((Object[]) words(line, theirs, other));
            assertThat(answer.status())
                    .as("%s: %s / %s", line, answer, expected)
                    .isEqualTo(expected.status());
            assertThat(answer.err().lines().count()).isLessThanOrEqualTo(1);
            assertThat(bitmaps(ours)).as(line).isEqualTo(bitmaps(theirs));
            assertThat(qemuImg("check", ours)).as(line).contains("No errors");
            for (var name : List.of("x", "y", "z", "recorded")) {
                if (line.contains("--merge") && bitmaps(theirs).contains("name: " + name + "\n")) {
                    assertThat(dirty(ours, name)).as(line + ": " + name).isEqualTo(dirty(theirs, name));
                }
            }
        }
        for (var name : List.of("x", "y", "z", "recorded")) {
            posada("bitmap", "--remove", ours, name);
        }
        assertThat(qemuImg("info", ours)).doesNotContain("bitmaps");
        assertThat(qemuImg("check", ours)).contains("No errors");
    }

    @Test
    void aCopyHasTheBitmapsToo() throws IOException {
        var image = folder.resolve("image");
        qemuImg("create", "-q", "-f", "qcow2", image, "10M");
        qemuImg("bitmap", "--add", "-g", "4k", image, "x");
        qemuIo(image, "write 1M 100k");
        qemuImg("bitmap", "--disable", image, "x");
        qemuImg("bitmap", "--add", image, "y");
        var ours = folder.resolve("ours");
        var theirs = folder.resolve("theirs");
        posada("convert", "--bitmaps", "-O", "qcow2", image, ours);
        qemuImg("convert", "--bitmaps", "-O", "qcow2", image, theirs);
        assertThat(bitmaps(ours)).isEqualTo(bitmaps(theirs));
        assertThat(dirty(ours, "x")).isEqualTo(dirty(theirs, "x")).isNotEqualTo(dirty(ours, "y"));
        assertThat(qemuImg("check", ours)).contains("No errors");
        for (var words : List.of(
                new Object[] {"convert", "--skip-broken-bitmaps", "-O", "qcow2", image, folder.resolve("none")},
                new Object[] {"convert", "--bitmaps", "-O", "qcow2", image, image, folder.resolve("none")},
                new Object[] {"convert", "--bitmaps", "-O", "raw", image, folder.resolve("none")})) {
            assertThat(ours(words).status()).as("%s", List.of(words)).isEqualTo(1);
            assertThat(folder.resolve("none")).doesNotExist();
        }
    }

    @Test
    void whatCannotBeReadBecomesZeroes() throws IOException {
        var content = new byte[256 << 10];
        Arrays.fill(content, (byte) 'a');
        var raw = Files.write(folder.resolve("raw"), content);
        var image = folder.resolve("image");
        qemuImg("convert", "-c", "-f", "raw", "-O", "qcow2", raw, image);
        var bytes = Files.readAllBytes(image);
        // The first compressed cluster lies behind the tables.
        Arrays.fill(bytes, 5 << 16, (5 << 16) + 16, (byte) 0xff);
        Files.write(image, bytes);
        var refused = ours("convert", "-O", "raw", image, folder.resolve("ours"));
        assertThat(refused.status())
                .isEqualTo(theirs("convert", "-O", "raw", image, folder.resolve("theirs"))
                        .status());
        assertThat(folder.resolve("ours")).doesNotExist();
        var salvaged = ours("convert", "--salvage", "-O", "raw", image, folder.resolve("ours"));
        var expected = theirs("convert", "--salvage", "-O", "raw", image, folder.resolve("theirs"));
        assertThat(salvaged.status()).isEqualTo(expected.status()).isZero();
        assertThat(Files.mismatch(folder.resolve("ours"), folder.resolve("theirs")))
                .isEqualTo(-1);
        assertThat(salvaged.err().lines().count())
                .isEqualTo(expected.err().lines().count())
                .isPositive();
    }

    private static String[] words(String line, Path image, Path other) {
        return ("bitmap " + line)
                .replace("FILE", image.toString())
                .replace("OTHER", other.toString())
                .split(" ", -1);
    }

    /** What QEMU says of the bitmaps in an image. */
    private static String bitmaps(Path image) {
        return qemuImg("info", image).replaceFirst("(?s).*lazy refcounts: \\w+\n", "");
    }

    /** The places that a bitmap marks, as QEMU's export tells them. */
    private String dirty(Path image, String name) throws IOException {
        // Names of its own, and a copy: a server may end, remove its socket and unlock the image after the next step
        // has begun.
        var socket = Files.createTempDirectory(folder, "nbd").resolve("nbd");
        var copy = Files.copy(image, socket.resolveSibling("copy"));
        var server = new ProcessBuilder(
                        "qemu-nbd", "--fork", "-r", "-f", "qcow2", "-B", name, "-k", socket.toString(), copy.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertThat(server.waitFor()).isZero();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // The server ends with its first client.
        return qemuImg(
                "map",
                "--output=json",
                "--image-opts",
                "driver=nbd,server.type=unix,server.path=" + socket + ",x-dirty-bitmap=qemu:dirty-bitmap:" + name);
    }

    private static void qemuIo(Path image, String... commands) throws IOException {
        var line = new ArrayList<>(List.of("qemu-io", "-f", "qcow2"));
        for (var command : commands) {
            line.addAll(List.of("-c", command));
        }
        line.add(image.toString());
        var process = new ProcessBuilder(line).redirectErrorStream(true).start();
        var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(text).contains("wrote").doesNotContain("failed");
    }
}
