package dev.posada.clone;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which checks {@code --check} has turned off.
 *
 * @param states by name; what is not named is on, {@code all} decides alone when it is named
 */
record Checks(Map<String, Boolean> states) {
    private static final String ALL = "all";
    private static final Set<String> NAMES = Set.of("path_in_use", "disk_size", "path_exists", "mac_in_use", ALL);
    private static final Set<String> YES = Set.of("y", "yes", "1", "true", "t", "on");
    private static final Set<String> NO = Set.of("n", "no", "0", "false", "f", "off");

    /** All of them on. */
    static final Checks ON = new Checks(Map.of());

    Checks {
        states = Map.copyOf(states);
    }

    /** Reads values of the option such as {@code path_in_use=off,disk_size=off}. */
    static Checks parse(List<String> values) {
        var states = new TreeMap<String, Boolean>();
        for (var value : values) {
            var unknown = new ArrayList<String>();
            for (var setting : value.split(",", -1)) {
                int equals = setting.indexOf('=');
                var name = equals < 0 ? setting : setting.substring(0, equals);
                if (!NAMES.contains(name)) {
                    unknown.add("'" + name + "'");
                } else {
                    states.put(name, equals < 0 || yes(name, setting.substring(equals + 1)));
                }
            }
            if (!unknown.isEmpty()) {
                throw new CloneException("Unknown --check options: [" + String.join(", ", unknown) + "]");
            }
        }
        return new Checks(states);
    }

    private static boolean yes(String name, String value) {
        var lower = value.toLowerCase(Locale.ROOT);
        if (!YES.contains(lower) && !NO.contains(lower)) {
            throw new CloneException(name + " must be 'yes' or 'no'");
        }
        return YES.contains(lower);
    }

    private boolean isOn(String check) {
        return states.getOrDefault(ALL, states.getOrDefault(check, true));
    }

    /** Refuses for the sake of a check; where that is off, says so if wanted. */
    void refuse(String check, String complaint, Notices notices, boolean warn) {
        if (isOn(check)) {
            throw new CloneException(complaint + " (Use --check " + check + "=off or --check all=off to override)");
        }
        if (warn) {
            notices.warn(complaint);
        }
    }
}
