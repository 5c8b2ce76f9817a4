package dev.posada.qemu;

import dev.posada.driver.LiveListener;
import dev.posada.driver.Undo;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.posix.Descriptor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The links of one start, open until QEMU has them. Each is guarded before it lets packets through: the listener hears of
 * it in between. For one thread.
 */
final class GuestLinks implements AutoCloseable {
    private final HostLinks host;
    private final List<HostLinks.Opened> opened = new ArrayList<>();

    private GuestLinks(HostLinks host) {
        this.host = host;
    }

    /** Opens all that a plan needs; when this throws, nothing of it is left. */
    static GuestLinks open(HostLinks host, LaunchPlan plan, Undo undo) {
        var links = new GuestLinks(host);
        undo.add(links::close);
        plan.live().devices("interface").stream()
                .filter(nic -> nic.has("type", "hostdev"))
                .forEach(host::prepare);
        for (var wanted : plan.links()) {
            var nic = plan.live().devices("interface").stream()
                    .filter(one -> LiveEdits.hasAlias(one, wanted.alias()))
                    .findFirst()
                    .orElseThrow();
            var link = host.open(nic, wanted);
            links.opened.add(link);
            undo.add(() -> host.release(link.nic()));
        }
        return links;
    }

    /** Tells of each link, and lets packets through it. */
    void activate(LiveListener listener) {
        for (var nic : nics()) {
            if (HostLinks.isLink(nic)) {
                listener.plugged(nic);
                host.activate(nic);
            }
        }
    }

    /** The interfaces with their links' names. */
    List<Element> nics() {
        return opened.stream().map(HostLinks.Opened::nic).toList();
    }

    /** A definition with the names of the links. */
    static DomainDefinition named(DomainDefinition definition, List<Element> nics) {
        var byAlias = new LinkedHashMap<String, Element>();
        nics.forEach(nic -> byAlias.put(LiveEdits.alias(nic), nic));
        return byAlias.isEmpty()
                ? definition
                : LiveEdits.devices(
                        definition,
                        device -> device.name().equals("interface") && byAlias.containsKey(LiveEdits.alias(device)),
                        device -> HostLinks.name(byAlias.getOrDefault(LiveEdits.alias(device), device))
                                .map(name -> HostLinks.withTarget(device, name))
                                .orElse(device));
    }

    /** The open files by the numbers QEMU is to find them at. */
    Map<Integer, Descriptor> files() {
        var files = new LinkedHashMap<Integer, Descriptor>();
        for (var link : opened) {
            link.files().forEach((number, file) -> files.put(Integer.valueOf(number), file));
        }
        return files;
    }

    /** Closes our descriptors: a link nobody else has open goes. */
    @Override
    public void close() {
        opened.forEach(HostLinks.Opened::close);
    }
}
