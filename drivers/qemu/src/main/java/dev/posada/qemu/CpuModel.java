package dev.posada.qemu;

import java.util.List;

/**
 * A processor an emulator can show to its guest.
 *
 * @param name as {@code -cpu} takes it
 * @param type its type's name
 * @param deprecated whether it will go away
 * @param missing features it has and this host cannot give; empty when it is usable
 */
record CpuModel(String name, String type, boolean deprecated, List<String> missing) {
    CpuModel {
        missing = List.copyOf(missing);
    }

    boolean usable() {
        return missing.isEmpty();
    }
}
