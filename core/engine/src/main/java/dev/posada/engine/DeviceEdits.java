package dev.posada.engine;

import dev.posada.driver.Abilities.SwitchesLinks;
import dev.posada.engine.JobSlot.Kind;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.xml.Documents;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Changes to devices a domain has. So far an interface's link; plugging and unplugging come later. */
public final class DeviceEdits {
    private final Hypervisor hypervisor;
    private final Access access;

    DeviceEdits(Hypervisor hypervisor, Access access) {
        this.hypervisor = hypervisor;
        this.access = access;
    }

    /**
     * Puts a device in the place of the one it is meant for.
     *
     * @param xml the device as it shall be: an interface, known by its MAC address
     * @param flags {@code virDomainDeviceModifyFlags}
     * @throws dev.posada.model.PosadaException {@code OPERATION_UNSUPPORTED} when more changes than can be changed
     */
    public void update(UUID uuid, String xml, int flags) {
        var api = "virDomainUpdateDeviceFlags";
        access.change(api);
        hypervisor.checkFlags(flags, Flags.AFFECT_ALL, api);
        var device = Documents.parse(xml, "device_definition", ErrorOrigin.DOMAIN);
        if (!device.name().equals("interface")) {
            throw hypervisor.error(
                    ErrorCode.OPERATION_UNSUPPORTED,
                    "a " + device.name() + " cannot be updated: change the definition and start the domain anew");
        }
        var mac = device.child("mac")
                .map(element -> element.attribute("address", ""))
                .orElse("");
        var domain = hypervisor.domain(uuid);
        try (var _ = hypervisor.begin(domain, Kind.MODIFY, api)) {
            var view = domain.view();
            var affect = Affect.of(flags, view, hypervisor);
            if (affect.config()) {
                var _ = relinked(view.config().orElseThrow().definition(), mac, device);
            }
            if (affect.live()) {
                var running = view.live().orElseThrow();
                var _ = relinked(running.definition(), mac, device);
                hypervisor
                        .ability(domain, SwitchesLinks.class, api)
                        .switchLink(mac, isUp(device), definition -> relinked(definition, mac, device));
            }
            if (affect.config()) {
                hypervisor.reconfigure(domain, definition -> relinked(definition, mac, device));
            }
        }
    }

    private static boolean isUp(Element device) {
        return device.child("link").filter(link -> link.has("state", "down")).isEmpty();
    }

    /** The definition with the interface's link as wanted; what else differs is refused. */
    private DomainDefinition relinked(DomainDefinition definition, String mac, Element wanted) {
        var before = findInterface(definition, mac)
                .orElseThrow(() ->
                        hypervisor.error(ErrorCode.DEVICE_MISSING, "no device matching MAC address " + mac + " found"));
        var unlinked = before.withoutChildren(child -> child.name().equals("link"));
        for (var child : wanted.children()) {
            boolean known =
                    child.name().equals("link") || unlinked.child(child.name()).isPresent();
            if (!known) {
                throw cannotChange(child.name());
            }
        }
        for (var part : List.of("model", "source", "target")) {
            var was = unlinked.child(part).map(Element::attributes);
            var is = wanted.child(part).map(Element::attributes);
            if (is.isPresent() && !is.equals(was)) {
                throw cannotChange(part);
            }
        }
        if (!wanted.attribute("type", "").equals(before.attribute("type", ""))) {
            throw cannotChange("type");
        }
        var changed = wanted.child("link").map(unlinked::plus).orElse(unlinked);
        return replaced(definition, before, changed);
    }

    private RuntimeException cannotChange(String what) {
        return hypervisor.error(
                ErrorCode.OPERATION_UNSUPPORTED, "cannot modify the " + what + " of a network device, only its link");
    }

    /** The interface with this MAC address or target. */
    static Optional<Element> findInterface(DomainDefinition definition, String name) {
        return devices(definition, "interface").stream()
                .filter(one -> one.child("mac")
                                .filter(mac -> mac.attribute("address", "").equalsIgnoreCase(name))
                                .isPresent()
                        || one.child("target")
                                .filter(target -> target.has("dev", name))
                                .isPresent())
                .findFirst();
    }

    static List<Element> devices(DomainDefinition definition, String kind) {
        return definition
                .root()
                .child("devices")
                .map(devices -> devices.children(kind))
                .orElse(List.of());
    }

    /** The definition with one device in another's place. */
    static DomainDefinition replaced(DomainDefinition definition, Element before, Element after) {
        var devices = definition.root().child("devices").orElseThrow();
        return LiveEdits.canonical(
                definition.root().withChild(devices.mapChildren(device -> device.equals(before) ? after : device)));
    }
}
