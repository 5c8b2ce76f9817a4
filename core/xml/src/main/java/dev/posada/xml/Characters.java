package dev.posada.xml;

/** Which characters XML 1.0 (fifth edition, productions 2 to 4) allows where. */
final class Characters {
    private static final byte NAME = 1;
    private static final byte NAME_START = 2;
    private static final byte[] ASCII = new byte[128];

    static {
        for (char c = 'a'; c <= 'z'; c++) {
            ASCII[c] = NAME | NAME_START;
            ASCII[Character.toUpperCase(c)] = NAME | NAME_START;
        }
        for (char c = '0'; c <= '9'; c++) {
            ASCII[c] = NAME;
        }
        ASCII['_'] = NAME | NAME_START;
        ASCII[':'] = NAME | NAME_START;
        ASCII['-'] = NAME;
        ASCII['.'] = NAME;
    }

    private Characters() {}

    static boolean isSpace(char c) {
        return c == ' ' || c == '\n' || c == '\t' || c == '\r';
    }

    static boolean isNameStart(int c) {
        if (c < ASCII.length) {
            return (ASCII[c] & NAME_START) != 0;
        }
        return (in(c, 0xC0, 0x2FF) && c != 0xD7 && c != 0xF7)
                || (in(c, 0x370, 0x1FFF) && c != 0x37E)
                || in(c, 0x200C, 0x200D)
                || in(c, 0x2070, 0x218F)
                || in(c, 0x2C00, 0x2FEF)
                || in(c, 0x3001, 0xD7FF)
                || in(c, 0xF900, 0xFDCF)
                || in(c, 0xFDF0, 0xFFFD)
                || in(c, 0x10000, 0xEFFFF);
    }

    static boolean isName(int c) {
        if (c < ASCII.length) {
            return (ASCII[c] & NAME) != 0;
        }
        return isNameStart(c) || c == 0xB7 || in(c, 0x300, 0x36F) || in(c, 0x203F, 0x2040);
    }

    /** Whether a document may hold this code point at all. */
    static boolean isAllowed(int c) {
        return c >= 0x20 ? c <= 0xD7FF || in(c, 0xE000, 0xFFFD) || in(c, 0x10000, 0x10FFFF) : isControlAllowed(c);
    }

    private static boolean isControlAllowed(int c) {
        return c == '\n' || c == '\t' || c == '\r';
    }

    /** Whether a character is one of ASCII that may stand in a name; what most names are made of. */
    static boolean isPlainName(char c) {
        return c < ASCII.length && (ASCII[c] & NAME) != 0;
    }

    /** Where text holds the first character no document may hold, or -1. */
    static int firstForbidden(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c >= 0x20 && c < 0xD800) {
                continue;
            }
            if (c < 0x20) {
                if (!isControlAllowed(c)) {
                    return i;
                }
            } else if (Character.isHighSurrogate(c) && i + 1 < to && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (c < 0xE000 || c > 0xFFFD) {
                return i;
            }
        }
        return -1;
    }

    /** Whether text is white space alone; true for the empty text. */
    static boolean isBlank(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isSpace(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean in(int c, int first, int last) {
        return c >= first && c <= last;
    }
}
