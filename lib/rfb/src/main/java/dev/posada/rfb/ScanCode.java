package dev.posada.rfb;

/**
 * Places of keys on a keyboard, as QEMU's extension of RFB has them: the code an AT keyboard sends when the key is
 * pressed, and for those it sends after {@code e0} the highest bit of a byte set.
 */
public final class ScanCode {
    /** Linux counts the keys of the first AT keyboards as they do themselves, up to F12. */
    private static final int LAST_EQUAL = 88;

    private ScanCode() {}

    /** The scan code of a key that Linux's input layer numbers so; 0 when it has none. */
    public static int ofLinux(int code) {
        if (code >= 1 && code <= LAST_EQUAL) {
            // 84 and 85 are not on the original boards; 85 is a key of Japanese ones that sends another code.
            return code == 85 ? 0x76 : code;
        }
        return switch (code) {
            case 89 -> 0x73; // Ro
            case 90 -> 0x78; // katakana
            case 91 -> 0x77; // hiragana
            case 92 -> 0x79; // henkan
            case 93 -> 0x70; // katakana and hiragana
            case 94 -> 0x7b; // muhenkan
            case 95 -> 0x5c; // comma of a Japanese keypad
            case 96 -> 0x9c; // enter of the keypad
            case 97 -> 0x9d; // right control
            case 98 -> 0xb5; // slash of the keypad
            case 99 -> 0x54; // print screen, system request
            case 100 -> 0xb8; // right alt
            case 102 -> 0xc7; // home
            case 103 -> 0xc8; // up
            case 104 -> 0xc9; // page up
            case 105 -> 0xcb; // left
            case 106 -> 0xcd; // right
            case 107 -> 0xcf; // end
            case 108 -> 0xd0; // down
            case 109 -> 0xd1; // page down
            case 110 -> 0xd2; // insert
            case 111 -> 0xd3; // delete
            case 113 -> 0xa0; // mute
            case 114 -> 0xae; // quieter
            case 115 -> 0xb0; // louder
            case 117 -> 0x59; // equals of the keypad
            case 119 -> 0xc6; // pause
            case 121 -> 0x7e; // comma of the keypad
            case 124 -> 0x7d; // yen
            case 125 -> 0xdb; // left window key
            case 126 -> 0xdc; // right window key
            case 127 -> 0xdd; // menu
            case 183 -> 0x5d; // F13
            case 184 -> 0x5e; // F14
            case 185 -> 0x5f; // F15
            default -> 0;
        };
    }
}
