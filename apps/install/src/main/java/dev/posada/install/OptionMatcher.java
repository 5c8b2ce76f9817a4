package dev.posada.install;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** Finds the elements that an option's value describes, as {@code --edit target=vda --disk …} does. */
final class OptionMatcher {
    private final Guest guest;
    private final OptionTable.Section section;
    private final String text;
    private final OptionSetter option;

    OptionMatcher(Guest guest, OptionTable.Section section, String text) {
        this.guest = guest;
        this.section = section;
        this.text = text;
        option = new OptionSetter(guest, section, text, true);
    }

    /** Those among some elements that match. */
    List<Draft> among(List<Draft> elements) {
        try {
            return elements.stream().filter(this::matches).toList();
        } catch (BadWord e) {
            throw e;
        } catch (InstallException | dev.posada.model.PosadaException e) {
            throw new InstallException("Error: --" + section.name() + " " + text + ": " + e.getMessage(), e);
        }
    }

    private boolean matches(Draft element) {
        SequencedMap<String, Optional<String>> words = option.words();
        var left = new ArrayList<>(words.keySet());
        boolean matching = true;
        for (var suboption : section.suboptions()) {
            for (var name : List.copyOf(left)) {
                if (suboption.isCalled(name)) {
                    left.remove(name);
                    matching =
                            matching && matches(element, suboption, name, words.getOrDefault(name, Optional.empty()));
                }
            }
        }
        if (matching) {
            option.complain(left);
        }
        return matching;
    }

    private boolean matches(Draft element, Suboption suboption, String name, Optional<String> given) {
        if (given.isEmpty()) {
            throw new InstallException("Option '" + name + "' had no value set.");
        }
        var value = given.filter(word -> !word.isEmpty());
        if (suboption.yesOrNo()) {
            value = value.map(word -> Values.bool(word)
                    .map(yes -> yes ? "yes" : "no")
                    .orElseThrow(() -> new BadWord(name + " must be 'yes' or 'no'")));
        }
        switch (suboption.meaning()) {
            case "disk-path" -> {
                return guest.storage(element).path().equals(value);
            }
            case "hostdev" -> {
                return new HostDevices(guest.host()).matches(element, value.orElse("None"));
            }
            case "filesystem-source" -> {
                return element.get(DeviceDefaults.filesystemSource(element)).equals(value);
            }
            case "interface-source" -> {
                return source(element).equals(value);
            }
            default -> {
                // Compared by its place.
            }
        }
        if (!suboption.somewhere()) {
            throw new InstallException("Don't know how to match device type '"
                    + section.path().substring(section.path().lastIndexOf('>') + 1) + "' property '" + name + "'");
        }
        var holder = option.element(element, suboption, name, false);
        if (holder.isEmpty()) {
            return false;
        }
        var known = holder.get().get(OptionSetter.lastPath(suboption));
        if (section.name().equals("disk") && suboption.name().equals("device")) {
            known = Optional.of(known.orElse("disk"));
        }
        if (suboption.kind() == Suboption.Kind.FLAG) {
            return known.isPresent() == value.filter("yes"::equals).isPresent();
        }
        return known.map(each -> plain(suboption, each))
                .equals(value.map(each -> OptionSetter.written(suboption, each)));
    }

    private static Optional<String> source(Draft card) {
        return switch (card.get("@type", "")) {
            case "network" -> card.get("source/@network");
            case "bridge" -> card.get("source/@bridge");
            case "direct" -> card.get("source/@dev");
            default -> Optional.empty();
        };
    }

    private static String plain(Suboption suboption, String known) {
        if (suboption.kind() != Suboption.Kind.INT) {
            return known;
        }
        try {
            return Long.toString(Values.integer(known));
        } catch (InstallException e) {
            return known;
        }
    }
}
