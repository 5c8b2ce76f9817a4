package dev.posada.engine;

import dev.posada.driver.Abilities.ChangesInterfaces;
import dev.posada.engine.JobSlot.Kind;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.xml.Documents;
import dev.posada.xml.DomainGrammar;
import dev.posada.xml.DomainXml;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * Devices that come, go and change while a domain runs, and in its definition. So far network interfaces; calls about
 * others are answered as not supported.
 */
public final class DeviceEdits {
    private static final String INTERFACE = "interface";

    private final Hypervisor hypervisor;
    private final Access access;

    DeviceEdits(Hypervisor hypervisor, Access access) {
        this.hypervisor = hypervisor;
        this.access = access;
    }

    /**
     * Adds a device.
     *
     * @param xml the device's element
     * @param flags {@code virDomainDeviceModifyFlags}
     * @throws dev.posada.model.PosadaException when it cannot be; neither instance nor definition have changed then
     */
    public void attach(UUID uuid, String xml, int flags) {
        var api = "virDomainAttachDeviceFlags";
        var device = parse(xml, flags, api);
        mustBeInterface(device, hypervisor.unsupported(api));
        var domain = hypervisor.domain(uuid);
        try (var _ = hypervisor.begin(domain, Kind.MODIFY, api)) {
            var view = domain.view();
            var affect = Affect.of(flags, view, hypervisor);
            var nic = canonical(device, definition(view, affect));
            var config = affect.config()
                    ? Optional.of(completed(view.config().orElseThrow().definition(), nic))
                    : Optional.<DomainDefinition>empty();
            if (affect.live()) {
                attachLive(domain, nic, api);
            }
            config.ifPresent(changed -> hypervisor.reconfigure(domain, _ -> changed));
        }
    }

    private void attachLive(Domain domain, Element nic, String api) {
        var running = domain.view().live().orElseThrow();
        var interfaces = hypervisor.ability(domain, ChangesInterfaces.class, api);
        var resolved = hypervisor.nics().resolve(nic, running.definition().name(), domain.uuid());
        try (var undo = new Undo()) {
            undo.add(() -> hypervisor.nics().release(resolved.nic()));
            running.instance().show(resolved.shown());
            interfaces.attach(resolved.nic());
            undo.done();
        }
    }

    /**
     * Removes a device. One that runs is asked to let go of it, and may take its time after this returns.
     *
     * @param xml the device's element: an interface is known by its MAC address, its place or its alias
     * @param flags {@code virDomainDeviceModifyFlags}
     */
    public void detach(UUID uuid, String xml, int flags) {
        var api = "virDomainDetachDeviceFlags";
        var device = parse(xml, flags, api);
        mustBeInterface(device, hypervisor.unsupported(api));
        detach(uuid, flags, api, definition -> mustFind(definition, device));
    }

    /** Removes the device of an alias; see {@link #detach}. */
    public void detachAlias(UUID uuid, String alias, int flags) {
        var api = "virDomainDetachDeviceAlias";
        access.change(api);
        hypervisor.checkFlags(flags, Flags.AFFECT_ALL, api);
        detach(uuid, flags, api, definition -> withAlias(definition, alias));
    }

    private interface Search {
        Element in(DomainDefinition definition);
    }

    private void detach(UUID uuid, int flags, String api, Search search) {
        var domain = hypervisor.domain(uuid);
        try (var _ = hypervisor.begin(domain, Kind.MODIFY, api)) {
            var view = domain.view();
            var affect = Affect.of(flags, view, hypervisor);
            UnaryOperator<DomainDefinition> without = definition -> removed(definition, search.in(definition));
            var config = affect.config()
                    ? Optional.of(without.apply(view.config().orElseThrow().definition()))
                    : Optional.<DomainDefinition>empty();
            if (affect.live()) {
                var nic = search.in(view.live().orElseThrow().definition());
                hypervisor.ability(domain, ChangesInterfaces.class, api).detach(nic);
            }
            config.ifPresent(changed -> hypervisor.reconfigure(domain, _ -> changed));
        }
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
        var device = parse(xml, flags, api);
        mustBeInterface(
                device,
                hypervisor.error(
                        ErrorCode.OPERATION_UNSUPPORTED,
                        "a " + device.name() + " cannot be updated: change the definition and start the domain anew"));
        var domain = hypervisor.domain(uuid);
        try (var _ = hypervisor.begin(domain, Kind.MODIFY, api)) {
            var view = domain.view();
            var affect = Affect.of(flags, view, hypervisor);
            var wanted = canonical(device, definition(view, affect));
            var config = affect.config()
                    ? Optional.of(replacedInConfig(view.config().orElseThrow().definition(), wanted))
                    : Optional.<DomainDefinition>empty();
            if (affect.live()) {
                updateLive(domain, wanted, api);
            }
            config.ifPresent(changed -> hypervisor.reconfigure(domain, _ -> changed));
        }
    }

    private DomainDefinition replacedInConfig(DomainDefinition definition, Element wanted) {
        var before = mustFind(definition, wanted);
        var after = wanted;
        for (var kept : List.of("model", "address")) {
            if (after.child(kept).isEmpty()) {
                after = before.child(kept).map(after::plus).orElse(after);
            }
        }
        return hypervisor.driver().complete(replaced(definition, before, after));
    }

    private void updateLive(Domain domain, Element wanted, String api) {
        var running = domain.view().live().orElseThrow();
        var before = mustFind(running.definition(), wanted);
        var shown = mustFind(running.instance().shown(running.definition()), wanted);
        var edit = new InterfaceEdit(hypervisor, shown, wanted);
        edit.check();
        var interfaces = hypervisor.ability(domain, ChangesInterfaces.class, api);
        if (!edit.moves()) {
            interfaces.change(before, edit.applied(before));
            return;
        }
        var nics = hypervisor.nics();
        var resolved = nics.resolve(edit.applied(shown), running.definition().name(), domain.uuid());
        try (var undo = new Undo()) {
            undo.add(() -> nics.release(resolved.nic()));
            if (!resolved.nic().has("type", before.attribute("type", ""))) {
                throw hypervisor.error(
                        ErrorCode.OPERATION_UNSUPPORTED,
                        "cannot change network interface type to '"
                                + resolved.nic().attribute("type", "") + "'");
            }
            running.instance().show(resolved.shown());
            interfaces.change(before, resolved.nic());
            undo.done();
        }
        nics.release(before);
    }

    private Element parse(String xml, int flags, String api) {
        access.change(api);
        hypervisor.checkFlags(flags, Flags.AFFECT_ALL, api);
        return Documents.parse(xml, "device_definition", ErrorOrigin.DOMAIN);
    }

    private static void mustBeInterface(Element device, PosadaException otherwise) {
        if (!device.name().equals(INTERFACE)) {
            throw otherwise;
        }
    }

    private static DomainDefinition definition(DomainView view, Affect affect) {
        return affect.live()
                ? view.live().orElseThrow().definition()
                : view.config().orElseThrow().definition();
    }

    /** A device as it would stand in a definition that has it alone. */
    private Element canonical(Element device, DomainDefinition definition) {
        var root = definition.root();
        var alone = Element.of("domain", "type", definition.type())
                .plus(Element.text("name", definition.name()))
                .plus(Element.text("memory", "1024"))
                .plus(root.child("os").orElse(Element.of("os")))
                .plus(Element.of("devices").plus(device));
        var parsed = DomainXml.parse(alone, false);
        var unknown = DomainGrammar.unknown(parsed);
        if (!unknown.isEmpty()) {
            throw hypervisor.error(
                    ErrorCode.CONFIG_UNSUPPORTED,
                    "the device holds what nothing here knows: " + unknown.getFirst() + "; correct it or take it out");
        }
        return parsed.devices(INTERFACE).getFirst();
    }

    private DomainDefinition completed(DomainDefinition definition, Element nic) {
        var devices = definition.root().child("devices").orElse(Element.of("devices"));
        return hypervisor
                .driver()
                .complete(LiveEdits.canonical(definition.root().withChild(devices.plus(nic))));
    }

    private static DomainDefinition removed(DomainDefinition definition, Element nic) {
        var devices = definition.root().child("devices").orElseThrow();
        return new DomainDefinition(definition.root().withChild(devices.withoutChildren(nic::equals)));
    }

    /** The interface a client means. */
    private Element mustFind(DomainDefinition definition, Element wanted) {
        var mac = mac(wanted);
        var found = definition.devices(INTERFACE).stream()
                .filter(nic -> mac.isEmpty() || mac(nic).equalsIgnoreCase(mac))
                .filter(nic -> agree(nic, wanted, "address") && agree(nic, wanted, "alias"))
                .toList();
        if (found.isEmpty()) {
            throw hypervisor.error(
                    ErrorCode.DEVICE_MISSING,
                    mac.isEmpty()
                            ? "no matching network device was found"
                            : "no device matching MAC address " + mac + " found");
        }
        if (found.size() > 1) {
            throw hypervisor.error(
                    ErrorCode.OPERATION_FAILED, "multiple devices matching MAC address " + mac + " found");
        }
        return found.getFirst();
    }

    /** Whether a device has the part that is wanted of it, when one is. */
    private static boolean agree(Element nic, Element wanted, String part) {
        var given = wanted.child(part);
        return given.isEmpty()
                || nic.child(part).isEmpty()
                || given.get().attributes().equals(nic.child(part).get().attributes());
    }

    private Element withAlias(DomainDefinition definition, String alias) {
        var found = definition.devices().stream()
                .filter(device -> device.child("alias")
                        .filter(one -> one.has("name", alias))
                        .isPresent())
                .findFirst()
                .orElseThrow(() -> hypervisor.error(ErrorCode.INTERNAL_ERROR, "no device found with alias " + alias));
        if (!found.name().equals(INTERFACE)) {
            throw hypervisor.unsupported("virDomainDetachDeviceAlias");
        }
        return found;
    }

    private static String mac(Element nic) {
        return nic.child("mac").map(mac -> mac.attribute("address", "")).orElse("");
    }

    /** The interface with this MAC address or target. */
    static Optional<Element> findInterface(DomainDefinition definition, String name) {
        return devices(definition, INTERFACE).stream()
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
