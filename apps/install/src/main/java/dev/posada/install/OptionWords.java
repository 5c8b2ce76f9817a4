package dev.posada.install;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** The value of an option with suboptions, taken apart: {@code path=/a,cache=none}. */
final class OptionWords {
    private OptionWords() {}

    /**
     * Splits at commas; quotes keep commas together and are removed, a backslash keeps the next character.
     *
     * @throws InstallException when a quote is not closed
     */
    static List<String> split(String text, String separators) {
        var words = new ArrayList<String>();
        var word = new StringBuilder();
        boolean begun = false;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else if (c == '\\'
                        && quote == '"'
                        && i + 1 < text.length()
                        && "\\\"".indexOf(text.charAt(i + 1)) >= 0) {
                    word.append(text.charAt(++i));
                } else {
                    word.append(c);
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
                begun = true;
            } else if (c == '\\') {
                if (i + 1 == text.length()) {
                    throw new InstallException("No escaped character");
                }
                word.append(text.charAt(++i));
                begun = true;
            } else if (separators.indexOf(c) >= 0) {
                if (begun) {
                    words.add(word.toString());
                }
                word.setLength(0);
                begun = false;
            } else {
                word.append(c);
                begun = true;
            }
        }
        if (quote != 0) {
            throw new InstallException("No closing quotation");
        }
        if (begun) {
            words.add(word.toString());
        }
        return words;
    }

    /** The pairs of a value in order, names that come twice too; the value of a name that stands alone is empty. */
    static List<Map.Entry<String, Optional<String>>> pairs(String text) {
        var pairs = new ArrayList<Map.Entry<String, Optional<String>>>();
        for (var word : split(text, ",")) {
            int equal = word.indexOf('=');
            pairs.add(
                    equal < 0
                            ? Map.entry(word, Optional.empty())
                            : Map.entry(word.substring(0, equal), Optional.of(word.substring(equal + 1))));
        }
        return pairs;
    }

    /** The suboptions of a value by their names as given; the last of a name counts, at the place of the first. */
    static SequencedMap<String, Optional<String>> parse(OptionTable.Section section, String text) {
        var pairs = new ArrayList<>(pairs(text));
        var first = new ArrayList<>(section.first());
        for (int i = 0;
                i < pairs.size() && !first.isEmpty() && pairs.get(i).getValue().isEmpty();
                i++) {
            pairs.set(i, Map.entry(first.removeFirst(), Optional.of(pairs.get(i).getKey())));
        }
        var parsed = new LinkedHashMap<String, Optional<String>>();
        for (int i = 0; i < pairs.size(); i++) {
            var name = pairs.get(i).getKey();
            var value = pairs.get(i).getValue();
            var suboption = find(section, name);
            if (suboption.isPresent() && suboption.get().takesCommas() && value.isPresent()) {
                var all = new StringBuilder(value.get());
                while (i + 1 < pairs.size()
                        && find(section, pairs.get(i + 1).getKey()).isEmpty()) {
                    var more = pairs.get(++i);
                    all.append(',').append(more.getKey());
                    more.getValue()
                            .filter(text2 -> !text2.isEmpty())
                            .ifPresent(rest -> all.append('=').append(rest));
                }
                value = Optional.of(all.toString());
            }
            parsed.put(name, value);
        }
        return parsed;
    }

    static Optional<Suboption> find(OptionTable.Section section, String name) {
        return section.suboptions().stream().filter(each -> each.isCalled(name)).findFirst();
    }
}
