package dev.posada.clone;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Takes a command line apart by the rules that virt-clone has from Python's argument parser: long options may be
 * shortened while they stay unique, values stand behind a blank or {@code =}, short options may be run together.
 */
final class CommandLine {
    private static final Set<String> FLAGS = Set.of(
            "auto-clone",
            "reflink",
            "linked",
            "nonsparse",
            "preserve-data",
            "replace",
            "print-xml",
            "quiet",
            "debug",
            "prompt",
            "force",
            "help",
            "version");

    private static final Set<String> VALUES = Set.of(
            "connect",
            "original",
            "original-xml",
            "name",
            "uuid",
            "file",
            "force-copy",
            "skip-copy",
            "nvram",
            "mac",
            "check");

    private static final Map<Character, String> SHORT = Map.of(
            'h',
            "help",
            'o',
            "original",
            'n',
            "name",
            'u',
            "uuid",
            'f',
            "file",
            'm',
            "mac",
            'q',
            "quiet",
            'd',
            "debug");

    private final List<String> words;
    private final Set<String> flags = new HashSet<>();
    private final Map<String, List<String>> values = new HashMap<>();
    private final List<String> unrecognized = new ArrayList<>();
    private int at;

    private CommandLine(List<String> words) {
        this.words = words;
    }

    /**
     * Reads the words behind the program's name.
     *
     * @throws UsageException when they are not of this form
     */
    static CloneOptions parse(List<String> words) {
        return new CommandLine(words).read();
    }

    private CloneOptions read() {
        while (at < words.size()) {
            var word = words.get(at++);
            if (word.equals("--")) {
                unrecognized.addAll(words.subList(at, words.size()));
                at = words.size();
            } else if (word.startsWith("--")) {
                longOption(word);
            } else if (word.startsWith("-") && word.length() > 1) {
                shortOptions(word);
            } else {
                unrecognized.add(word);
            }
            if (flags.contains("help") || flags.contains("version")) {
                break;
            }
        }
        boolean stopped = flags.contains("help") || flags.contains("version");
        if (!unrecognized.isEmpty() && !stopped) {
            throw new UsageException("unrecognized arguments: " + String.join(" ", unrecognized));
        }
        return new CloneOptions(
                flags,
                last("connect"),
                last("original"),
                last("original-xml"),
                // An empty name is none: the clone gets one like its original's.
                last("name").filter(name -> !name.isEmpty()),
                last("uuid"),
                all("file"),
                all("force-copy"),
                all("skip-copy"),
                last("nvram"),
                all("mac"),
                all("check"));
    }

    private void longOption(String word) {
        int equals = word.indexOf('=');
        var given = word.substring(2, equals < 0 ? word.length() : equals);
        var name = complete(given);
        if (name.isEmpty()) {
            unrecognized.add(word);
        } else if (VALUES.contains(name.get())) {
            put(name.get(), equals < 0 ? value(name.get()) : word.substring(equals + 1));
        } else if (equals >= 0) {
            throw new UsageException("argument " + shown(name.get()) + ": ignored explicit argument '"
                    + word.substring(equals + 1) + "'");
        } else {
            flags.add(name.get());
        }
    }

    private void shortOptions(String word) {
        for (int i = 1; i < word.length(); i++) {
            var name = SHORT.get(word.charAt(i));
            if (name == null) {
                if (i == 1) {
                    unrecognized.add(word);
                    return;
                }
                throw new UsageException("argument " + shown(SHORT.getOrDefault(word.charAt(i - 1), ""))
                        + ": ignored explicit argument '" + word.substring(i) + "'");
            }
            if (VALUES.contains(name)) {
                var rest = word.substring(i + 1);
                put(name, rest.isEmpty() ? value(name) : rest.startsWith("=") ? rest.substring(1) : rest);
                return;
            }
            flags.add(name);
        }
    }

    private String value(String name) {
        boolean there = at < words.size()
                && (!words.get(at).startsWith("-")
                        || words.get(at).equals("-")
                        || words.get(at).contains(" "));
        if (!there) {
            throw new UsageException("argument " + shown(name) + ": expected one argument");
        }
        return words.get(at++);
    }

    private static Optional<String> complete(String given) {
        if (FLAGS.contains(given) || VALUES.contains(given)) {
            return Optional.of(given);
        }
        var matches = new TreeSet<String>();
        FLAGS.stream().filter(name -> name.startsWith(given)).forEach(matches::add);
        VALUES.stream().filter(name -> name.startsWith(given)).forEach(matches::add);
        if (matches.size() > 1) {
            throw new UsageException("ambiguous option: --" + given + " could match --" + String.join(", --", matches));
        }
        return matches.stream().findFirst();
    }

    /** An option as the parser names it in errors. */
    private static String shown(String name) {
        for (var entry : SHORT.entrySet()) {
            if (entry.getValue().equals(name)) {
                return "-" + entry.getKey() + "/--" + name;
            }
        }
        return "--" + name;
    }

    private void put(String name, String value) {
        values.computeIfAbsent(name, ignored -> new ArrayList<>()).add(value);
    }

    private Optional<String> last(String name) {
        var all = all(name);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
    }

    private List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }
}
