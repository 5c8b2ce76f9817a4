package dev.posada.viewer;

/** How the next characters of a terminal look; see {@link TerminalCells} for the bits. */
final class TerminalStyle {
    private static final int COLOUR = 0xff;

    private int bits;

    int bits() {
        return bits;
    }

    void plain() {
        bits = 0;
    }

    /** Takes the parameters of the sequence that selects looks. */
    void change(int[] parameters, int count) {
        for (int i = 0; i < count; i++) {
            int value = parameters[i];
            if (value == 38 || value == 48) {
                i += extended(value == 38, parameters, i, count);
            } else {
                simple(value);
            }
        }
    }

    private void simple(int value) {
        switch (value) {
            case 0 -> plain();
            case 1 -> bits |= TerminalCells.BOLD;
            case 4 -> bits |= TerminalCells.UNDERLINED;
            case 7 -> bits |= TerminalCells.REVERSED;
            case 22 -> bits &= ~TerminalCells.BOLD;
            case 24 -> bits &= ~TerminalCells.UNDERLINED;
            case 27 -> bits &= ~TerminalCells.REVERSED;
            case 39 -> bits &= ~(COLOUR | TerminalCells.FOREGROUND_SET);
            case 49 -> bits &= ~(COLOUR << TerminalCells.BACKGROUND_SHIFT | TerminalCells.BACKGROUND_SET);
            default -> {
                if (value >= 30 && value <= 37) {
                    foreground(value - 30);
                } else if (value >= 40 && value <= 47) {
                    background(value - 40);
                } else if (value >= 90 && value <= 97) {
                    foreground(value - 90 + 8);
                } else if (value >= 100 && value <= 107) {
                    background(value - 100 + 8);
                }
            }
        }
    }

    /** A colour of 256, or the nearest of them to one of three parts; returns how many parameters that took. */
    private int extended(boolean isText, int[] parameters, int at, int count) {
        if (at + 2 < count && parameters[at + 1] == 5) {
            colour(isText, parameters[at + 2] & COLOUR);
            return 2;
        }
        if (at + 4 < count && parameters[at + 1] == 2) {
            int red = sixth(parameters[at + 2]);
            int green = sixth(parameters[at + 3]);
            int blue = sixth(parameters[at + 4]);
            colour(isText, 16 + 36 * red + 6 * green + blue);
            return 4;
        }
        return count;
    }

    private static int sixth(int value) {
        return Math.min(255, value) * 5 / 255;
    }

    private void colour(boolean isText, int index) {
        if (isText) {
            foreground(index);
        } else {
            background(index);
        }
    }

    private void foreground(int index) {
        bits = (bits & ~COLOUR) | index | TerminalCells.FOREGROUND_SET;
    }

    private void background(int index) {
        bits = (bits & ~(COLOUR << TerminalCells.BACKGROUND_SHIFT))
                | index << TerminalCells.BACKGROUND_SHIFT
                | TerminalCells.BACKGROUND_SET;
    }

    /** The colours of xterm as {@code 0xRRGGBB}: 16 with names, a cube of 216, 24 of grey. */
    static int rgb(int index) {
        if (index < 8) {
            return named(index, index == 7 ? 0xe5 : 0xcd);
        }
        if (index < 16) {
            return index == 8 ? packed(0x7f, 0x7f, 0x7f) : named(index - 8, 0xff);
        }
        if (index < 232) {
            int cube = index - 16;
            return packed(level(cube / 36), level(cube / 6 % 6), level(cube % 6));
        }
        int grey = 8 + (index - 232) * 10;
        return packed(grey, grey, grey);
    }

    /** One of the eight colours that are made of red, green and blue, each there or not. */
    private static int named(int bits, int level) {
        return packed((bits & 1) * level, (bits >> 1 & 1) * level, (bits >> 2 & 1) * level);
    }

    private static int packed(int red, int green, int blue) {
        return red << 16 | green << 8 | blue;
    }

    private static int level(int step) {
        return step == 0 ? 0 : 55 + step * 40;
    }
}
