package dev.posada.network;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.NetworkDefinition;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** Which changes a started network can follow. */
final class LiveChanges {
    /** Children of the root that may change in any way; words for people among them. */
    private static final Set<String> FREE =
            Set.of("portgroup", "dns", "bandwidth", "title", "description", "metadata", "dnsmasq:options", "vlan");

    private LiveChanges() {}

    /**
     * Lets small changes pass.
     *
     * @throws dev.posada.model.PosadaException {@code OPERATION_UNSUPPORTED} for all others
     */
    static void requireSmall(NetworkDefinition from, NetworkDefinition to) {
        var before = lasting(from.root());
        var after = lasting(to.root());
        if (before.equals(after)) {
            return;
        }
        var section = before.stream()
                .filter(part -> !after.contains(part))
                .findFirst()
                .or(() -> after.stream().filter(part -> !before.contains(part)).findFirst())
                .map(part -> part.substring(0, part.indexOf(' ')))
                .orElse("order");
        throw NetworkErrors.of(
                ErrorCode.OPERATION_UNSUPPORTED,
                "can't update '" + section + "' section of network '" + to.name()
                        + "' while it runs: stop and start it");
    }

    /** The parts that stay as they are while a network runs, as text without regard to white space. */
    private static List<String> lasting(Element root) {
        return root.children().stream()
                .filter(child -> !FREE.contains(child.name()))
                .map(child -> switch (child.name()) {
                    case "ip" -> child.withoutChildren(part -> part.name().equals("dhcp"));
                    case "forward" ->
                        child.withoutChildren(part -> part.name().equals("interface"))
                                .without("dev");
                    default -> child;
                })
                .map(LiveChanges::text)
                .toList();
    }

    private static String text(Element element) {
        var text = new StringBuilder(element.name()).append(' ');
        new TreeMap<>(element.attributes()).forEach((name, value) -> {
            // Counted by the engine, not set by anybody.
            if (!name.equals("connections")) {
                text.append(name).append('=').append(value).append(' ');
            }
        });
        text.append(element.text()).append('{');
        element.children().forEach(child -> text.append(text(child)));
        return text.append('}').toString();
    }
}
