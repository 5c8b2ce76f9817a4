package dev.posada.xml;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;

/** Documents of devices a user wants to have made. Safe for any thread. */
public final class NodeDeviceXml {
    private NodeDeviceXml() {}

    /**
     * Reads a device.
     *
     * @param text one {@code device} element
     * @throws PosadaException {@code XML_ERROR} when it has no capability, or one without type
     */
    public static Element parse(String text) {
        var root = RootElement.read(text, "node_device_definition", "device", ErrorOrigin.NODEDEV);
        var capability = root.child("capability");
        if (capability.isEmpty()) {
            throw xml("no device capabilities for '" + root.childText("name").orElse("new device") + "'");
        }
        if (capability.get().attribute("type").isEmpty()) {
            throw xml("missing capability type");
        }
        return root;
    }

    private static PosadaException xml(String problem) {
        return new PosadaException(ErrorCode.XML_ERROR, ErrorOrigin.NODEDEV, problem);
    }
}
