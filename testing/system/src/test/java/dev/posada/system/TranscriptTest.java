package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same 130 virsh commands to a posadad and to a real libvirtd; what virsh prints and its exit status must agree. A
 * difference that is meant stands in {@code differences.txt} with its reason; one that is listed and has gone fails too.
 */
class TranscriptTest {
    private static final Pattern COMMAND_WORDS = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

    /** What differs between two runs of one program: each pattern and what stands for it. */
    private static final Map<Pattern, String> PASSING = new LinkedHashMap<>();

    static {
        PASSING.put(Pattern.compile("/dev/pts/\\d+"), "/dev/pts/N");
        PASSING.put(Pattern.compile("\"id\":\"libvirt-\\d+\""), "\"id\":\"N\"");
        PASSING.put(Pattern.compile("(port='|127\\.0\\.0\\.1:)\\d+"), "$1N");
        PASSING.put(Pattern.compile("(?m)^(CPU time:? +|CPU: +)[\\d.]+s?$"), "$1N");
        PASSING.put(Pattern.compile("(?m)^(rss|last_update) \\d+"), "$1 N");
        PASSING.put(
                Pattern.compile(
                        "(?m)^(vda \\w+|.*\\b(time|delay|wait|rss|user|system|last-update|allocation|physical)=)[ ]?\\d+$"),
                "$1N");
        PASSING.put(Pattern.compile("(?m)^(.*number of .*: +|.*total duration .*: +)\\d+$"), "$1N");
        PASSING.put(Pattern.compile("(?m)^((Allocation|Physical): +)\\d+$"), "$1N");
        PASSING.put(Pattern.compile("(?m)^((user|system|idle|iowait|total *|free *|buffers|cached *): *)\\d+"), "$1N");
        PASSING.put(Pattern.compile("(?m)^( *(0|Total): +|4KiB: |CPU frequency: +|Memory size: +)\\d+"), "$1N");
        PASSING.put(Pattern.compile("67108864 +\\d+ +\\d+"), "67108864 N N");
    }

    @TempDir
    Path folder;

    @Test
    void virshPrintsTheSame() throws Exception {
        Programs.need("qemu-system-x86_64", "qemu-img");
        Programs.run(
                        "qemu-img",
                        "create",
                        "-q",
                        "-f",
                        "qcow2",
                        folder.resolve("disk.qcow2").toString(),
                        "64M")
                .succeeded();
        Files.writeString(
                folder.resolve("guest.xml"), resource("transcript-guest.xml").replace("@FOLDER@", folder.toString()));
        var commands = resource("transcript.txt")
                .replace("@FOLDER@", folder.toString())
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
        Map<String, String> theirs;
        Map<String, String> ours;
        try (var libvirtd = Libvirtd.start(folder.resolve("libvirtd"))) {
            theirs = transcript(libvirtd.uri(), commands);
        }
        try (var daemon = Daemon.start(folder.resolve("root"))) {
            ours = transcript(daemon.uri(), commands);
        }
        var meant = differences();
        var surprises = new ArrayList<String>();
        var gone = new ArrayList<String>();
        for (var step : theirs.keySet()) {
            boolean same = theirs.get(step).equals(ours.get(step));
            var name = step.replace(folder.toString(), "@FOLDER@");
            if (!same && !meant.containsKey(name)) {
                surprises.add("== " + name + "\n-- libvirtd\n" + theirs.get(step) + "-- posadad\n" + ours.get(step));
            } else if (same && meant.containsKey(name)) {
                gone.add(name);
            }
        }
        assertThat(String.join("\n", surprises)).as("differences nobody listed").isEmpty();
        assertThat(gone).as("listed in differences.txt, but they agree").isEmpty();
    }

    /** What each command printed; a command that stands more than once has its number behind it. */
    private Map<String, String> transcript(String uri, List<String> commands) {
        var seen = new TreeMap<String, Integer>();
        var transcript = new LinkedHashMap<String, String>();
        for (var command : commands) {
            int times = seen.merge(command, 1, Integer::sum);
            var words = new ArrayList<>(List.of("virsh", "-q", "-c", uri));
            var matcher = COMMAND_WORDS.matcher(command);
            while (matcher.find()) {
                words.add(
                        matcher.group(1) != null
                                ? matcher.group(1)
                                : matcher.group(2) != null ? matcher.group(2) : matcher.group(3));
            }
            var ran = Programs.run(words.toArray(String[]::new));
            var text = "[" + ran.status() + "]\n" + (ran.out() + ran.err()).replace(uri, "URI");
            for (var passing : PASSING.entrySet()) {
                text = passing.getKey().matcher(text).replaceAll(passing.getValue());
            }
            transcript.put(times == 1 ? command : command + " #" + times, text.stripTrailing() + "\n");
        }
        return transcript;
    }

    private static Map<String, String> differences() throws IOException {
        var differences = new LinkedHashMap<String, String>();
        resource("differences.txt")
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .forEach(line -> {
                    int bar = line.indexOf(" | ");
                    differences.put(
                            line.substring(0, bar).strip(),
                            line.substring(bar + 3).strip());
                });
        return differences;
    }

    private static String resource(String name) throws IOException {
        try (var in = TranscriptTest.class.getResourceAsStream(name)) {
            return new String(
                    java.util.Objects.requireNonNull(in, name).readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }
}
