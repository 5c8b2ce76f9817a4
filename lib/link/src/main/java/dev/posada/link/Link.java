package dev.posada.link;

import java.util.Optional;

/**
 * A network link of the host.
 *
 * @param name as the kernel has it, at most 15 characters
 * @param index its number
 * @param mac its hardware address in lower case; empty for links that have none
 * @param mtu its largest packet, in bytes
 * @param up whether it is switched on (not: whether it has a carrier)
 * @param bridge whether it is a bridge
 * @param master the bridge or bond it belongs to
 */
public record Link(String name, int index, String mac, int mtu, boolean up, boolean bridge, Optional<String> master) {
    /** The most characters the name of a link can have. */
    public static final int NAME_CHARACTERS_MAX = 15;

    /** Whether the kernel, and our batches, take this for a link's name. */
    public static boolean isName(String name) {
        return !name.isEmpty()
                && name.length() <= NAME_CHARACTERS_MAX
                && !name.equals(".")
                && !name.equals("..")
                && name.charAt(0) != '-'
                && name.chars().allMatch(c -> c > ' ' && c < 0x7f && "/\"'\\#%:".indexOf(c) < 0);
    }
}
