package dev.posada.install;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Writes the value of one option into a guest.
 *
 * <p>What a suboption means is in the table, and for those with a meaning of their own in {@link Meanings}; what an
 * option does with its suboptions before they are looked at, older spellings mostly, is in {@link Spellings}.
 */
final class OptionSetter {
    private final Guest guest;
    private final OptionTable.Section section;
    private final String text;
    private final boolean editing;
    private SequencedMap<String, Optional<String>> words;

    /**
     * @param text the option's value
     * @param editing whether what is written into was there before
     */
    OptionSetter(Guest guest, OptionTable.Section section, String text, boolean editing) {
        this.guest = guest;
        this.section = section;
        this.text = text;
        this.editing = editing;
        words = OptionWords.parse(section, text);
    }

    Guest guest() {
        return guest;
    }

    OptionTable.Section section() {
        return section;
    }

    String text() {
        return text;
    }

    boolean editing() {
        return editing;
    }

    SequencedMap<String, Optional<String>> words() {
        return words;
    }

    /** Has the option begin anew, as the value is of another form. */
    void replaceWords(SequencedMap<String, Optional<String>> replacement) {
        words = replacement;
    }

    /**
     * Writes into an element that is there, or makes one.
     *
     * @param existing the element to change; empty for what the option is about by itself
     * @return the elements that were written into or made
     * @throws InstallException with the option and its value, when something is wrong
     */
    List<Draft> apply(Optional<Draft> existing) {
        if (text.isEmpty() || (text.equals("none") && !section.meansNone())) {
            return List.of();
        }
        boolean fresh = section.many() && existing.isEmpty();
        var merged = existing.or(() -> Spellings.sameElement(this));
        boolean added = fresh && merged.isEmpty();
        var target = merged.orElseGet(this::target);
        try {
            var made = Spellings.whole(this, target).orElseGet(() -> {
                write(target);
                return List.of(target);
            });
            for (var element : made) {
                if (!editing) {
                    Checks.validate(guest, section.name(), element);
                }
                guest.changes(element).check();
                if (added && element == target) {
                    guest.domain().attach(section.path(), element);
                }
            }
            return made;
        } catch (BadWord e) {
            throw e;
        } catch (InstallException | dev.posada.model.PosadaException e) {
            throw new InstallException("Error: --" + section.name() + " " + text + ": " + e.getMessage(), e);
        }
    }

    private Draft target() {
        if (section.many()) {
            return guest.domain().detached(section.path());
        }
        return section.hasElement() ? guest.domain().part(section.path()) : guest.domain();
    }

    /** Writes the words into an element, and complains about those that nobody knows. */
    void write(Draft target) {
        Spellings.rewrite(this, target);
        writeWords(target);
    }

    void writeWords(Draft target) {
        var left = new ArrayList<>(words.keySet());
        var meanings = new Meanings(this);
        for (var suboption : section.suboptions()) {
            for (var name : List.copyOf(left)) {
                if (suboption.isCalled(name)) {
                    left.remove(name);
                    set(target, suboption, name, meanings);
                }
            }
        }
        complain(left);
    }

    /** Refuses names that the option does not have. */
    void complain(List<String> unknown) {
        if (!unknown.isEmpty()) {
            var quoted = unknown.stream().map(Arguments::quoted).toList();
            throw new BadWord("Unknown --" + section.name() + " options: [" + String.join(", ", quoted) + "]");
        }
    }

    private void set(Draft target, Suboption suboption, String name, Meanings meanings) {
        var given = words.get(name);
        if (given == null || given.isEmpty()) {
            throw new InstallException("Option '" + name + "' had no value set.");
        }
        var value = given.filter(word -> !word.isEmpty());
        if (suboption.yesOrNo()) {
            value = value.map(word -> Values.bool(word)
                    .map(yes -> yes ? "yes" : "no")
                    .orElseThrow(() -> new BadWord(name + " must be 'yes' or 'no'")));
        }
        if (suboption.ignoresDefault() && value.filter("default"::equals).isPresent()) {
            return;
        }
        if (suboption.passedOver()
                || (!suboption.somewhere() && suboption.meaning().isEmpty())) {
            return;
        }
        if (!suboption.meaning().isEmpty()) {
            meanings.set(target, suboption, name, value);
            return;
        }
        place(target, suboption, name, value);
    }

    /** Writes a value to where its suboption has its place. */
    void place(Draft target, Suboption suboption, String name, Optional<String> value) {
        var element = element(target, suboption, name, true).orElseThrow();
        var path = lastPath(suboption);
        if (value.isEmpty()) {
            element.unset(path);
            return;
        }
        if (suboption.kind() == Suboption.Kind.FLAG) {
            element.flag(path, value.get().equals("yes"));
        } else {
            element.set(path, written(suboption, value.get()));
        }
    }

    /** A value as it is written into the document. */
    static String written(Suboption suboption, String value) {
        return switch (suboption.kind()) {
            case TEXT, YES_NO, FLAG -> value;
            case INT -> Long.toString(Values.integer(value));
            case ON_OFF -> suboption.yesOrNo() ? (value.equals("yes") ? "on" : "off") : value;
            case ABSOLUTE_PATH -> Values.absolute(value);
        };
    }

    static String lastPath(Suboption suboption) {
        var path = suboption.path();
        return path.substring(path.lastIndexOf('>') + 1).replace("^", "");
    }

    /**
     * The element that a suboption is about.
     *
     * @param name the name as given, with its numbers
     * @param make whether missing ones are made
     */
    Optional<Draft> element(Draft target, Suboption suboption, String name, boolean make) {
        var path = suboption.path();
        var here = Optional.of(target);
        if (path.startsWith("^")) {
            here = Optional.of(guest.domain());
            path = path.substring(1);
        }
        var hops = path.split(">", -1);
        for (int i = 0; i < hops.length - 1; i++) {
            var hop = hops[i];
            int bracket = hop.indexOf('[');
            if (bracket < 0) {
                here = here.map(draft -> draft.part(hop));
            } else {
                var relation = hop.substring(0, bracket);
                int number = number(name, hop.substring(bracket + 1, hop.length() - 1));
                here = here.flatMap(draft -> nth(draft, relation, number, make));
            }
        }
        return here;
    }

    private static Optional<Draft> nth(Draft draft, String relation, int number, boolean make) {
        while (make && draft.all(relation).size() <= number) {
            draft.add(relation);
        }
        var all = draft.all(relation);
        return number < all.size() ? Optional.of(all.get(number)) : Optional.empty();
    }

    /** The number that follows a word in a name; 0 when none does. */
    static int number(String name, String word) {
        for (int at = name.indexOf(word); at >= 0; at = name.indexOf(word, at + 1)) {
            int begin = at + word.length();
            int end = begin;
            while (end < name.length() && Character.isDigit(name.charAt(end))) {
                end++;
            }
            if (end > begin) {
                return Integer.parseInt(name.substring(begin, end));
            }
        }
        return 0;
    }

    /** The names in help's order: those of every device last. */
    static List<String> listed(OptionTable.Section section) {
        return section.suboptions().stream()
                .map(Suboption::listed)
                .sorted(java.util.Comparator.comparing(OptionSetter::sortKey))
                .toList();
    }

    private static String sortKey(String name) {
        if (name.equals("clearxml")) {
            return "0" + name;
        }
        if (name.startsWith("address.")) {
            return "1" + name;
        }
        return (name.startsWith("xpath") ? "2" : "") + name;
    }
}
