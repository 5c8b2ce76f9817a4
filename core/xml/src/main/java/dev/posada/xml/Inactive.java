package dev.posada.xml;

import dev.posada.model.Element;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Takes out of a definition what only a running domain has: its number, names the daemon chose, ports and paths it found.
 *
 * <p>Users hand back what {@code dumpxml} gave them, so this is done to every definition that comes from outside.
 */
final class Inactive {
    /** What names chosen by a user begin with; all others are the daemon's. */
    static final String USER_ALIAS = "ua-";

    private static final Set<String> GENERATED = Set.of("vnet", "macvtap", "macvlan", "vif");

    /** The path of a channel's socket that the daemon chose: in a folder of the instance's own. */
    private static final Pattern CHOSEN_SOCKET = Pattern.compile(".*/channel/(target/)?domain-[0-9]+-[^/]+/[^/]+");

    private static final Set<String> CHARACTER = Set.of("serial", "parallel", "console", "channel", "redirdev");

    private Inactive() {}

    static Element of(Element domain) {
        return domain.without("id").mapChildren(child -> switch (child.name()) {
            case "devices" -> child.mapChildren(Inactive::device);
            case "seclabel" -> label(child);
            default -> child;
        });
    }

    private static Element device(Element device) {
        var kept = device.withoutChildren(child -> child.name().equals("alias") && !isUserAlias(child));
        return switch (device.name()) {
            case "disk" -> chain(kept.withoutChildren(child -> child.name().equals("mirror")));
            case "interface" -> nic(kept);
            case "graphics" -> graphics(kept);
            case "memory" ->
                kept.mapChildren(child -> child.name().equals("target")
                        ? child.withoutChildren(inner -> inner.name().equals("current"))
                        : child);
            default -> CHARACTER.contains(device.name()) ? character(kept) : kept;
        };
    }

    private static boolean isUserAlias(Element alias) {
        var name = alias.attribute("name", "");
        return name.startsWith(USER_ALIAS) && Kind.ALIAS.accepts(name);
    }

    /** A disk or backing store without the numbers that name the nodes of a running chain. */
    private static Element chain(Element store) {
        return store.mapChildren(child -> switch (child.name()) {
            case "source" -> child.without("index");
            case "backingStore" -> chain(child.without("index"));
            default -> child;
        });
    }

    private static Element nic(Element nic) {
        var type = nic.attribute("type", "");
        return nic.mapChildren(child -> switch (child.name()) {
                    case "source" -> source(child, type);
                    case "target" -> isGenerated(child) && !child.has("managed", "no") ? child.without("dev") : child;
                    case "guest" -> child.without("actual");
                    default -> child;
                })
                .withoutChildren(child ->
                        child.name().equals("target") && child.attributes().isEmpty());
    }

    private static Element source(Element source, String type) {
        return switch (type) {
            case "network" -> source.without("portid").without("bridge").without("macTableManager");
            case "bridge" ->
                source.attributes().containsKey("bridge")
                        ? source.without("portid").without("network").without("portgroup")
                        : source.without("portid");
            // Which network it was is not asked of an interface that says its device itself.
            case "direct" -> source.without("portid").without("network").without("portgroup");
            default -> source;
        };
    }

    private static boolean isGenerated(Element target) {
        var name = target.attribute("dev", "");
        return GENERATED.stream().anyMatch(name::startsWith);
    }

    private static Element graphics(Element graphics) {
        var kept = graphics.mapChildren(child ->
                child.name().equals("listen") && child.has("type", "network") ? child.without("address") : child);
        if (graphics.child("listen")
                .filter(listen -> listen.has("type", "network"))
                .isPresent()) {
            kept = kept.without("listen");
        }
        if (!graphics.has("autoport", "yes")) {
            return kept;
        }
        return switch (graphics.attribute("type", "")) {
            case "vnc" -> kept.with("port", "-1");
            case "spice" -> kept.without("port").without("tlsPort");
            default -> kept;
        };
    }

    private static Element character(Element device) {
        var kept = device.without("tty")
                .mapChildren(child -> child.name().equals("target") ? child.without("state") : child);
        boolean ours = kept.name().equals("channel")
                && kept.has("type", "unix")
                && kept.child("source").stream()
                        .anyMatch(source -> CHOSEN_SOCKET
                                .matcher(source.attribute("path", ""))
                                .matches());
        if (ours) {
            return kept.withoutChildren(child -> child.name().equals("source"));
        }
        return kept.attribute("type", "pty").equals("pty")
                ? kept.mapChildren(child -> child.name().equals("source") ? child.without("path") : child)
                        .withoutChildren(child -> child.name().equals("source")
                                && child.attributes().isEmpty()
                                && child.content().isEmpty())
                : kept;
    }

    /** A dynamic label without what was chosen for one run. */
    private static Element label(Element label) {
        return label.attribute("type", "dynamic").equals("dynamic")
                ? label.withoutChildren(
                        child -> child.name().equals("label") || child.name().equals("imagelabel"))
                : label;
    }
}
