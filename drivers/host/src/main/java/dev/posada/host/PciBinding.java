package dev.posada.host;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.NodeDevice;
import dev.posada.model.PosadaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Takes PCI devices from their drivers, gives them back and resets them, by the kernel's files
 * (Documentation/ABI/testing/sysfs-bus-pci): {@code driver_override} says who alone may have a device, {@code unbind} takes
 * it from whom it has, {@code drivers_probe} looks for one who may.
 */
final class PciBinding {
    private static final String VFIO = "vfio-pci";
    private static final int EIO = 5;

    private final Path root;

    PciBinding(Path root) {
        this.root = root;
    }

    /** Gives a device to the driver for guests; on failure it is with the driver that had it. */
    void detach(NodeDevice device, Optional<String> driver) {
        var wanted = driver.filter(name -> !name.isEmpty()).orElse("vfio");
        switch (wanted) {
            case "vfio" -> requireVfio();
            case "kvm" ->
                throw error(
                        ErrorCode.ARGUMENT_UNSUPPORTED, "KVM device assignment is no longer supported on this system");
            default -> throw error(ErrorCode.INVALID_ARG, "unknown driver name '" + wanted + "'");
        }
        var node = pci(device);
        if (node.linkName("driver").filter(VFIO::equals).isPresent()) {
            return;
        }
        if (node.link("iommu_group").isEmpty()) {
            throw error(
                    ErrorCode.ARGUMENT_UNSUPPORTED,
                    "device " + device.name() + " is in no IOMMU group: switch the IOMMU on in firmware and kernel");
        }
        try {
            move(node, VFIO);
        } catch (IOException e) {
            giveBack(node);
            throw failure("detach", device, e);
        }
        if (node.linkName("driver").filter(VFIO::equals).isEmpty()) {
            giveBack(node);
            throw error(
                    ErrorCode.OPERATION_FAILED,
                    "driver " + VFIO + " did not take device " + device.name() + ": the kernel's log says why");
        }
    }

    void reattach(NodeDevice device) {
        var node = pci(device);
        try {
            if (node.linkName("driver").filter(VFIO::equals).isPresent()) {
                move(node, "\n");
            }
        } catch (IOException e) {
            throw failure("re-attach", device, e);
        }
    }

    void reset(NodeDevice device) {
        var node = pci(device);
        if (node.linkName("driver").filter(VFIO::equals).isPresent()) {
            return; // it resets a device whenever it changes hands
        }
        if (!node.has("reset")) {
            throw error(
                    ErrorCode.INTERNAL_ERROR,
                    "Unable to reset PCI device " + node.name() + ": no FLR, PM reset or bus reset available");
        }
        if (node.linkName("driver").isPresent()) {
            throw error(
                    ErrorCode.OPERATION_INVALID,
                    "device " + device.name() + " is in use by the host's driver "
                            + node.linkName("driver").orElse("") + ": detach it first");
        }
        try {
            write(node.folder().resolve("reset"), "1");
        } catch (IOException e) {
            throw failure("reset", device, e);
        }
    }

    private void requireVfio() {
        boolean groups = !new SysNode(root, root.resolve("sys/kernel/iommu_groups"))
                .entries()
                .isEmpty();
        if (!groups || !Files.isDirectory(root.resolve("sys/bus/pci/drivers").resolve(VFIO))) {
            throw error(
                    ErrorCode.ARGUMENT_UNSUPPORTED,
                    "VFIO device assignment is currently not supported on this system"
                            + (groups ? ": load the kernel's module " + VFIO : ""));
        }
    }

    private SysNode pci(NodeDevice device) {
        if (!device.type().equals("pci")) {
            throw error(ErrorCode.INVALID_ARG, "device " + device.name() + " is not a PCI device");
        }
        return device.path()
                .flatMap(path -> SysNode.of(root, root.resolve(path.substring(1))))
                .orElseThrow(() ->
                        error(ErrorCode.NO_NODE_DEVICE, "no node device with matching name '" + device.name() + "'"));
    }

    private void move(SysNode node, String driver) throws IOException {
        write(node.folder().resolve("driver_override"), driver);
        if (node.has("driver")) {
            write(node.folder().resolve("driver/unbind"), node.name());
        }
        write(root.resolve("sys/bus/pci/drivers_probe"), node.name());
    }

    /** As far as it goes: what is wrong with the device was told already. */
    private void giveBack(SysNode node) {
        try {
            move(node, "\n");
        } catch (IOException e) {
            System.getLogger("posada.host")
                    .log(
                            System.Logger.Level.WARNING,
                            "cannot give device " + node.name() + " back to its driver: " + e.getMessage());
        }
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.WRITE);
    }

    private static PosadaException error(ErrorCode code, String detail) {
        return new PosadaException(code, ErrorOrigin.NODEDEV, detail);
    }

    private static PosadaException failure(String what, NodeDevice device, IOException cause) {
        return PosadaException.system(
                ErrorOrigin.NODEDEV,
                EIO,
                "cannot " + what + " device " + device.name() + ": " + cause.getMessage(),
                cause);
    }
}
