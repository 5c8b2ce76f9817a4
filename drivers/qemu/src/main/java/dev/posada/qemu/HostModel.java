package dev.posada.qemu;

import java.util.List;

/**
 * The processor nearest to the host's that a guest can be shown by name: a model and what the host has beyond it.
 *
 * @param model a usable model
 * @param vendor the host's maker, as {@code AuthenticAMD}
 * @param features features to add, by QEMU's names, in a stable order
 */
record HostModel(String model, String vendor, List<String> features) {
    HostModel {
        features = List.copyOf(features);
    }
}
