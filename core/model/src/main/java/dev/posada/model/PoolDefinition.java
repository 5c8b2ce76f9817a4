package dev.posada.model;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A storage pool's configuration as a document in canonical form, with named access to what drivers need.
 *
 * <p>Canonical means: the root is {@code pool} with a {@code type}; {@code name} and {@code uuid} are there; sizes are in
 * bytes; elements stand in the order libvirt writes them. Whoever makes a definition from outside text sees to that
 * ({@code dev.posada.xml}).
 *
 * @param root the {@code pool} element
 */
public record PoolDefinition(Element root) {

    public PoolDefinition {
        if (!root.name().equals("pool")) {
            throw new IllegalArgumentException("a pool definition begins with <pool>, not <" + root.name() + ">");
        }
    }

    /** The kind of pool, as {@code dir} or {@code logical}. */
    public String type() {
        return root.attribute("type", "");
    }

    public String name() {
        return root.childText("name").orElse("");
    }

    public UUID uuid() {
        return UUID.fromString(root.childText("uuid").orElseThrow());
    }

    public PoolIdentity identity() {
        return new PoolIdentity(name(), uuid());
    }

    /** Where the volumes are, as an absolute path; empty for kinds that have no such place. */
    public String targetPath() {
        return root.at("target", "path").map(Element::text).orElse("");
    }

    /** Who may do what with the pool's folder: mode, owner, group, label. */
    public Optional<Element> permissions() {
        return root.at("target", "permissions");
    }

    /** Where the pool comes from: hosts, devices, a folder, a name. */
    public Element source() {
        return root.child("source").orElse(Element.of("source"));
    }

    /** The paths of the devices the pool is made of. */
    public List<String> sourceDevices() {
        return source().children("device").stream()
                .map(device -> device.attribute("path", ""))
                .toList();
    }

    /** The hosts that serve the pool. */
    public List<String> sourceHosts() {
        return source().children("host").stream()
                .map(host -> host.attribute("name", ""))
                .toList();
    }

    /** The folder at the source, when one is given. */
    public Optional<String> sourceFolder() {
        return source().child("dir").flatMap(dir -> dir.attribute("path"));
    }

    /** What the source calls itself, as the name of a volume group. */
    public Optional<String> sourceName() {
        return source().childText("name").filter(text -> !text.isEmpty());
    }

    /** The format of the source, as {@code ext4}, {@code nfs} or {@code lvm2}. */
    public Optional<String> sourceFormat() {
        return source().child("format").flatMap(format -> format.attribute("type"));
    }

    /** This definition with a child of the root replaced, or added when there was none. */
    public PoolDefinition withChild(Element child) {
        return new PoolDefinition(root.withChild(child));
    }
}
