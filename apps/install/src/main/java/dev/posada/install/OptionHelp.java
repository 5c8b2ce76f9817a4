package dev.posada.install;

import dev.posada.install.Arguments.Given;
import dev.posada.osinfo.Os;
import dev.posada.osinfo.OsDatabase;
import dev.posada.terminal.Console;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What can be asked instead of making anything: the suboptions of an option, the systems there are. */
final class OptionHelp {
    private OptionHelp() {}

    /** Shows what was asked for; false when nothing was. */
    static boolean show(Given given, OptionTable table, Console console) {
        boolean shown = false;
        for (var name : table.names()) {
            for (var text : given.has(name) ? given.all(name) : List.<String>of()) {
                if (text.equals("?") || text.equals("help")) {
                    console.out().println("--" + name + " options:");
                    OptionSetter.listed(table.section(name))
                            .forEach(each -> console.out().println("  " + each));
                    console.out().println();
                    shown = true;
                }
            }
        }
        if (!shown && given.text("os-variant").filter("list"::equals).isPresent()) {
            systems(console);
            return true;
        }
        return shown;
    }

    private static void systems(Console console) {
        var lines = new ArrayList<List<String>>();
        lines.add(List.of(GuestSystem.GENERIC));
        for (var os : OsDatabase.open().all()) {
            var names = new ArrayList<>(os.shortIds());
            names.remove(os.shortId());
            names.addFirst(os.shortId());
            lines.add(names);
        }
        lines.sort(Comparator.comparing(List::getFirst, OptionHelp::compare));
        for (var names : lines) {
            console.out()
                    .println(
                            String.join(", ", names.stream().distinct().sorted().toList()));
        }
        console.out().println();
        console.out().println("More about each is in the database of libosinfo: osinfo-query os");
    }

    /** The newest of a line first: words in order, numbers from the greatest. */
    private static int compare(String one, String other) {
        int i = 0;
        int j = 0;
        while (i < one.length() && j < other.length()) {
            boolean digits = Character.isDigit(one.charAt(i));
            if (digits != Character.isDigit(other.charAt(j))) {
                // A number stands where the other has an empty word before its own number.
                return digits ? -1 : 1;
            }
            int endOne = run(one, i, digits);
            int endOther = run(other, j, digits);
            var a = one.substring(i, endOne);
            var b = other.substring(j, endOther);
            int order = digits
                    ? new java.math.BigInteger(b).compareTo(new java.math.BigInteger(a))
                    : a.toLowerCase(Locale.ROOT).compareTo(b.toLowerCase(Locale.ROOT));
            if (order != 0) {
                return order;
            }
            i = endOne;
            j = endOther;
        }
        return Integer.compare(one.length() - i, other.length() - j);
    }

    private static int run(String text, int from, boolean digits) {
        int end = from;
        while (end < text.length() && Character.isDigit(text.charAt(end)) == digits) {
            end++;
        }
        return end;
    }

    /** The systems for a Linux that the database does not have. */
    static List<String> genericLinux(OsDatabase database) {
        return database.all().stream()
                .map(Os::shortId)
                .filter(name -> name.startsWith("linux")
                        && name.length() >= "linux2024".length()
                        && name.substring("linux".length(), "linux2024".length())
                                .chars()
                                .allMatch(Character::isDigit))
                .sorted(OptionHelp::compare)
                .toList();
    }
}
