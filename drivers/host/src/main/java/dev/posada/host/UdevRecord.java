package dev.posada.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What udev found out about a device, from its database below {@code /run/udev/data}. Each line is a letter, a colon and
 * what it says: {@code S:disk/by-id/…} a link below {@code /dev}, {@code E:ID_SERIAL=…} a property. Where there is no udev
 * there are no records, and less is known of devices.
 *
 * @param links the links to the device's node
 * @param properties by name
 */
record UdevRecord(List<String> links, Map<String, String> properties) {
    static final UdevRecord NONE = new UdevRecord(List.of(), Map.of());

    private static final long FILE_MAX_BYTES = 1 << 20;

    UdevRecord {
        links = List.copyOf(links);
        properties = Map.copyOf(properties);
    }

    /**
     * The record of a device with a node.
     *
     * @param kind {@code b} for block devices, {@code c} for others
     * @param number major and minor, as {@code 8:0}
     */
    static UdevRecord of(Path root, char kind, String number) {
        var file = root.resolve("run/udev/data").resolve(kind + number);
        try {
            if (Files.size(file) > FILE_MAX_BYTES) {
                return NONE;
            }
            var links = new ArrayList<String>();
            var properties = new HashMap<String, String>();
            for (var line : Files.readAllLines(file)) {
                if (line.startsWith("S:")) {
                    links.add("/dev/" + line.substring(2));
                } else if (line.startsWith("E:") && line.indexOf('=') > 2) {
                    int equals = line.indexOf('=');
                    properties.put(line.substring(2, equals), line.substring(equals + 1));
                }
            }
            links.sort(null);
            return new UdevRecord(links, properties);
        } catch (IOException none) {
            return NONE;
        }
    }

    Optional<String> property(String name) {
        return Optional.ofNullable(properties.get(name)).filter(value -> !value.isEmpty());
    }
}
