package dev.posada.qemu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Translates a client's key numbers into those that QEMU's {@code send-key} takes. Clients name the numbering they use
 * ({@code virKeycodeSet}); the table in {@code keys.txt} knows each key by its number in all of them. Immutable.
 */
final class KeyNumbers {
    private static final String TABLE = "keys.txt";
    private static final int COLUMNS = 7;
    private static final int HEXADECIMAL = 16;
    private static final int DECIMAL = 10;

    /** Scan codes of set 1 that follow the byte e0, and how QEMU and the kernel mark them. */
    private static final int PREFIX = 0xe000;

    private static final int QNUM_EXTENDED = 0x80;
    private static final int KERNEL_EXTENDED = 0x100;
    private static final int SCAN_CODE_MAX = 0x7f;

    // virKeycodeSet
    private static final int LINUX = 0;
    private static final int XT = 1;
    private static final int SET1 = 2;
    private static final int SET2 = 3;
    private static final int SET3 = 4;
    private static final int OSX = 5;
    private static final int XT_KBD = 6;
    private static final int USB = 7;
    private static final int WIN32 = 8;
    private static final int QNUM = 9;

    private final Map<Integer, Map<Integer, Integer>> tables;

    private KeyNumbers(Map<Integer, Map<Integer, Integer>> tables) {
        this.tables = tables;
    }

    /** Reads the table that comes with this module. */
    static KeyNumbers load() {
        try (var in = KeyNumbers.class.getResourceAsStream(TABLE)) {
            if (in == null) {
                throw new IllegalStateException("the key table " + TABLE + " is not in the module's jar");
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static KeyNumbers parse(String text) {
        var tables = new HashMap<Integer, Map<Integer, Integer>>();
        text.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            var columns = line.split(" ", -1);
            if (columns.length != COLUMNS) {
                throw new IllegalStateException("a key has " + COLUMNS + " numbers: " + line);
            }
            int qnum = Integer.parseInt(columns[1], HEXADECIMAL);
            add(tables, LINUX, columns[0], DECIMAL, qnum);
            add(tables, SET2, columns[2], HEXADECIMAL, qnum);
            add(tables, SET3, columns[3], HEXADECIMAL, qnum);
            add(tables, USB, columns[4], DECIMAL, qnum);
            add(tables, WIN32, columns[5], HEXADECIMAL, qnum);
            add(tables, OSX, columns[6], HEXADECIMAL, qnum);
        });
        return new KeyNumbers(tables);
    }

    private static void add(
            Map<Integer, Map<Integer, Integer>> tables, int codeset, String numbers, int radix, int qnum) {
        if (numbers.equals("-")) {
            return;
        }
        var table = tables.computeIfAbsent(codeset, _ -> new HashMap<>());
        for (var number : numbers.split(",", -1)) {
            table.putIfAbsent(Integer.parseInt(number, radix), qnum);
        }
    }

    /**
     * QEMU's number of a key.
     *
     * @param codeset as {@code virKeycodeSet}
     * @return empty when there is no such numbering, or no such key in it
     */
    Optional<Integer> qnum(int codeset, int key) {
        return switch (codeset) {
            case XT, SET1 -> scanCode(key, PREFIX).or(() -> scanCode(key, QNUM_EXTENDED));
            case XT_KBD -> scanCode(key, KERNEL_EXTENDED);
            case QNUM -> scanCode(key, QNUM_EXTENDED);
            default ->
                Optional.ofNullable(tables.getOrDefault(codeset, Map.of()).get(key));
        };
    }

    private static Optional<Integer> scanCode(int key, int extended) {
        if (key > 0 && key <= SCAN_CODE_MAX) {
            return Optional.of(key);
        }
        int rest = key - extended;
        return rest > 0 && rest <= SCAN_CODE_MAX ? Optional.of(rest | QNUM_EXTENDED) : Optional.empty();
    }
}
