package dev.posada.viewer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The characters of a terminal and how each looks. A style is one number:
 *
 * <pre>
 * bits 0-7   colour of the text, an index into the 256 of xterm      bit 8   whether it is set
 * bits 9-16  colour behind it                                        bit 17  whether it is set
 * bit 18 bold   bit 19 underlined   bit 20 the two colours exchanged
 * </pre>
 */
final class TerminalCells {
    static final int BOLD = 1 << 18;
    static final int UNDERLINED = 1 << 19;
    static final int REVERSED = 1 << 20;
    static final int FOREGROUND_SET = 1 << 8;
    static final int BACKGROUND_SET = 1 << 17;
    static final int BACKGROUND_SHIFT = 9;

    private final int columns;
    private final int rows;
    private final List<int[]> text = new ArrayList<>();
    private final List<int[]> styles = new ArrayList<>();

    TerminalCells(int columns, int rows) {
        this.columns = columns;
        this.rows = rows;
        for (int i = 0; i < rows; i++) {
            text.add(blankText());
            styles.add(new int[columns]);
        }
    }

    private int[] blankText() {
        int[] line = new int[columns];
        Arrays.fill(line, ' ');
        return line;
    }

    int codePoint(int row, int column) {
        return text.get(row)[column];
    }

    int style(int row, int column) {
        return styles.get(row)[column];
    }

    void set(int row, int column, int codePoint, int style) {
        text.get(row)[column] = codePoint;
        styles.get(row)[column] = style;
    }

    /** Blanks a part of a row, with the background of {@code style}. */
    void clear(int row, int from, int to, int style) {
        int background = style & (0xff << BACKGROUND_SHIFT | BACKGROUND_SET);
        Arrays.fill(text.get(row), Math.max(0, from), Math.min(columns, to), ' ');
        Arrays.fill(styles.get(row), Math.max(0, from), Math.min(columns, to), background);
    }

    /** Moves the rows of a region up by one; the lowest is blank then. */
    void scrollUp(int top, int bottom, int style) {
        text.add(bottom, text.remove(top));
        styles.add(bottom, styles.remove(top));
        clear(bottom, 0, columns, style);
    }

    void scrollDown(int top, int bottom, int style) {
        text.add(top, text.remove(bottom));
        styles.add(top, styles.remove(bottom));
        clear(top, 0, columns, style);
    }

    void insert(int row, int column, int count, int style) {
        int moved = Math.max(0, columns - column - count);
        System.arraycopy(text.get(row), column, text.get(row), columns - moved, moved);
        System.arraycopy(styles.get(row), column, styles.get(row), columns - moved, moved);
        clear(row, column, columns - moved, style);
    }

    void delete(int row, int column, int count, int style) {
        int moved = Math.max(0, columns - column - count);
        System.arraycopy(text.get(row), columns - moved, text.get(row), column, moved);
        System.arraycopy(styles.get(row), columns - moved, styles.get(row), column, moved);
        clear(row, column + moved, columns, style);
    }

    /** A row as text, without the blanks at its end. */
    String line(int row) {
        return new String(text.get(row), 0, columns).stripTrailing();
    }

    int rows() {
        return rows;
    }
}
