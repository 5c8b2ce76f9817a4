package dev.posada.storage;

import dev.posada.driver.PoolFigures;
import dev.posada.driver.VolumeEntry;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.VolumeType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the tools of lvm2 print, read. A line is one segment of a volume; its fields stand between bars:
 *
 * <pre>
 * name | uuid | attributes | size | origin | thin pool | size of the segment | stripes | size of an extent | devices
 * </pre>
 *
 * The devices of a segment are given as {@code /dev/sda(12),/dev/sdb(0)}, each with its first extent. Of the attributes the
 * first letter is the kind of volume and the fifth whether it is there for use.
 */
final class VolumeGroupReport {
    static final String SEPARATOR = "|";
    static final String VOLUME_FIELDS =
            "lv_name,lv_uuid,lv_attr,lv_size,origin,pool_lv,seg_size,stripes,vg_extent_size,devices";
    static final String GROUP_FIELDS = "vg_size,vg_free";
    static final String SOURCE_FIELDS = "pv_name,vg_name";

    private static final int FIELDS = 10;
    private static final int ACTIVE_AT = 4;

    /** Kinds of volumes that only hold others: thin pools and those of VDO. */
    private static final String HOLDERS = "tdD";

    private VolumeGroupReport() {}

    /**
     * A volume.
     *
     * @param thin whether it is one of a thin pool
     */
    record Volume(VolumeEntry entry, DeviceDetails details, boolean thin) {}

    /**
     * The volumes that are there for use.
     *
     * @param folder where their paths are
     */
    static Map<String, Volume> volumes(String printed, String folder) {
        var rows = new LinkedHashMap<String, List<String[]>>();
        for (var line : printed.lines().filter(line -> !line.isBlank()).toList()) {
            var fields = fields(line, FIELDS);
            var attributes = fields[2];
            boolean active = attributes.length() > ACTIVE_AT && attributes.charAt(ACTIVE_AT) == 'a';
            if (active && HOLDERS.indexOf(attributes.charAt(0)) < 0) {
                rows.computeIfAbsent(fields[0], _ -> new ArrayList<>()).add(fields);
            }
        }
        var volumes = new LinkedHashMap<String, Volume>();
        rows.forEach((name, segments) -> volumes.put(name, volume(segments, folder)));
        return volumes;
    }

    private static Volume volume(List<String[]> segments, String folder) {
        var first = segments.getFirst();
        var entry = new VolumeEntry(first[0], first[1], folder + "/" + first[0], VolumeType.BLOCK);
        // The origin of a volume that is larger than its room is one of lvm's own, named in brackets.
        var origin = Optional.of(first[4]).filter(name -> !name.isEmpty() && !name.startsWith("["));
        var details = new DeviceDetails(
                source(segments),
                OptionalLong.empty(),
                OptionalLong.of(number(first[3])),
                Optional.empty(),
                origin.map(name -> folder + "/" + name));
        return new Volume(entry, details, !first[5].isEmpty());
    }

    private static Optional<Element> source(List<String[]> segments) {
        var devices = new LinkedHashMap<String, Element>();
        for (var segment : segments) {
            long extentBytes = number(segment[8]);
            long bytes = number(segment[6]) / Math.max(1, number(segment[7]));
            for (var part : segment[9].split(",", -1)) {
                int bracket = part.lastIndexOf('(');
                if (bracket > 0 && part.startsWith("/") && part.endsWith(")")) {
                    var path = part.substring(0, bracket);
                    long start = number(part.substring(bracket + 1, part.length() - 1)) * extentBytes;
                    devices.merge(
                            path,
                            Element.of("device", "path", path).plus(DeviceDetails.extent(start, start + bytes)),
                            (known, _) -> known.plus(DeviceDetails.extent(start, start + bytes)));
                }
            }
        }
        if (devices.isEmpty()) {
            return Optional.empty(); // a thin volume: its pool has devices
        }
        var source = Element.of("source");
        for (var device : devices.values()) {
            source = source.plus(device);
        }
        return Optional.of(source);
    }

    /** The figures of a group. */
    static PoolFigures figures(String printed) {
        var fields = fields(printed, 2);
        long size = number(fields[0]);
        long free = number(fields[1]);
        return new PoolFigures(size, size - free, free, Optional.empty());
    }

    /** The groups there are, each a {@code source} with its devices. */
    static Element sources(String printed) {
        var groups = new LinkedHashMap<String, List<String>>();
        for (var line : printed.lines().filter(line -> !line.isBlank()).toList()) {
            var fields = fields(line, 2);
            if (!fields[1].isEmpty()) {
                groups.computeIfAbsent(fields[1], _ -> new ArrayList<>()).add(fields[0]);
            }
        }
        var sources = Element.of("sources");
        for (var group : groups.entrySet()) {
            var source = Element.of("source");
            for (var device : group.getValue()) {
                source = source.plus(Element.of("device", "path", device));
            }
            sources = sources.plus(
                    source.plus(Element.text("name", group.getKey())).plus(Element.of("format", "type", "lvm2")));
        }
        return sources;
    }

    private static String[] fields(String line, int count) {
        var fields = line.strip().split("\\|", count);
        if (fields.length != count) {
            throw unreadable(line);
        }
        return fields;
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            throw unreadable(text);
        }
    }

    private static RuntimeException unreadable(String text) {
        return StorageErrors.of(
                ErrorCode.INTERNAL_ERROR, "cannot understand what the tools of lvm2 print: '" + text.strip() + "'");
    }
}
