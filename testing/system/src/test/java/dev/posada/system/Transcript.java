package dev.posada.system;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;

/** What virsh prints for a list of commands, with what differs between two runs of one daemon made equal. */
final class Transcript {
    private static final Pattern WORDS = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

    /** What passes, and what stands for it. */
    private static final Map<Pattern, String> PASSING = passing();

    private Transcript() {}

    private static Map<Pattern, String> passing() {
        var passing = new LinkedHashMap<Pattern, String>();
        // Terminals, ports and numbers the host or QEMU gives out.
        passing.put(Pattern.compile("/dev/pts/\\d+"), "/dev/pts/N");
        passing.put(Pattern.compile("\"id\": ?\"[a-z]+-\\d+\""), "\"id\":\"N\"");
        passing.put(Pattern.compile("(port='|127\\.0\\.0\\.1:)\\d+"), "$1N");
        passing.put(Pattern.compile("(\"fd\":\")\\d+\""), "$1N\"");
        passing.put(Pattern.compile("(?<=[ '>])\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d\\.\\d+[Z+0-9]*"), "TIME");
        // Files of a backup are named after the second.
        passing.put(Pattern.compile("(\\.qcow2\\.)\\d{10}\\b"), "$1N");
        // What has been used so far.
        passing.put(Pattern.compile("(?m)^(CPU time:? +|CPU: +)[\\d.]+s?$"), "$1N");
        passing.put(Pattern.compile("(?m)^((rss|last_update|usable|disk_caches) )\\d+"), "$1N");
        passing.put(
                Pattern.compile(
                        "(?m)^(.*\\b(time|delay|wait|rss|user|system|times|last-update|allocation|physical)=)[ ]?\\d+$"),
                "$1N");
        passing.put(Pattern.compile("(?m)^(vda \\w+_times) \\d+$"), "$1 N");
        passing.put(Pattern.compile("(?m)^(.*total duration .*: +)\\d+$"), "$1N");
        passing.put(Pattern.compile("(?m)^((Allocation|Physical): +)\\d+.*$"), "$1N");
        passing.put(Pattern.compile("67108864 +\\d+ +\\d+"), "67108864 N N");
        // What the host does meanwhile.
        passing.put(Pattern.compile("(?m)^((user|system|idle|iowait|usage) *:) *[\\d.]+"), "$1 N");
        passing.put(Pattern.compile("(?m)^((total *|free *|buffers|cached *):) *\\d+"), "$1 N");
        passing.put(Pattern.compile("(?m)^( *(0|Total):|4KiB:|CPU frequency:|Memory size:) +\\d+"), "$1 N");
        passing.put(Pattern.compile("(?m)^(\\s*shm_\\w+) +\\d+"), "$1 N");
        return passing;
    }

    /**
     * Runs the commands one after the other.
     *
     * @param virsh runs one with its options and words
     * @param folder stands where a command says {@code @FOLDER@}, and is written so in the answer
     * @return what was printed and the exit status, by command; one that stands more than once has its number behind it
     */
    static SequencedMap<String, String> of(
            Function<List<String>, Outcome> virsh, String uri, String folder, List<String> commands) {
        var times = new TreeMap<String, Integer>();
        var answers = new LinkedHashMap<String, String>();
        for (var command : commands) {
            int count = times.merge(command, 1, Integer::sum);
            var line = new ArrayList<>(List.of("-q", "-c", uri));
            line.addAll(words(command.replace("@FOLDER@", folder)));
            var ran = virsh.apply(line);
            var text = "[" + ran.status() + "]\n" + ran.out() + ran.err();
            answers.put(
                    count == 1 ? command : command + " #" + count,
                    steady(text.replace(uri, "URI").replace(folder, "@FOLDER@")).stripTrailing());
        }
        return answers;
    }

    private static String steady(String text) {
        var steady = text;
        for (var passing : PASSING.entrySet()) {
            steady = passing.getKey().matcher(steady).replaceAll(passing.getValue());
        }
        return steady;
    }

    private static List<String> words(String command) {
        var words = new ArrayList<String>();
        var matcher = WORDS.matcher(command);
        while (matcher.find()) {
            int group = matcher.group(1) != null ? 1 : matcher.group(2) != null ? 2 : 3;
            words.add(matcher.group(group));
        }
        return words;
    }
}
