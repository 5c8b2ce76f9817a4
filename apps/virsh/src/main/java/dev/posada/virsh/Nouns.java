package dev.posada.virsh;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The commands of the shell by what they are about: {@code posada network start} is {@code net-start}. */
final class Nouns {
    /**
     * What commands are about.
     *
     * @param name as the user writes it
     * @param prefixes what the verb has before it in the shell, the likelier first
     * @param keywords the groups its commands are in
     */
    private record Noun(String name, List<String> prefixes, List<String> keywords) {}

    private static final List<Noun> ALL = List.of(
            new Noun("domain", List.of("", "dom-", "dom"), List.of("domain", "monitor", "events")),
            new Noun("network", List.of("net-"), List.of("network")),
            new Noun("pool", List.of("pool-", "find-storage-pool-"), List.of("pool")),
            new Noun("volume", List.of("vol-"), List.of("volume")),
            new Noun("snapshot", List.of("snapshot-"), List.of("snapshot")),
            new Noun("checkpoint", List.of("checkpoint-"), List.of("checkpoint")),
            new Noun("backup", List.of("backup-"), List.of("backup")),
            new Noun("interface", List.of("iface-"), List.of("interface")),
            new Noun("filter", List.of("nwfilter-"), List.of("filter")),
            new Noun("secret", List.of("secret-"), List.of("secret")),
            new Noun("device", List.of("nodedev-"), List.of("nodedev")),
            new Noun("jvm", List.of("jvm-"), List.of("jvm")),
            new Noun("host", List.of("node", "", "node-"), List.of("host")));

    private Nouns() {}

    /** The names of all nouns. */
    static List<String> names() {
        return ALL.stream().map(Noun::name).toList();
    }

    /**
     * The shell's command line for {@code NOUN VERB …}.
     *
     * @throws CommandException when there is no such noun or verb, with those there are
     */
    static List<String> command(List<String> words) {
        var noun = noun(words.getFirst());
        if (words.size() < 2 || words.get(1).startsWith("-")) {
            throw new CommandException("posada " + noun.name() + ": what to do? " + String.join(", ", verbs(noun)));
        }
        var verb = words.get(1);
        var name = command(noun, verb)
                .orElseThrow(() -> new CommandException("posada " + noun.name() + ": there is no '" + verb
                        + "'; there are " + String.join(", ", verbs(noun))));
        var line = new ArrayList<>(List.of(name));
        line.addAll(words.subList(2, words.size()));
        return line;
    }

    private static Noun noun(String name) {
        for (var noun : ALL) {
            if (noun.name().equals(name)) {
                return noun;
            }
        }
        throw new CommandException("posada: there is no '" + name + "'; see posada --help");
    }

    private static Optional<String> command(Noun noun, String verb) {
        for (var prefix : noun.prefixes()) {
            for (var keyword : noun.keywords()) {
                var group = Groups.named(keyword).orElseThrow();
                if (group.names().contains(prefix + verb)) {
                    return Optional.of(prefix + verb);
                }
            }
        }
        return Optional.empty();
    }

    private static List<String> verbs(Noun noun) {
        var verbs = new ArrayList<String>();
        for (var keyword : noun.keywords()) {
            for (var name : Groups.named(keyword).orElseThrow().names()) {
                verbs.add(verb(noun, name));
            }
        }
        return verbs;
    }

    /** The command's name without the noun's prefix, where another command's is not the same then. */
    private static String verb(Noun noun, String name) {
        for (var prefix : noun.prefixes()) {
            if (!prefix.isEmpty() && name.startsWith(prefix) && name.length() > prefix.length()) {
                var verb = name.substring(prefix.length());
                return command(noun, verb).filter(name::equals).isPresent() ? verb : name;
            }
        }
        return name;
    }
}
