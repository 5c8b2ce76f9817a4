package dev.posada.host;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code /proc/cpuinfo} says of the first processor; the others are taken to be like it.
 *
 * @param fields values by name, as the kernel writes them
 */
record CpuInfo(Map<String, String> fields) {
    /** The first processor's paragraph is far shorter, whatever the architecture. */
    private static final int LIMIT_BYTES = 64 << 10;

    CpuInfo {
        fields = Map.copyOf(fields);
    }

    static CpuInfo read(HostFiles files) {
        return parse(files.bytes("proc/cpuinfo", LIMIT_BYTES)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElse(""));
    }

    static CpuInfo parse(String text) {
        var fields = new LinkedHashMap<String, String>();
        for (var line : text.lines().toList()) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                if (!fields.isEmpty()) {
                    break;
                }
                continue;
            }
            fields.putIfAbsent(
                    line.substring(0, colon).strip(), line.substring(colon + 1).strip());
        }
        return new CpuInfo(fields);
    }

    Optional<String> field(String name) {
        return Optional.ofNullable(fields.get(name));
    }

    /** A field that holds a number, in decimal or, with {@code 0x} before it, in hexadecimal. */
    Optional<Integer> number(String name) {
        return field(name).flatMap(value -> {
            try {
                return Optional.of(Integer.decode(value));
            } catch (NumberFormatException notANumber) {
                return Optional.empty();
            }
        });
    }

    /** The words of a field, none when it is missing. */
    Set<String> words(String name) {
        return field(name).map(value -> Set.of(distinct(value))).orElse(Set.of());
    }

    private static String[] distinct(String value) {
        return Arrays.stream(value.split("\\s+")).distinct().toArray(String[]::new);
    }

    /** The clock in whole MHz; 0 when the kernel does not tell, as on ARM. */
    int mhz() {
        return field("cpu MHz").or(() -> field("clock")).map(CpuInfo::whole).orElse(0);
    }

    /** Bits of a physical address; 0 when unknown. */
    int physicalAddressBits() {
        return field("address sizes").map(CpuInfo::whole).orElse(0);
    }

    /** The digits a text begins with. */
    private static int whole(String text) {
        int end = 0;
        while (end < text.length() && end < 9 && Character.isDigit(text.charAt(end))) {
            end++;
        }
        return end == 0 ? 0 : Integer.parseInt(text.substring(0, end));
    }
}
