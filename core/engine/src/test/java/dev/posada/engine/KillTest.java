package dev.posada.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.model.DomainIdentity;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kills a daemon's process in the middle of its work, again and again, and compares what is left with what it said. */
@Timeout(300)
class KillTest {
    private static final int KILLS = 4;

    @TempDir
    Path root;

    /** What must be there, by name: the version of the definition. What was under way may be as before or as after. */
    private final Map<String, String> acknowledged = new HashMap<>();

    private String underWay = "";

    @Test
    void whatWasAcknowledgedIsThereAndNothingIsThereTwice() throws IOException, InterruptedException {
        long seed = System.nanoTime();
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int round = 0; round < KILLS; round++) {
            loopUntilKilled(round * 10_000, 40 + random.nextInt(300), random.nextInt(2_000_000));
            try (var house = new House(root, new Theatre(), Duration.ofSeconds(20))) {
                compare(house, "seed " + seed + ", round " + round);
            }
        }
        try (Stream<Path> files = Files.walk(root)) {
            assertThat(files.map(Path::toString))
                    .noneMatch(file -> file.contains(".corrupt-") || file.endsWith(".new"));
        }
    }

    private void loopUntilKilled(int from, int lines, int delayNanos) throws IOException, InterruptedException {
        var process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("surefire.real.class.path", System.getProperty("java.class.path")),
                        DefineLoop.class.getName(),
                        root.toString(),
                        Integer.toString(from)))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (int i = 0; i < lines; i++) {
                take(said.readLine());
            }
            long until = System.nanoTime() + delayNanos;
            while (System.nanoTime() < until) {
                Thread.onSpinWait(); // so that the kill does not always fall right behind a line
            }
            process.toHandle().destroyForcibly(); // unlike the process itself, this leaves its output to be read
            for (var line = said.readLine(); line != null; line = said.readLine()) {
                take(line);
            }
        } finally {
            process.destroyForcibly();
            process.waitFor();
        }
    }

    private void take(String line) {
        assertThat(line).as("the loop ended by itself").isNotNull();
        var words = line.split(" ", -1);
        if (words.length < 4) {
            return; // the kill cut it short
        }
        if (words[0].equals("?")) {
            underWay = line;
            return;
        }
        underWay = "";
        switch (words[1]) {
            case "define" -> acknowledged.put(words[2], words[3]);
            case "undefine" -> acknowledged.remove(words[2]);
            case "rename" -> acknowledged.put(words[3], acknowledged.remove(words[2]));
            default -> {} // autostart changes no definition
        }
    }

    private void compare(House house, String when) {
        var there = new HashMap<String, String>();
        for (var domain : house.domains().list(0)) {
            var before = there.put(domain.name(), version(house, domain));
            assertThat(before).as(when).isNull();
        }
        var uncertain = underWay.isEmpty() ? new String[] {"", "", "", ""} : underWay.split(" ", -1);
        var expected = new HashMap<>(acknowledged);
        if (!underWay.isEmpty()) {
            for (var name : List.of(uncertain[2], uncertain[3])) {
                expected.remove(name);
            }
            if (uncertain[1].equals("rename")) {
                assertThat(there.containsKey(uncertain[2]) ^ there.containsKey(uncertain[3]))
                        .as(when + ": one name, the old or the new")
                        .isTrue();
            }
        }
        var certain = new HashMap<>(there);
        certain.keySet().removeAll(List.of(uncertain[2], uncertain[3]));
        assertThat(certain).as(when + ", under way: " + underWay).isEqualTo(expected);
        acknowledged.clear();
        acknowledged.putAll(there);
        underWay = "";
    }

    private static String version(House house, DomainIdentity domain) {
        return house.domains().xml(domain.uuid(), 0).contains("<title>2</title>") ? "2" : "1";
    }
}
