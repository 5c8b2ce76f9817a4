package dev.posada.storage;

import dev.posada.model.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Device nodes appear when udev has heard of the device, a moment after the kernel has it. */
final class DeviceNodes {
    private static final Path UDEV = Path.of("/run/udev/control");

    private final HostTools tools;

    DeviceNodes(HostTools tools) {
        this.tools = tools;
    }

    /** Returns when udev, if it runs, has nothing left to do. */
    void settle() {
        if (Files.exists(UDEV)) {
            tools.attempt("waiting for udev", "udev", List.of("udevadm", "settle", "--timeout=20"));
        }
    }

    /** Returns when a device has its node. */
    void await(Path node) {
        if (!Files.exists(node)) {
            settle();
        }
        if (!Files.exists(node)) {
            throw StorageErrors.of(
                    ErrorCode.OPERATION_FAILED,
                    "device '" + node + "' was made and has no node: does udev run on this host?");
        }
    }
}
