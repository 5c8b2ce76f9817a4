package dev.posada.install;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The options that have suboptions: the file {@code suboptions.txt}. A section is taken apart when it is asked for. */
final class OptionTable {
    private final Map<String, List<String>> groups = new HashMap<>();
    private final Map<String, List<String>> sections = new LinkedHashMap<>();
    private final Map<String, Section> read = new HashMap<>();

    private OptionTable() {}

    /**
     * An option that has suboptions.
     *
     * @param name the option without its dashes
     * @param place the element they are about
     * @param first the names of leading words that have none
     * @param meansNone whether {@code none} means something
     */
    record Section(String name, String place, List<String> first, boolean meansNone, List<Suboption> suboptions) {
        Section {
            first = List.copyOf(first);
            suboptions = List.copyOf(suboptions);
        }

        /** Whether each use makes another element. */
        boolean many() {
            return place.endsWith("[]");
        }

        /** The place, without the mark that there may be several. */
        String path() {
            return many() ? place.substring(0, place.length() - 2) : place;
        }

        /** Whether there is an element that can be cleared and looked up. */
        boolean hasElement() {
            return !place.equals(".");
        }
    }

    static OptionTable read() {
        var table = new OptionTable();
        try (var in = OptionTable.class.getResourceAsStream("suboptions.txt")) {
            if (in == null) {
                throw new IllegalStateException("suboptions.txt is missing from the program");
            }
            var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            var here = new ArrayList<String>();
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty() || line.startsWith("#")) {
                    continue;
                }
                if (line.startsWith("{")) {
                    here = new ArrayList<>();
                    table.groups.put(line.substring(1, line.length() - 1), here);
                } else if (line.startsWith("[")) {
                    here = new ArrayList<>();
                    here.add(line);
                    table.sections.put(line.substring(1, line.indexOf(']')), here);
                } else {
                    here.add(line.strip());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read suboptions.txt", e);
        }
        return table;
    }

    /** The options in the order in which they take effect. */
    List<String> names() {
        return List.copyOf(sections.keySet());
    }

    Section section(String name) {
        return read.computeIfAbsent(name, this::parse);
    }

    private Section parse(String name) {
        var lines = sections.get(name);
        if (lines == null) {
            throw new IllegalArgumentException("no option --" + name);
        }
        var words = lines.getFirst()
                .substring(lines.getFirst().indexOf(']') + 1)
                .strip()
                .split(" +", -1);
        var first = List.<String>of();
        boolean none = false;
        var body = lines.subList(1, lines.size());
        for (var word : words) {
            if (word.startsWith("first=")) {
                first = List.of(word.substring("first=".length()).split(",", -1));
            } else if (word.equals("none")) {
                none = true;
            } else if (word.startsWith("like=")) {
                var other = sections.getOrDefault(word.substring("like=".length()), lines);
                body = other.subList(1, other.size());
            }
        }
        var suboptions = new ArrayList<Suboption>();
        if (!words[0].equals("-")) {
            suboptions.add(new Suboption(
                    List.of("clearxml"), Suboption.NOWHERE, Suboption.Kind.TEXT, true, false, false, false, "clear"));
        }
        if (!words[0].equals("-") && !words[0].equals(".")) {
            groups.getOrDefault("xpath", List.of()).forEach(line -> suboptions.add(suboption(line)));
        }
        for (var line : body) {
            if (line.startsWith("+")) {
                groups.getOrDefault(line.substring(1), List.of()).forEach(each -> suboptions.add(suboption(each)));
            } else {
                suboptions.add(suboption(line));
            }
        }
        return new Section(name, words[0], first, none, suboptions);
    }

    private static Suboption suboption(String line) {
        var words = line.split(" +", -1);
        var kind = Suboption.Kind.TEXT;
        boolean yesOrNo = false;
        boolean commas = false;
        boolean ignoresDefault = false;
        boolean pass = false;
        var meaning = "";
        for (int i = 2; i < words.length; i++) {
            switch (words[i]) {
                case "int" -> kind = Suboption.Kind.INT;
                case "yes" -> kind = Suboption.Kind.YES_NO;
                case "on" -> kind = Suboption.Kind.ON_OFF;
                case "flag" -> kind = Suboption.Kind.FLAG;
                case "abs" -> kind = Suboption.Kind.ABSOLUTE_PATH;
                case "bool" -> yesOrNo = true;
                case "comma" -> commas = true;
                case "default" -> ignoresDefault = true;
                case "pass" -> pass = true;
                default -> meaning = words[i].substring("do:".length());
            }
        }
        return new Suboption(
                List.of(words[0].split("\\|", -1)), words[1], kind, yesOrNo, commas, ignoresDefault, pass, meaning);
    }
}
