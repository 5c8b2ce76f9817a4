package dev.posada.engine;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The change of an interface of a running domain: what it is, and what it shall be. Its link, its limits, its filter and
 * the bridge or network it is in can change; anything else is refused with the name of the part.
 */
final class InterfaceEdit {
    /** What is taken as it is wanted: not said means gone. */
    private static final List<String> CHANGING = List.of("bandwidth", "filterref", "link");

    private static final Set<String> PLUGGED = Set.of("bridge", "network");

    /** What a machine that runs gives out, and users need not repeat. */
    private static final Set<String> GIVEN_OUT = Set.of("mac", "source");

    private final Hypervisor hypervisor;
    private final Element before;
    private final Element wanted;

    /**
     * @param before as clients see it
     * @param wanted canonical
     */
    InterfaceEdit(Hypervisor hypervisor, Element before, Element wanted) {
        this.hypervisor = hypervisor;
        this.before = before;
        this.wanted = wanted;
    }

    /** Whether it goes to another bridge or network. */
    boolean moves() {
        return !type(wanted).equals(type(before)) || !place(wanted).equals(place(before));
    }

    /** Refuses a change that cannot be. */
    void check() {
        boolean pluggedBoth = PLUGGED.contains(type(before)) && PLUGGED.contains(type(wanted));
        if (!type(wanted).equals(type(before)) && !pluggedBoth) {
            throw cannot("change network interface type to '" + type(wanted) + "'");
        }
        boolean sourceStays = pluggedBoth
                || source(wanted).equals(source(before))
                || wanted.child("source").isEmpty();
        if (!sourceStays) {
            throw cannot("modify the source of a network device of type '" + type(before) + "'");
        }
        for (var part : wanted.children()) {
            var name = part.name();
            if (!CHANGING.contains(name) && !GIVEN_OUT.contains(name) && !same(part)) {
                throw cannot("modify network device " + name + (name.equals("model") ? models(part) : ""));
            }
        }
    }

    private String models(Element model) {
        return " from "
                + before.child("model").map(one -> one.attribute("type", "")).orElse("") + " to "
                + model.attribute("type", "");
    }

    private boolean same(Element part) {
        var own = before.child(part.name());
        if (own.isEmpty()) {
            return false;
        }
        // What is given out while it runs may be left out.
        return part.attributes().entrySet().stream()
                        .allMatch(attribute -> own.get().has(attribute.getKey(), attribute.getValue()))
                && (part.children().isEmpty()
                        || part.children().equals(own.get().children()));
    }

    /** An interface with what changes, but where it is plugged in only when that changes. */
    Element applied(Element nic) {
        var changed = nic;
        for (var name : CHANGING) {
            changed = with(changed, name, wanted.child(name));
        }
        return moves()
                ? changed.with("type", type(wanted))
                        .withChild(wanted.child("source").orElse(Element.of("source")))
                : changed;
    }

    private static Element with(Element nic, String name, Optional<Element> part) {
        if (part.isPresent()) {
            return nic.withChild(part.get());
        }
        return nic.child(name).isEmpty()
                ? nic
                : nic.withoutChildren(child -> child.name().equals(name));
    }

    private static String type(Element nic) {
        return nic.attribute("type", "");
    }

    private static Optional<Element> source(Element nic) {
        return nic.child("source");
    }

    /** The bridge, or the network with its port group. */
    private static String place(Element nic) {
        var source = nic.child("source").orElse(Element.of("source"));
        return switch (type(nic)) {
            case "bridge" -> source.attribute("bridge", "");
            case "network" -> source.attribute("network", "") + "/" + source.attribute("portgroup", "");
            default -> "";
        };
    }

    private RuntimeException cannot(String what) {
        return hypervisor.error(ErrorCode.OPERATION_UNSUPPORTED, "cannot " + what);
    }
}
