package dev.posada.xml;

import java.util.List;
import java.util.Optional;

/**
 * What the name of a disk's target says: {@code vda} is the first disk of its bus.
 *
 * @param prefix what names the bus, as {@code vd}
 * @param index which disk of the bus it is, from 0
 */
record DiskTarget(String prefix, int index) {
    private static final List<String> PREFIXES = List.of("fd", "hd", "vd", "sd", "xvd", "ubd", "nvme");

    /** The most letters after the prefix. */
    private static final int MAX_LETTERS = 5;

    /** How long the prefix of a known bus is that a name begins with; 0 for an unknown one. */
    static int prefixLength(String name) {
        for (var prefix : PREFIXES) {
            if (name.startsWith(prefix)) {
                return prefix.length();
            }
        }
        return 0;
    }

    /** What a name says, or nothing when it is not letters after a known prefix; a partition's number is passed over. */
    static Optional<DiskTarget> of(String name) {
        int start = prefixLength(name);
        int index = -1;
        int at = start;
        while (at < name.length() && name.charAt(at) >= 'a' && name.charAt(at) <= 'z') {
            if (at - start == MAX_LETTERS) {
                return Optional.empty();
            }
            index = (index + 1) * 26 + (name.charAt(at) - 'a');
            at++;
        }
        if (start == 0 || index < 0 || (at < name.length() && !Kind.digits(name.substring(at), 10))) {
            return Optional.empty();
        }
        return Optional.of(new DiskTarget(name.substring(0, start), index));
    }

    /** The bus a disk of this name is on unless it says otherwise, or nothing. */
    Optional<String> bus() {
        return switch (prefix) {
            case "fd" -> Optional.of("fdc");
            case "hd" -> Optional.of("ide");
            case "sd" -> Optional.of("scsi");
            case "vd" -> Optional.of("virtio");
            case "xvd" -> Optional.of("xen");
            case "ubd" -> Optional.of("uml");
            case "nvme" -> Optional.of("nvme");
            default -> Optional.empty();
        };
    }
}
