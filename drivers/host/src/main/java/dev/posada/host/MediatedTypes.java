package dev.posada.host;

import dev.posada.model.Element;
import java.util.Optional;

/** The kinds of mediated devices a device can be split into. */
final class MediatedTypes {
    static final String FOLDER = "mdev_supported_types";

    private MediatedTypes() {}

    /** The kinds, as a capability; nothing when there are none. */
    static Optional<Element> of(SysNode node) {
        var capability = Element.of("capability", "type", "mdev_types");
        boolean any = false;
        for (var id : new SysNode(node.root(), node.folder().resolve(FOLDER)).entries()) {
            var kind = new SysNode(node.root(), node.folder().resolve(FOLDER).resolve(id));
            var type = Element.of("type", "id", id);
            var name = kind.value("name");
            if (name.isPresent()) {
                type = type.plus(Element.text("name", name.get()));
            }
            capability = capability.plus(
                    type.plus(Element.text("deviceAPI", kind.value("device_api").orElse("vfio-pci")))
                            .plus(Element.text(
                                    "availableInstances",
                                    kind.value("available_instances").orElse("0"))));
            any = true;
        }
        return any ? Optional.of(capability) : Optional.empty();
    }
}
