package dev.posada.xml;

import dev.posada.model.Element;

/** What a definition shows only to those who may see everything. */
final class Secrets {
    private Secrets() {}

    /** A domain without passwords and cookies. */
    static Element without(Element domain) {
        return domain.mapChildren(part -> part.name().equals("devices") ? part.mapChildren(Secrets::device) : part);
    }

    private static Element device(Element device) {
        return switch (device.name()) {
            case "graphics" -> device.without("passwd").without("passwdValidTo");
            case "disk" -> store(device);
            default -> device;
        };
    }

    private static Element store(Element store) {
        return store.mapChildren(child -> switch (child.name()) {
            case "source" -> child.withoutChildren(inner -> inner.name().equals("cookies"));
            case "backingStore", "mirror" -> store(child);
            default -> child;
        });
    }
}
