package dev.posada.qemu;

import java.util.List;

/**
 * The processor nearest to the host's that a guest can be shown by name: a model, what the host has beyond it, and what
 * the host lacks of it.
 *
 * @param model the model's name
 * @param vendor the host's maker, as {@code AuthenticAMD}
 * @param added features to add, by QEMU's names, in a stable order
 * @param removed features to take away
 */
record HostModel(String model, String vendor, List<String> added, List<String> removed) {
    HostModel {
        added = List.copyOf(added);
        removed = List.copyOf(removed);
    }
}
