package dev.posada.viewer;

import static java.awt.event.KeyEvent.*;

import java.awt.event.KeyEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What keys are called: by X11, by Linux, by the JDK. */
final class Keys {
    private static final int UNICODE_KEYSYMS = 0x0100_0000;
    /** X11 counts the keys of a keyboard as Linux does, from eight. */
    private static final int X_KEYCODE_OFFSET = 8;

    private static final String RAW_CODE = "rawCode=";

    static final GuestKey CONTROL = new GuestKey(0xffe3, 29);
    static final GuestKey ALT = new GuestKey(0xffe9, 56);

    /** A key by its name, and on which side of the keyboard it is when there are two of them. */
    private record Named(String name, GuestKey key, int virtual, int location) {}

    private final List<Named> named = List.of(
            key("Escape", 0xff1b, 1, VK_ESCAPE),
            key("BackSpace", 0xff08, 14, VK_BACK_SPACE),
            key("Tab", 0xff09, 15, VK_TAB),
            key("Return", 0xff0d, 28, VK_ENTER),
            new Named("KP_Enter", new GuestKey(0xff8d, 96), VK_ENTER, KEY_LOCATION_NUMPAD),
            new Named("Control_L", CONTROL, VK_CONTROL, KEY_LOCATION_LEFT),
            new Named("Control_R", new GuestKey(0xffe4, 97), VK_CONTROL, KEY_LOCATION_RIGHT),
            new Named("Shift_L", new GuestKey(0xffe1, 42), VK_SHIFT, KEY_LOCATION_LEFT),
            new Named("Shift_R", new GuestKey(0xffe2, 54), VK_SHIFT, KEY_LOCATION_RIGHT),
            new Named("Alt_L", ALT, VK_ALT, KEY_LOCATION_LEFT),
            new Named("Alt_R", new GuestKey(0xffea, 100), VK_ALT, KEY_LOCATION_RIGHT),
            key("ISO_Level3_Shift", 0xfe03, 100, VK_ALT_GRAPH),
            new Named("Super_L", new GuestKey(0xffeb, 125), VK_WINDOWS, KEY_LOCATION_LEFT),
            new Named("Super_R", new GuestKey(0xffec, 126), VK_WINDOWS, KEY_LOCATION_RIGHT),
            new Named("Meta_L", new GuestKey(0xffe7, 125), VK_META, KEY_LOCATION_LEFT),
            key("Menu", 0xff67, 127, VK_CONTEXT_MENU),
            key("Caps_Lock", 0xffe5, 58, VK_CAPS_LOCK),
            key("Num_Lock", 0xff7f, 69, VK_NUM_LOCK),
            key("Scroll_Lock", 0xff14, 70, VK_SCROLL_LOCK),
            key("Print", 0xff61, 99, VK_PRINTSCREEN),
            key("Pause", 0xff13, 119, VK_PAUSE),
            key("Insert", 0xff63, 110, VK_INSERT),
            key("Delete", 0xffff, 111, VK_DELETE),
            key("Home", 0xff50, 102, VK_HOME),
            key("End", 0xff57, 107, VK_END),
            key("Page_Up", 0xff55, 104, VK_PAGE_UP),
            key("Page_Down", 0xff56, 109, VK_PAGE_DOWN),
            key("Up", 0xff52, 103, VK_UP),
            key("Down", 0xff54, 108, VK_DOWN),
            key("Left", 0xff51, 105, VK_LEFT),
            key("Right", 0xff53, 106, VK_RIGHT),
            key("KP_Multiply", 0xffaa, 55, VK_MULTIPLY),
            key("KP_Add", 0xffab, 78, VK_ADD),
            key("KP_Subtract", 0xffad, 74, VK_SUBTRACT),
            key("KP_Divide", 0xffaf, 98, VK_DIVIDE),
            key("KP_Decimal", 0xffae, 83, VK_DECIMAL),
            key("KP_0", 0xffb0, 82, VK_NUMPAD0),
            key("KP_1", 0xffb1, 79, VK_NUMPAD1),
            key("KP_2", 0xffb2, 80, VK_NUMPAD2),
            key("KP_3", 0xffb3, 81, VK_NUMPAD3),
            key("KP_4", 0xffb4, 75, VK_NUMPAD4),
            key("KP_5", 0xffb5, 76, VK_NUMPAD5),
            key("KP_6", 0xffb6, 77, VK_NUMPAD6),
            key("KP_7", 0xffb7, 71, VK_NUMPAD7),
            key("KP_8", 0xffb8, 72, VK_NUMPAD8),
            key("KP_9", 0xffb9, 73, VK_NUMPAD9),
            key("space", 0x20, 57, VK_SPACE),
            key("F1", 0xffbe, 59, VK_F1),
            key("F2", 0xffbf, 60, VK_F2),
            key("F3", 0xffc0, 61, VK_F3),
            key("F4", 0xffc1, 62, VK_F4),
            key("F5", 0xffc2, 63, VK_F5),
            key("F6", 0xffc3, 64, VK_F6),
            key("F7", 0xffc4, 65, VK_F7),
            key("F8", 0xffc5, 66, VK_F8),
            key("F9", 0xffc6, 67, VK_F9),
            key("F10", 0xffc7, 68, VK_F10),
            key("F11", 0xffc8, 87, VK_F11),
            key("F12", 0xffc9, 88, VK_F12));

    /** Where the letters, digits and signs of an American keyboard are. */
    private static final Map<Character, Integer> PLACES = places();

    private static Map<Character, Integer> places() {
        var places = new HashMap<Character, Integer>();
        row(places, 2, "1234567890-=");
        row(places, 16, "qwertyuiop[]");
        row(places, 30, "asdfghjkl;'`");
        row(places, 43, "\\zxcvbnm,./");
        return Map.copyOf(places);
    }

    private static void row(Map<Character, Integer> places, int first, String signs) {
        for (int i = 0; i < signs.length(); i++) {
            places.put(signs.charAt(i), first + i);
        }
    }

    private static Named key(String name, int keysym, int code, int virtual) {
        return new Named(name, new GuestKey(keysym, code), virtual, KEY_LOCATION_UNKNOWN);
    }

    /** The key of that name, as X11's headers have it, less {@code XK_}; single signs are their own names. */
    Optional<GuestKey> byName(String name) {
        if (name.codePointCount(0, name.length()) == 1) {
            int sign = name.codePointAt(0);
            return Optional.of(new GuestKey(keysym(sign), placeOf(sign)));
        }
        return named.stream()
                .filter(key -> key.name().equals(name))
                .map(Named::key)
                .findFirst();
    }

    /** F1 to F12. */
    GuestKey function(int number) {
        return byName("F" + number).orElseThrow();
    }

    /** The key of the JDK's event. Its place is what the X server says it is, else what the key's meaning suggests. */
    GuestKey of(KeyEvent event) {
        int place = placeSaid(event);
        for (Named key : named) {
            boolean thisSide = key.location() == KEY_LOCATION_UNKNOWN || key.location() == event.getKeyLocation();
            boolean otherEnter = key.name().equals("Return") && event.getKeyLocation() == KEY_LOCATION_NUMPAD;
            if (key.virtual() == event.getKeyCode() && thisSide && !otherEnter) {
                return place == 0 ? key.key() : new GuestKey(key.key().keysym(), place);
            }
        }
        int sign = event.getKeyChar();
        if (sign == CHAR_UNDEFINED || sign < ' ' || sign == 0x7f) {
            // With the control key held the sign is a control character: the key's own name is a capital letter.
            sign = event.getKeyCode() >= ' ' && event.getKeyCode() < 0x7f
                    ? Character.toLowerCase(event.getKeyCode())
                    : 0;
        }
        return new GuestKey(sign == 0 ? 0 : keysym(sign), place == 0 ? placeOf(sign) : place);
    }

    private static int keysym(int codePoint) {
        boolean latin1 = (codePoint >= 0x20 && codePoint <= 0x7e) || (codePoint >= 0xa0 && codePoint <= 0xff);
        return latin1 ? codePoint : UNICODE_KEYSYMS | codePoint;
    }

    private static int placeOf(int sign) {
        return PLACES.getOrDefault((char) Character.toLowerCase(sign), 0);
    }

    /** The JDK has the X server's number of the key, and gives it away in the event's text alone. */
    private static int placeSaid(KeyEvent event) {
        String text = event.paramString();
        int at = text.indexOf(RAW_CODE);
        if (at < 0) {
            return 0;
        }
        int number = 0;
        for (int i = at + RAW_CODE.length();
                i < text.length() && Character.isDigit(text.charAt(i)) && number < 1 << 20;
                i++) {
            number = number * 10 + text.charAt(i) - '0';
        }
        return number > X_KEYCODE_OFFSET ? number - X_KEYCODE_OFFSET : 0;
    }
}
