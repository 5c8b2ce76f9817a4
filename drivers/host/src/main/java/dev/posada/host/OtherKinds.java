package dev.posada.host;

import dev.posada.model.Element;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Kinds of devices of which there is little to tell.
 *
 * @param root the host's root folder
 * @param folder where the kernel lists them
 * @param telling what is to be told of one
 */
record OtherKinds(Path root, String folder, Function<SysNode, Optional<Described>> telling) implements DeviceKind {

    /** Nodes through which SCSI commands are sent. */
    static OtherKinds scsiGeneric(Path root) {
        return new OtherKinds(root, "sys/class/scsi_generic", node -> {
            var devnode = "/dev/" + node.name();
            return Optional.of(new Described(
                    DeviceKind.name("scsi_generic", node.name()),
                    Optional.of(devnode),
                    List.of(),
                    Element.of("capability", "type", "scsi_generic").plus(Element.text("char", devnode))));
        });
    }

    /** Nodes of graphics cards. */
    static OtherKinds drm(Path root) {
        return new OtherKinds(root, "sys/class/drm", node -> {
            if (node.value("dev").isEmpty()) {
                return Optional.empty(); // a connector of a card
            }
            var type = node.name().startsWith("renderD")
                    ? "render"
                    : node.name().startsWith("controlD") ? "control" : "primary";
            return Optional.of(new Described(
                    DeviceKind.name("drm", node.name()),
                    Optional.of("/dev/dri/" + node.name()),
                    List.of(),
                    Element.of("capability", "type", "drm").plus(Element.text("type", type))));
        });
    }

    /** Mediated devices. */
    static OtherKinds mdev(Path root) {
        return new OtherKinds(root, "sys/bus/mdev/devices", node -> {
            var parent = node.above().map(SysNode::name).orElse("");
            var capability = Element.of("capability", "type", "mdev")
                    .plus(Element.of("type", "id", node.linkName("mdev_type").orElse("")))
                    .plus(Element.text("uuid", node.name()))
                    .plus(Element.text("parent_addr", parent));
            var group = node.linkName("iommu_group");
            if (group.isPresent()) {
                capability = capability.plus(Element.of("iommuGroup", "number", group.get()));
            }
            return Optional.of(Described.of(DeviceKind.name("mdev", node.name(), parent), capability));
        });
    }

    @Override
    public List<SysNode> nodes() {
        return SysNode.in(root, folder);
    }

    @Override
    public Optional<Described> describe(SysNode node) {
        return telling.apply(node);
    }
}
