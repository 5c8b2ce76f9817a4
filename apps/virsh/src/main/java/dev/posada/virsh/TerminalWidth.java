package dev.posada.virsh;

/** How many columns of a terminal text takes. */
final class TerminalWidth {
    /** Unicode's East Asian Width, the classes W and F, by blocks: the first and the last of each, in order. */
    private static final int[] WIDE = {
        0x1100, 0x115f, 0x2e80, 0x303e, 0x3041, 0xa4cf, 0xac00, 0xd7a3, 0xf900, 0xfaff, 0xfe30, 0xfe6f, 0xff00, 0xff60,
        0xffe0, 0xffe6, 0x1f300, 0x1faff, 0x20000, 0x3fffd
    };

    private TerminalWidth() {}

    static int of(String text) {
        int columns = 0;
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            columns += of(point);
            i += Character.charCount(point);
        }
        return columns;
    }

    private static int of(int point) {
        if (point < 0x300) {
            return 1;
        }
        int type = Character.getType(point);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT) {
            return 0;
        }
        return isWide(point) ? 2 : 1;
    }

    /** Whether it is in one of the blocks. */
    private static boolean isWide(int point) {
        for (int i = 0; i < WIDE.length; i += 2) {
            if (point < WIDE[i]) {
                return false;
            }
            if (point <= WIDE[i + 1]) {
                return true;
            }
        }
        return false;
    }
}
