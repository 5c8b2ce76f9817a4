package dev.posada.viewer;

import java.awt.event.KeyEvent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Which keys make the viewer itself do something. Actions that none are set for have none. */
final class Hotkeys {

    /** What the viewer does. */
    enum Action {
        TOGGLE_FULLSCREEN,
        RELEASE_CURSOR,
        ZOOM_IN,
        ZOOM_OUT,
        ZOOM_RESET,
        SECURE_ATTENTION;

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Those of the original that have no meaning without SPICE. */
    private static final Set<String> WITHOUT_EFFECT =
            Set.of("usb-device-reset", "smartcard-insert", "smartcard-remove");

    private static final List<String> MODIFIERS = List.of("ctrl", "alt", "shift", "windows");

    private static final String USUAL = "toggle-fullscreen=shift+f11,release-cursor=ctrl+alt";

    private final Map<Action, Set<String>> keys = new EnumMap<>(Action.class);

    private Hotkeys() {}

    /**
     * Reads {@code action=key+key,action=key}; what is not understood is told and left out.
     *
     * @param complain takes one line for each part that is left out
     */
    static Hotkeys read(Optional<String> text, Consumer<String> complain) {
        var hotkeys = new Hotkeys();
        for (String part : text.orElse(USUAL).split(",", -1)) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            if (equals < 0 || equals == part.length() - 1) {
                complain.accept("Missing value for hotkey '" + name + "'");
            } else if (!hotkeys.set(name, part.substring(equals + 1)) && !WITHOUT_EFFECT.contains(name)) {
                complain.accept("Unknown hotkey name " + name);
            }
        }
        return hotkeys;
    }

    private boolean set(String name, String combination) {
        for (Action action : Action.values()) {
            if (action.word().equals(name)) {
                keys.put(action, names(combination));
                return true;
            }
        }
        return false;
    }

    private static Set<String> names(String combination) {
        var names = new TreeSet<String>();
        for (String name : combination.toLowerCase(Locale.ROOT).split("\\+", -1)) {
            names.add(
                    switch (name) {
                        case "control", "control_l", "ctrl_l" -> "ctrl";
                        case "alt_l", "mod1" -> "alt";
                        case "shift_l" -> "shift";
                        case "super", "super_l" -> "windows";
                        default -> name;
                    });
        }
        return names;
    }

    /** The action of the keys that are down when {@code event} presses one more. */
    Optional<Action> of(KeyEvent event) {
        var down = new TreeSet<String>();
        if (event.isControlDown()) {
            down.add("ctrl");
        }
        if (event.isAltDown()) {
            down.add("alt");
        }
        if (event.isShiftDown()) {
            down.add("shift");
        }
        down.add(keyName(event.getKeyCode()));
        return keys.entrySet().stream()
                .filter(entry -> entry.getValue().equals(down))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** Names that do not depend on the user's language, as the JDK's own do. */
    private static String keyName(int code) {
        return switch (code) {
            case KeyEvent.VK_CONTROL -> "ctrl";
            case KeyEvent.VK_ALT -> "alt";
            case KeyEvent.VK_SHIFT -> "shift";
            case KeyEvent.VK_WINDOWS -> "windows";
            case KeyEvent.VK_ESCAPE -> "escape";
            case KeyEvent.VK_DELETE -> "delete";
            case KeyEvent.VK_INSERT -> "insert";
            case KeyEvent.VK_HOME -> "home";
            case KeyEvent.VK_END -> "end";
            case KeyEvent.VK_PLUS, KeyEvent.VK_ADD -> "plus";
            case KeyEvent.VK_MINUS, KeyEvent.VK_SUBTRACT -> "minus";
            default -> {
                if (code >= KeyEvent.VK_F1 && code <= KeyEvent.VK_F12) {
                    yield "f" + (code - KeyEvent.VK_F1 + 1);
                }
                yield code > ' ' && code < 0x7f ? String.valueOf((char) Character.toLowerCase(code)) : "#" + code;
            }
        };
    }

    /** What to press for an action, for titles and menus; empty when there are no keys. */
    String describe(Action action) {
        var combination = new StringBuilder();
        var names = new ArrayList<>(keys.getOrDefault(action, Set.of()));
        names.sort(
                Comparator.comparingInt(name -> MODIFIERS.contains(name) ? MODIFIERS.indexOf(name) : MODIFIERS.size()));
        for (String name : names) {
            combination.append(combination.isEmpty() ? "" : "+");
            combination.append(Character.toUpperCase(name.charAt(0))).append(name.substring(1));
        }
        return combination.toString();
    }
}
