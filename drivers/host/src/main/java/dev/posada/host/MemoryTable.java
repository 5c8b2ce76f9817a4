package dev.posada.host;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The lines of {@code /proc/meminfo} or of a cell's {@code meminfo}, which begins each with {@code Node N}.
 *
 * @param kib figures in KiB by name, as {@code MemTotal}
 */
record MemoryTable(Map<String, Long> kib) {
    private static final Pattern FIGURE = Pattern.compile("\\d{1,18}");

    MemoryTable {
        kib = Map.copyOf(kib);
    }

    static MemoryTable parse(String text) {
        var figures = new HashMap<String, Long>();
        for (var line : text.lines().toList()) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                continue;
            }
            var name = line.substring(0, colon);
            var value = line.substring(colon + 1).strip().split(" ", 2)[0];
            if (FIGURE.matcher(value).matches()) {
                figures.put(name.substring(name.lastIndexOf(' ') + 1), Long.valueOf(value));
            }
        }
        return new MemoryTable(figures);
    }

    /** The figure in KiB; 0 when the kernel does not tell it. */
    long of(String name) {
        return kib.getOrDefault(name, 0L);
    }
}
