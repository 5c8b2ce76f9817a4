package dev.posada.docker;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import java.util.HashMap;
import java.util.Map;

/** What the definition of a running domain says beyond the stored one: its number, and a name for each device. */
final class LiveDefinition {
    private static final Map<String, String> ALIASES =
            Map.of("filesystem", "fs", "interface", "net", "console", "console", "hostdev", "hostdev");

    private LiveDefinition() {}

    static DomainDefinition of(DomainDefinition definition, int id) {
        var counts = new HashMap<String, Integer>();
        var root = definition
                .root()
                .mapChildren(part ->
                        part.name().equals("devices") ? part.mapChildren(device -> withAlias(device, counts)) : part);
        return new DomainDefinition(root.with("id", Integer.toString(id)));
    }

    private static Element withAlias(Element device, Map<String, Integer> counts) {
        var prefix = ALIASES.get(device.name());
        if (prefix == null) {
            return device;
        }
        int number = counts.merge(prefix, 1, Integer::sum) - 1;
        return device.child("alias").isPresent() ? device : device.plus(Element.of("alias", "name", prefix + number));
    }
}
