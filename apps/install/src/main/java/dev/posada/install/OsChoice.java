package dev.posada.install;

import dev.posada.osinfo.OsDatabase;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What {@code --osinfo} asks for.
 *
 * @param name the short name of the system; empty when none was named
 * @param detect whether the media are asked
 * @param require whether the guest is refused without
 */
record OsChoice(Optional<String> name, boolean detect, Require require) {

    enum Require {
        /** For guests that defaults matter to. */
        USUALLY,
        YES,
        NO
    }

    /** Reads an option's value; without one the media are asked. */
    static OsChoice parse(Optional<String> text, OptionTable table, Supplier<OsDatabase> database) {
        if (text.isEmpty() || text.get().equals("auto")) {
            return new OsChoice(Optional.empty(), true, Require.USUALLY);
        }
        if (!text.get().contains("=")) {
            if (text.get().contains("://")) {
                return named(identified(text.get(), database));
            }
            var name = text.get().equals("none") ? GuestSystem.GENERIC : text.get();
            return named(GuestSystem.named(database.get(), name).name());
        }
        var words = new PlainOption(table.section("os-variant"), text.get());
        var require = words.bool("require");
        var name = words.text("id")
                .map(id -> identified(id, database))
                .or(() -> words.text("short-id")
                        .or(() -> words.text("name"))
                        .map(each -> GuestSystem.named(database.get(), each).name()));
        return new OsChoice(name, words.bool("detect").orElse(false), require.orElse(false) ? Require.YES : Require.NO);
    }

    private static OsChoice named(String name) {
        return new OsChoice(Optional.of(name), false, Require.NO);
    }

    private static String identified(String id, Supplier<OsDatabase> database) {
        return GuestSystem.identified(database.get(), id)
                .orElseThrow(() -> new InstallException("Unknown libosinfo ID '" + id + "'"))
                .name();
    }
}
