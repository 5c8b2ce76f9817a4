package dev.posada.virsh;

/** How many columns of a terminal text takes. */
final class TerminalWidth {
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

    /** Unicode's East Asian Width, the classes W and F, by blocks. */
    private static boolean isWide(int point) {
        return point >= 0x1100 && point <= 0x115f
                || point >= 0x2e80 && point <= 0x303e
                || point >= 0x3041 && point <= 0xa4cf
                || point >= 0xac00 && point <= 0xd7a3
                || point >= 0xf900 && point <= 0xfaff
                || point >= 0xfe30 && point <= 0xfe6f
                || point >= 0xff00 && point <= 0xff60
                || point >= 0xffe0 && point <= 0xffe6
                || point >= 0x1f300 && point <= 0x1faff
                || point >= 0x20000 && point <= 0x3fffd;
    }
}
