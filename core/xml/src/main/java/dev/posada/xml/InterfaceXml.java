package dev.posada.xml;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;

/** Definitions of the host's network links as text, read into canonical form. Safe for any thread. */
public final class InterfaceXml {
    private static final String NAME = "interface_definition";

    /** What a link can be called, in bytes (IFNAMSIZ less the zero at its end). */
    private static final int NAME_MAX = 15;

    private static final class Holder {
        static final Rule INTERFACE = Outline.load("interface.outline");
    }

    private InterfaceXml() {}

    /**
     * Reads a definition that comes from outside.
     *
     * @param text one {@code interface} element
     * @param strict whether the document must match the documented format in every element and attribute
     * @throws PosadaException of origin {@code INTERFACE} when it says what no definition can say
     */
    public static Element parse(String text, boolean strict) {
        var root = RootElement.read(text, NAME, "interface", ErrorOrigin.INTERFACE);
        if (strict) {
            new StrictCheck(NAME).check(root, Holder.INTERFACE);
        }
        check(root);
        return RootElement.canonical(root, Holder.INTERFACE, ErrorOrigin.INTERFACE);
    }

    private static void check(Element link) {
        var type = link.attribute("type").orElseThrow(() -> xml("interface misses the type attribute"));
        if (!type.equals("vlan") || link.attribute("name").isPresent()) {
            var name = link.attribute("name").orElseThrow(() -> xml("interface has no name"));
            if (name.length() > NAME_MAX || !Kind.made(name, "_.-@:") || name.equals(".") || name.equals("..")) {
                throw xml("no interface can be called '" + Invalid.shown(name) + "': use up to " + NAME_MAX
                        + " letters, digits, '.', '-' and '_'");
            }
        }
        switch (type) {
            case "ethernet" -> {
                // nothing stands below it
            }
            case "bridge", "bond" ->
                link.child(type)
                        .orElseThrow(() -> xml(type + " interface misses the " + type + " element"))
                        .children("interface")
                        .forEach(InterfaceXml::check);
            case "vlan" -> {
                var vlan = link.child("vlan").orElseThrow(() -> xml("vlan interface misses the vlan element"));
                if (vlan.attribute("tag").isEmpty()) {
                    throw xml("vlan interface misses the tag attribute");
                }
                var _ = vlan.child("interface")
                        .flatMap(below -> below.attribute("name"))
                        .orElseThrow(() -> xml("vlan interface misses name attribute"));
            }
            default -> throw xml("unknown interface type " + Invalid.shown(type));
        }
    }

    /** What a link is called; a VLAN without a name after what it stands on. */
    public static String name(Element definition) {
        return definition
                .attribute("name")
                .filter(name -> !name.isEmpty())
                .orElseGet(() -> definition
                        .at("vlan", "interface")
                        .map(below -> below.attribute("name", "") + "."
                                + definition.child("vlan").orElseThrow().attribute("tag", ""))
                        .orElse(""));
    }

    private static PosadaException xml(String problem) {
        return new PosadaException(ErrorCode.XML_ERROR, ErrorOrigin.INTERFACE, problem);
    }
}
