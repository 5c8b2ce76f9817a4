package dev.posada.terminal;

import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Shows how far a transfer is, on one line that is written over and over, as virt-install and virt-clone show it. To be
 * used by one thread at a time.
 */
public final class Meter {
    private static final int USUAL_COLUMNS = 80;
    private static final int WIDEST_COLUMNS = 500;
    private static final int LEAST_TEXT = 8;
    private static final long UPDATE_MILLIS = 300;
    private static final String[] UNITS = {"", "k", "M", "G", "T", "P", "E"};

    private final PrintStream out;
    private final boolean updates;
    private final int columns;
    private final InstantSource clock;
    private String text = "";
    private long totalBytes;
    private long startedMillis;
    private long shownMillis;

    /**
     * A meter.
     *
     * @param updates whether somebody sees the line change, so that more than its last state is written
     * @param columns the width of the line
     */
    public Meter(PrintStream out, boolean updates, int columns, InstantSource clock) {
        this.out = out;
        this.updates = updates;
        this.columns = columns;
        this.clock = clock;
    }

    /** A meter on the standard output of this process, as wide as {@code COLUMNS} in the environment says. */
    public static Meter on(PrintStream out) {
        return new Meter(out, Terminals.isTerminal(Terminals.Descriptor.OUT), columns(), InstantSource.system());
    }

    /**
     * Begins a line.
     *
     * @param text what is done
     * @param totalBytes how much there is to do
     */
    public void start(String text, long totalBytes) {
        this.text = text;
        this.totalBytes = totalBytes;
        startedMillis = clock.millis();
        shownMillis = startedMillis;
    }

    /** Tells how much is done; most calls show nothing, for lines that change too often cannot be read. */
    public void update(long doneBytes) {
        long now = clock.millis();
        if (updates && now - shownMillis >= UPDATE_MILLIS) {
            shownMillis = now;
            out.print(progressLine(doneBytes, now));
            out.flush();
        }
    }

    /** Ends the line with what was done. */
    public void end(long doneBytes) {
        var line = new Line(columns, LEAST_TEXT);
        var size = line.add(" | " + padded(size(doneBytes)) + "B");
        var time = line.add("  " + time(elapsed(clock.millis()), line.wide));
        var end = line.add(doneBytes > totalBytes ? " !!! " : doneBytes < totalBytes ? " ... " : "     ");
        out.print("\r" + line.filled(text) + size + time + end + "\n");
        out.flush();
    }

    private String progressLine(long doneBytes, long now) {
        var line = new Line(columns, LEAST_TEXT + 1 + 8);
        var seconds = Math.max(1, elapsed(now).toMillis()) / 1000.0;
        double rate = doneBytes / seconds;
        var remaining = rate > 0
                ? Optional.of(Duration.ofSeconds((long) ((totalBytes - doneBytes) / rate)))
                : Optional.<Duration>empty();
        double fraction = totalBytes == 0 ? 1 : Math.clamp((double) doneBytes / totalBytes, 0, 1);
        var size = line.add(" | " + padded(size(doneBytes)) + "B");
        var time =
                line.add("  " + remaining.map(left -> time(left, line.wide)).orElse(line.wide ? "--:--:--" : "--:--"));
        var end = line.add(" ETA ");
        var percent = (int) (fraction * 100);
        var percentage = line.add((percent < 10 ? "  " : " ") + percent + "%");
        var pace = line.add(" " + padded(size((long) rate)) + "B/s");
        int barColumns = 4 + Math.max(line.left - 20, 0) / 2;
        var bar = line.add(" [" + bar(barColumns, fraction) + "]");
        return "\r" + line.filled(text) + percentage + bar + pace + size + time + end + "\r";
    }

    private static String bar(int columns, double fraction) {
        double length = columns * fraction;
        int whole = (int) length;
        var bar = "=".repeat(whole) + (length - whole >= 0.5 ? "-" : "");
        return bar + " ".repeat(columns - bar.length());
    }

    private Duration elapsed(long nowMillis) {
        return Duration.ofMillis(nowMillis - startedMillis);
    }

    /** A number of bytes in at most three digits and a unit, such as {@code 1.5 G}. */
    static String size(long bytes) {
        if (bytes <= 999) {
            return bytes + " ";
        }
        double value = bytes;
        int unit = 0;
        while (value > 999 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        long tenths = Math.round(value * 10);
        var number = value < 9.95 ? tenths / 10 + "." + tenths % 10 : String.valueOf(Math.round(value));
        return number + " " + UNITS[unit];
    }

    private static String padded(String size) {
        return " ".repeat(Math.max(0, 5 - size.length())) + size;
    }

    private static String time(Duration duration, boolean hours) {
        long minutes = duration.toMinutes();
        var seconds = twoDigits(duration.toSecondsPart());
        return hours
                ? twoDigits(minutes / 60) + ":" + twoDigits(minutes % 60) + ":" + seconds
                : twoDigits(minutes) + ":" + seconds;
    }

    private static String twoDigits(long number) {
        return number < 10 ? "0" + number : String.valueOf(number);
    }

    private static int columns() {
        try {
            return Math.clamp(
                    Integer.parseInt(System.getenv().getOrDefault("COLUMNS", "")), LEAST_TEXT, WIDEST_COLUMNS);
        } catch (NumberFormatException e) {
            return USUAL_COLUMNS;
        }
    }

    /** A line that is filled from its end, with the most wanted first; what no longer fits is left out. */
    private static final class Line {
        private final boolean wide;
        private int left;
        private boolean full;

        Line(int columns, int least) {
            this.left = Math.max(columns, least);
            this.wide = left > USUAL_COLUMNS;
        }

        String add(String element) {
            if (full || left - LEAST_TEXT < element.length()) {
                full = true;
                return "";
            }
            left -= element.length();
            return element;
        }

        String filled(String text) {
            return text.length() > left ? text.substring(0, left) : text + " ".repeat(left - text.length());
        }
    }
}
