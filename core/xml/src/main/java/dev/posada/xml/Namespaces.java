package dev.posada.xml;

import dev.posada.model.Content;
import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Gives the elements of a driver's own namespace the prefix everybody knows, declared at the root, as libvirt writes
 * them; users may bind the namespace to any prefix or to none.
 */
final class Namespaces {
    private static final Map<String, String> PREFIXES = Map.of(
            "http://libvirt.org/schemas/domain/qemu/1.0", "qemu",
            "http://libvirt.org/schemas/domain/lxc/1.0", "lxc",
            "http://libvirt.org/schemas/domain/xen/1.0", "xen",
            "http://libvirt.org/schemas/domain/bhyve/1.0", "bhyve",
            "http://libvirt.org/schemas/domain/vmware/1.0", "vmware",
            "http://libvirt.org/schemas/storagepool/fs/1.0", "fs",
            "http://libvirt.org/schemas/storagepool/rbd/1.0", "rbd",
            "http://libvirt.org/schemas/network/dnsmasq/1.0", "dnsmasq",
            "https://posada.dev/docker/1.0", "docker",
            "https://posada.dev/jvm/1.0", "jvm");

    private Namespaces() {}

    static Element normal(Element root) {
        boolean plain = true;
        for (var child : root.children()) {
            plain &= child.name().indexOf(':') < 0 && !child.attributes().containsKey("xmlns");
        }
        if (plain) {
            return root;
        }
        var declared = new LinkedHashMap<String, String>();
        var content = new ArrayList<Content>();
        for (var item : root.content()) {
            if (item instanceof Element child) {
                var uri = uri(child, root);
                var prefix = uri.flatMap(one -> Optional.ofNullable(PREFIXES.get(one)));
                if (prefix.isPresent()) {
                    declared.put("xmlns:" + prefix.get(), uri.get());
                    content.add(renamed(child, prefixOf(child), prefix.get()));
                    continue;
                }
            }
            content.add(item);
        }
        var attributes = new LinkedHashMap<>(root.attributes());
        attributes.putAll(declared);
        return root.withAttributes(attributes).withContent(content);
    }

    private static Optional<String> uri(Element child, Element parent) {
        var prefix = prefixOf(child);
        var declaration = prefix.isEmpty() ? "xmlns" : "xmlns:" + prefix;
        return child.attribute(declaration)
                .or(() -> prefix.isEmpty() ? Optional.empty() : parent.attribute(declaration));
    }

    private static String prefixOf(Element element) {
        int colon = element.name().indexOf(':');
        return colon < 0 ? "" : element.name().substring(0, colon);
    }

    private static Element renamed(Element element, String from, String to) {
        var attributes = new LinkedHashMap<>(element.attributes());
        attributes.remove(from.isEmpty() ? "xmlns" : "xmlns:" + from);
        attributes.remove("xmlns:" + to);
        var content = new ArrayList<Content>();
        for (var item : element.content()) {
            content.add(item instanceof Element child ? renamed(child, from, to) : item);
        }
        var name = prefixOf(element).equals(from)
                ? to + ":" + element.name().substring(from.isEmpty() ? 0 : from.length() + 1)
                : element.name();
        return new Element(name, attributes, content, element.line());
    }
}
