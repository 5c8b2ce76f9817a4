package dev.posada.clone;

import dev.posada.client.StorageVolume;
import java.util.Optional;

/**
 * The storage of a disk to clone.
 *
 * @param path where it is; empty for an empty drive
 * @param volume the volume it is, when the daemon's storage knows it
 * @param exists whether it is there, as far as can be known
 * @param isNetwork whether it is storage of the network, not a path
 * @param protocol of storage of the network
 */
record Original(
        Optional<String> path, Optional<StorageVolume> volume, boolean exists, boolean isNetwork, String protocol) {

    /** Why it cannot be copied; empty when it can. */
    Optional<String> obstacle() {
        if (isNetwork && protocol.equals("rbd")) {
            return Optional.of("Cloning rbd volumes is not yet supported.");
        }
        if (isNetwork) {
            return Optional.of("Disk network type '" + protocol + "' is not cloneable.");
        }
        return exists ? Optional.empty() : Optional.of("Disk path '" + path.orElse("") + "' does not exist.");
    }
}
