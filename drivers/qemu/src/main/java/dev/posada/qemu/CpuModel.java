package dev.posada.qemu;

import java.util.List;

/**
 * A processor an emulator can show to its guest.
 *
 * @param name as {@code -cpu} takes it
 * @param vendor its maker as its guest reads it, as {@code GenuineIntel}; empty when it has none of its own
 * @param deprecated whether it will go away
 * @param missing features it has and this host cannot give; empty when it is usable
 */
record CpuModel(String name, String vendor, boolean deprecated, List<String> missing) {
    CpuModel {
        missing = List.copyOf(missing);
    }

    boolean usable() {
        return missing.isEmpty();
    }
}
