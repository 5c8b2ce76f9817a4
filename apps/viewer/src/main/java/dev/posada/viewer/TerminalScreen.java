package dev.posada.viewer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * A terminal's screen without a window: a VT100 with the sequences of xterm that programs use. Bytes go in, cells come out.
 *
 * <p>Of what a guest sends nothing can make it grow: parameters, strings and lines that have scrolled away are bounded.
 * Guarded by its own monitor, so that one thread may feed it while another draws.
 */
final class TerminalScreen {
    static final int COLUMNS = 80;
    static final int ROWS = 24;
    static final int MAX_HISTORY = 2000;

    private static final int MAX_PARAMETERS = 16;
    private static final int MAX_VALUE = 9999;
    private static final int TAB = 8;

    /** What the next byte belongs to. */
    private enum Expecting {
        TEXT,
        ESCAPE,
        CONTROL,
        STRING,
        STRING_END,
        CHARSET,
        REST_OF_TWO
    }

    private final Consumer<byte[]> answers;
    private final TerminalCells main = new TerminalCells(COLUMNS, ROWS);
    private final TerminalCells other = new TerminalCells(COLUMNS, ROWS);
    private final Deque<String> history = new ArrayDeque<>();
    private final int[] parameters = new int[MAX_PARAMETERS];
    private final TerminalStyle style = new TerminalStyle();
    private TerminalCells cells = main;
    private Expecting expecting = Expecting.TEXT;
    private int parameterCount;
    private boolean isPrivate;
    private boolean graphicsInG0;
    private boolean charsetIsG0;
    private int row;
    private int column;
    private boolean wrapNext;
    private int savedRow;
    private int savedColumn;
    private int top;
    private int bottom = ROWS - 1;
    private boolean wraps = true;
    private boolean inserts;
    private boolean origin;
    private boolean cursorShown = true;
    private boolean applicationCursor;
    private int partial;
    private int partialLeft;

    /**
     * An empty screen.
     *
     * @param answers takes what the terminal says by itself, when it is asked where its cursor is
     */
    TerminalScreen(Consumer<byte[]> answers) {
        this.answers = answers;
    }

    synchronized void feed(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            feed(bytes[i] & 0xff);
        }
    }

    synchronized int codePoint(int atRow, int atColumn) {
        return cells.codePoint(atRow, atColumn);
    }

    synchronized int style(int atRow, int atColumn) {
        return cells.style(atRow, atColumn);
    }

    synchronized int row() {
        return row;
    }

    synchronized int column() {
        return column;
    }

    synchronized boolean cursorShown() {
        return cursorShown;
    }

    /** Whether cursor keys send what programs that fill the screen want. */
    synchronized boolean applicationCursor() {
        return applicationCursor;
    }

    /** All that is on the screen, and before it what has scrolled away; a line each. */
    synchronized String text() {
        var text = new StringBuilder();
        history.forEach(line -> text.append(line).append('\n'));
        for (int i = 0; i < ROWS; i++) {
            text.append(cells.line(i)).append('\n');
        }
        return text.toString();
    }

    /** One row of the screen, without the blanks at its end. */
    synchronized String line(int atRow) {
        return cells.line(atRow);
    }

    private void feed(int b) {
        // Cancel and substitute break off a sequence; other control characters work within one.
        if (b == 0x18 || b == 0x1a) {
            expecting = Expecting.TEXT;
        } else if (b == 0x1b) {
            expecting = expecting == Expecting.STRING ? Expecting.STRING_END : Expecting.ESCAPE;
        } else if (b < 0x20 && expecting != Expecting.STRING) {
            control(b);
        } else {
            switch (expecting) {
                case TEXT -> text(b);
                case ESCAPE -> escape(b);
                case CONTROL -> controlSequence(b);
                case STRING -> {
                    if (b == 7) {
                        expecting = Expecting.TEXT;
                    }
                }
                case CHARSET -> {
                    if (charsetIsG0) {
                        graphicsInG0 = b == '0';
                    }
                    expecting = Expecting.TEXT;
                }
                case STRING_END, REST_OF_TWO -> expecting = Expecting.TEXT;
            }
        }
    }

    private void control(int b) {
        switch (b) {
            case '\b' -> {
                column = Math.max(0, column - 1);
                wrapNext = false;
            }
            case '\t' -> column = Math.min(COLUMNS - 1, (column / TAB + 1) * TAB);
            case '\n', 0x0b, '\f' -> lineFeed();
            case '\r' -> {
                column = 0;
                wrapNext = false;
            }
            default -> {}
        }
    }

    /** Puts the bytes of UTF-8 together; what is not UTF-8 becomes the sign for that. */
    private void text(int b) {
        if (partialLeft > 0 && (b & 0xc0) == 0x80) {
            partial = partial << 6 | (b & 0x3f);
            if (--partialLeft == 0) {
                put(Character.isValidCodePoint(partial) ? partial : 0xfffd);
            }
            return;
        }
        if (partialLeft > 0) {
            partialLeft = 0;
            put(0xfffd);
        }
        if (b < 0x80) {
            if (b != 0x7f) {
                put(graphicsInG0 ? lineDrawing(b) : b);
            }
        } else if (b >= 0xc2 && b < 0xf5) {
            partialLeft = b < 0xe0 ? 1 : (b < 0xf0 ? 2 : 3);
            partial = b & (0x3f >> partialLeft);
        } else {
            put(0xfffd);
        }
    }

    private static int lineDrawing(int b) {
        String drawn = "◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·";
        return b >= 0x60 && b < 0x60 + drawn.length() ? drawn.charAt(b - 0x60) : b;
    }

    private void put(int codePoint) {
        if (wrapNext && wraps) {
            column = 0;
            lineFeed();
        }
        wrapNext = false;
        if (inserts) {
            cells.insert(row, column, 1, style.bits());
        }
        cells.set(row, column, codePoint, style.bits());
        if (column < COLUMNS - 1) {
            column++;
        } else {
            wrapNext = true;
        }
    }

    private void lineFeed() {
        wrapNext = false;
        if (row == bottom) {
            if (top == 0 && cells == main) {
                history.addLast(cells.line(0));
                if (history.size() > MAX_HISTORY) {
                    history.removeFirst();
                }
            }
            cells.scrollUp(top, bottom, style.bits());
        } else if (row < ROWS - 1) {
            row++;
        }
    }

    private void escape(int b) {
        expecting = Expecting.TEXT;
        switch (b) {
            case '[' -> {
                expecting = Expecting.CONTROL;
                parameterCount = 0;
                Arrays.fill(parameters, 0);
                isPrivate = false;
            }
            case ']', 'P', '^', '_', 'X' -> expecting = Expecting.STRING;
            case '(', ')', '*', '+' -> {
                charsetIsG0 = b == '(';
                expecting = Expecting.CHARSET;
            }
            case '#', '%', ' ' -> expecting = Expecting.REST_OF_TWO;
            case '7' -> save();
            case '8' -> restore();
            case 'D' -> lineFeed();
            case 'E' -> {
                column = 0;
                lineFeed();
            }
            case 'M' -> {
                if (row == top) {
                    cells.scrollDown(top, bottom, style.bits());
                } else {
                    row = Math.max(0, row - 1);
                }
            }
            case 'c' -> reset();
            default -> {}
        }
    }

    private void save() {
        savedRow = row;
        savedColumn = column;
    }

    private void restore() {
        move(savedRow, savedColumn);
    }

    private void reset() {
        cells = main;
        style.plain();
        for (int i = 0; i < ROWS; i++) {
            cells.clear(i, 0, COLUMNS, 0);
        }
        top = 0;
        bottom = ROWS - 1;
        wraps = true;
        inserts = false;
        origin = false;
        cursorShown = true;
        applicationCursor = false;
        graphicsInG0 = false;
        move(0, 0);
    }

    private void move(int toRow, int toColumn) {
        row = Math.clamp(toRow, 0, ROWS - 1);
        column = Math.clamp(toColumn, 0, COLUMNS - 1);
        wrapNext = false;
    }

    private void controlSequence(int b) {
        if (b >= '0' && b <= '9') {
            parameters[parameterCount] = Math.min(MAX_VALUE, parameters[parameterCount] * 10 + b - '0');
        } else if (b == ';' || b == ':') {
            parameterCount = Math.min(MAX_PARAMETERS - 1, parameterCount + 1);
        } else if (b == '?' || b == '>' || b == '=') {
            isPrivate = true;
        } else if (b >= 0x40) {
            expecting = Expecting.TEXT;
            if (isPrivate) {
                if (b == 'h' || b == 'l') {
                    privateModes(b == 'h');
                }
            } else {
                finish(b);
            }
        }
    }

    private int parameter(int index) {
        return parameters[index];
    }

    private int count() {
        return Math.max(1, parameters[0]);
    }

    private void finish(int b) {
        switch (b) {
            case 'A' -> move(Math.max(row - count(), row >= top ? top : 0), column);
            case 'B', 'e' -> move(Math.min(row + count(), row <= bottom ? bottom : ROWS - 1), column);
            case 'C', 'a' -> move(row, column + count());
            case 'D' -> move(row, column - count());
            case 'E' -> move(row + count(), 0);
            case 'F' -> move(row - count(), 0);
            case 'G', '`' -> move(row, count() - 1);
            case 'd' -> move(count() - 1 + (origin ? top : 0), column);
            case 'H', 'f' -> move(count() - 1 + (origin ? top : 0), Math.max(1, parameter(1)) - 1);
            case 'J' -> eraseScreen(parameter(0));
            case 'K' -> eraseLine(parameter(0));
            case 'm' -> style.change(parameters, parameterCount + 1);
            case 'r' -> region();
            case 's' -> save();
            case 'u' -> restore();
            case 'h', 'l' -> {
                if (parameter(0) == 4) {
                    inserts = b == 'h';
                }
            }
            case 'n' -> report();
            case 'c' -> answers.accept("\033[?1;2c".getBytes(StandardCharsets.US_ASCII));
            default -> change(b);
        }
    }

    /** Moves lines and characters about. */
    private void change(int b) {
        int lines = Math.min(count(), ROWS);
        boolean inRegion = row >= top && row <= bottom;
        switch (b) {
            case '@' -> cells.insert(row, column, Math.min(count(), COLUMNS), style.bits());
            case 'P' -> cells.delete(row, column, Math.min(count(), COLUMNS), style.bits());
            case 'X' -> cells.clear(row, column, column + count(), style.bits());
            case 'L', 'M' -> {
                for (int i = 0; inRegion && i < lines; i++) {
                    if (b == 'L') {
                        cells.scrollDown(row, bottom, style.bits());
                    } else {
                        cells.scrollUp(row, bottom, style.bits());
                    }
                }
            }
            case 'S', 'T' -> {
                for (int i = 0; i < lines; i++) {
                    if (b == 'S') {
                        cells.scrollUp(top, bottom, style.bits());
                    } else {
                        cells.scrollDown(top, bottom, style.bits());
                    }
                }
            }
            default -> {}
        }
    }

    private void eraseScreen(int what) {
        int from = what == 0 ? row + 1 : 0;
        int to = what == 1 ? row : ROWS;
        for (int i = from; i < to; i++) {
            cells.clear(i, 0, COLUMNS, style.bits());
        }
        if (what < 2) {
            eraseLine(what);
        }
    }

    private void eraseLine(int what) {
        cells.clear(row, what == 0 ? column : 0, what == 1 ? column + 1 : COLUMNS, style.bits());
    }

    private void region() {
        int first = count() - 1;
        int last = parameter(1) == 0 ? ROWS - 1 : Math.min(ROWS, parameter(1)) - 1;
        if (first < last) {
            top = first;
            bottom = last;
            move(origin ? top : 0, 0);
        }
    }

    private void report() {
        if (parameter(0) == 6) {
            answers.accept(("\033[" + (row + 1) + ";" + (column + 1) + "R").getBytes(StandardCharsets.US_ASCII));
        } else if (parameter(0) == 5) {
            answers.accept("\033[0n".getBytes(StandardCharsets.US_ASCII));
        }
    }

    private void privateModes(boolean on) {
        for (int i = 0; i <= parameterCount; i++) {
            switch (parameters[i]) {
                case 1 -> applicationCursor = on;
                case 6 -> {
                    origin = on;
                    move(on ? top : 0, 0);
                }
                case 7 -> wraps = on;
                case 25 -> cursorShown = on;
                case 47, 1047, 1049 -> alternate(on, parameters[i] == 1049);
                default -> {}
            }
        }
    }

    private void alternate(boolean on, boolean keepsCursor) {
        if (on && keepsCursor) {
            save();
        }
        cells = on ? other : main;
        if (on) {
            for (int i = 0; i < ROWS; i++) {
                other.clear(i, 0, COLUMNS, 0);
            }
        } else if (keepsCursor) {
            restore();
        }
    }
}
