package dev.posada.iso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Programs that know the format too, and both sides' ways to say what is in an image. */
final class Judges {
    private Judges() {}

    static String run(Path folder, String... command) throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "judge", ".out");
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start();
        } catch (IOException missing) {
            assumeTrue(false, missing.getMessage());
            return "";
        }
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        String said = Files.readString(out);
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }

    static Map<String, String> files(Path root) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(root.relativize(file).toString(), Files.readString(file));
            }
        }
        return files;
    }

    static Map<String, String> read(Path image) {
        Map<String, String> files = new TreeMap<>();
        try (var iso = IsoImage.open(image)) {
            walk(iso, iso.root(), "", files);
        }
        return files;
    }

    private static void walk(IsoImage iso, IsoEntry folder, String prefix, Map<String, String> files) {
        for (IsoEntry entry : iso.list(folder)) {
            if (entry.directory()) {
                walk(iso, entry, prefix + entry.name() + "/", files);
            } else if (entry.isFile()) {
                try (var in = iso.read(entry)) {
                    files.put(prefix + entry.name(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            } else {
                files.put(prefix + entry.name(), "-> " + entry.link());
            }
        }
    }
}
