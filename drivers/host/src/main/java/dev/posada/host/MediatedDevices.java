package dev.posada.host;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.NodeDevice;
import dev.posada.model.PosadaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Makes mediated devices and takes them away, by the kernel's files (vfio-mediated-device.rst). They end with the host. */
final class MediatedDevices {
    private static final int EIO = 5;

    private final Path root;

    MediatedDevices(Path root) {
        this.root = root;
    }

    /** Makes one on a parent; the answer is its name. */
    String create(NodeDevice wanted, NodeDevice parent) {
        var capability = wanted.root().child("capability").orElseThrow();
        var type = capability
                .child("type")
                .flatMap(element -> element.attribute("id"))
                .orElseThrow(() -> error(ErrorCode.XML_ERROR, "missing type id attribute for '" + wanted.name() + "'"));
        var uuid = uuid(capability.childText("uuid").orElse(""));
        var types = folder(parent).resolve(MediatedTypes.FOLDER);
        // What a document says becomes part of a path only when the kernel has it in its list.
        if (!new SysNode(root, types).entries().contains(type)) {
            throw error(
                    ErrorCode.CONFIG_UNSUPPORTED,
                    "device " + parent.name() + " has no mediated devices of type '" + type + "'");
        }
        write(types.resolve(type).resolve("create"), uuid, "make mediated device " + uuid);
        return DeviceKind.name("mdev", uuid, folder(parent).getFileName().toString());
    }

    void destroy(NodeDevice device) {
        write(folder(device).resolve("remove"), "1", "remove mediated device " + device.name());
    }

    private static String uuid(String given) {
        if (given.isEmpty()) {
            return UUID.randomUUID().toString();
        }
        try {
            return UUID.fromString(given).toString();
        } catch (IllegalArgumentException malformed) {
            throw error(ErrorCode.XML_ERROR, "malformed uuid element");
        }
    }

    private Path folder(NodeDevice device) {
        return root.resolve(device.path().orElse("/").substring(1));
    }

    private static void write(Path file, String text, String what) {
        try {
            Files.writeString(file, text, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw PosadaException.system(ErrorOrigin.NODEDEV, EIO, "cannot " + what + ": " + e.getMessage(), e);
        }
    }

    private static PosadaException error(ErrorCode code, String detail) {
        return new PosadaException(code, ErrorOrigin.NODEDEV, detail);
    }
}
