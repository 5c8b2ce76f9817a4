package dev.posada.install;

import dev.posada.install.Arguments.Given;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One change to a domain's document: what {@code --edit}, {@code --add-device} and {@code --remove-device} do. */
final class XmlEdit {
    /** What becomes of a device of a running domain. */
    enum Action {
        UPDATE,
        PLUG,
        UNPLUG
    }

    private final Given given;
    private final OptionTable table;
    private final OptionTable.Section section;
    private final Guest guest;

    XmlEdit(Given given, OptionTable table, OptionTable.Section section, Guest guest) {
        this.given = given;
        this.table = table;
        this.section = section;
        this.guest = guest;
    }

    static Action action(Given given) {
        if (given.has("edit")) {
            return Action.UPDATE;
        }
        return given.has("add-device") ? Action.PLUG : Action.UNPLUG;
    }

    /**
     * Makes the change.
     *
     * @return the elements it is about
     */
    List<Draft> apply() {
        boolean raw = section.name().equals("xml");
        if (raw && !given.has("edit")) {
            throw new BadWord("--xml can only be used with --edit");
        }
        if (raw) {
            given.all("xml").forEach(text -> GuestBuilder.addChange(guest, table, text));
            return List.of();
        }
        return switch (action(given)) {
            case UPDATE -> edit();
            case PLUG -> add();
            case UNPLUG -> remove();
        };
    }

    private List<Draft> write(Optional<Draft> existing) {
        var written = new ArrayList<Draft>();
        for (var text : given.all(section.name())) {
            written.addAll(new OptionSetter(guest, section, text, existing.isPresent()).apply(existing));
        }
        return written;
    }

    private List<Draft> edit() {
        var which = given.text("edit");
        List<Draft> elements;
        if (section.hasElement()) {
            elements = find(which, "edit");
        } else {
            elements = List.of(guest.domain());
            if (which.filter(word -> !word.isEmpty() && !word.equals("1") && !word.equals("all"))
                    .isPresent()) {
                throw new BadWord("'--edit " + which.get() + "' doesn't make sense with --" + name()
                        + ", just use empty '--edit'");
            }
        }
        refuseSystem("--edit");
        var edited = new ArrayList<Draft>();
        elements.forEach(element -> edited.addAll(write(Optional.of(element))));
        return edited;
    }

    private List<Draft> add() {
        if (!section.many()) {
            throw new BadWord("Cannot use --add-device with --" + name());
        }
        given.text("os-variant")
                .ifPresent(text -> OsChoice.parse(Optional.of(text), table, guest::database)
                        .name()
                        .ifPresent(name -> guest.setSystem(GuestSystem.named(guest.database(), name))));
        var added = write(Optional.empty());
        added.forEach(element -> decide(section, guest, element));
        return added;
    }

    private List<Draft> remove() {
        if (!section.many()) {
            throw new BadWord("Cannot use --remove-device with --" + name());
        }
        refuseSystem("--remove-device");
        var removed = new ArrayList<>(find(Optional.of(given.all(section.name()).getLast()), "remove-device"));
        var twins = new ArrayList<Draft>();
        if (section.name().equals("serial")) {
            removed.forEach(serial -> twin(serial).ifPresent(twins::add));
        }
        removed.forEach(element -> guest.domain().remove(section.path(), element));
        twins.forEach(console -> guest.domain().remove("devices>console", console));
        removed.addAll(twins);
        return removed;
    }

    /** The console that libvirt shows for a serial port. */
    private Optional<Draft> twin(Draft serial) {
        return guest.devices("console").stream()
                .findFirst()
                .filter(console -> console.get("@type").equals(serial.get("@type"))
                        && console.get("target/@type")
                                .filter(type -> !type.equals("serial"))
                                .isEmpty());
    }

    /**
     * What can be built without a domain: elements with their defaults.
     *
     * @return the elements
     */
    List<Draft> build() {
        if (!section.hasElement()) {
            throw new BadWord("--build-xml not supported for --" + name());
        }
        refuseSystem("--build-xml");
        var built = write(Optional.empty());
        built.forEach(element -> decide(section, guest, element));
        return built;
    }

    private static void decide(OptionTable.Section section, Guest guest, Draft element) {
        new GuestDefaults(guest).decide(section.path(), element);
    }

    private void refuseSystem(String action) {
        if (given.has("os-variant")) {
            throw new BadWord("--os-variant/--osinfo is not supported with " + action);
        }
    }

    private String name() {
        return section.name().replace('-', '_');
    }

    private List<Draft> find(Optional<String> which, String action) {
        var all = section.many()
                ? guest.domain().all(section.path())
                : List.of(guest.domain().part(section.path()));
        var number = which.isEmpty() ? Optional.of(1) : number(which.get());
        if (number.isPresent()) {
            return List.of(nth(all, number.get(), which.orElse("")));
        }
        if (which.get().equals("all")) {
            return all;
        }
        var found = new OptionMatcher(guest, section, which.get()).among(all);
        if (found.isEmpty()) {
            throw new BadWord("No matching objects found for --" + action + " " + which.get());
        }
        return found;
    }

    private Draft nth(List<Draft> all, int number, String word) {
        if (number == 0) {
            throw new BadWord("Invalid --edit option '" + word + "'");
        }
        if (all.isEmpty()) {
            throw new BadWord("No --" + name() + " objects found in the XML");
        }
        if (all.size() < Math.abs(number)) {
            throw new BadWord("'--edit " + number + "' requested but " + (all.size() == 1 ? "there's" : "there are")
                    + " only " + all.size() + " --" + name() + (all.size() == 1 ? " object" : " objects")
                    + " in the XML");
        }
        return number > 0 ? all.get(number - 1) : all.get(all.size() + number);
    }

    private static Optional<Integer> number(String word) {
        var digits = word.startsWith("-") ? word.substring(1) : word;
        try {
            return !digits.isEmpty() && digits.chars().allMatch(Character::isDigit)
                    ? Optional.of(Integer.parseInt(word))
                    : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
