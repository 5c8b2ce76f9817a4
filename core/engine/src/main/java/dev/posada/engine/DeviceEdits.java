package dev.posada.engine;

import dev.posada.engine.DeviceKind.Purpose;
import dev.posada.engine.JobSlot.Kind;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.xml.Documents;
import dev.posada.xml.DomainGrammar;
import dev.posada.xml.DomainXml;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** Devices that come, go and change while a domain runs, and in its definition: network interfaces and disks. */
public final class DeviceEdits {
    private static final String INTERFACE = "interface";

    /** {@code VIR_DOMAIN_DEVICE_MODIFY_FORCE}. */
    private static final int FORCE = 4;

    private final Hypervisor hypervisor;
    private final Access access;
    private final Map<String, DeviceKind> kinds;

    DeviceEdits(Hypervisor hypervisor, Access access) {
        this.hypervisor = hypervisor;
        this.access = access;
        this.kinds = Map.of(INTERFACE, new InterfaceDevices(hypervisor), "disk", new DiskDevices(hypervisor));
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
        var device = parse(xml, flags, Flags.AFFECT_ALL, api);
        var kind = kind(device).orElseThrow(() -> hypervisor.unsupported(api));
        var domain = hypervisor.domain(uuid);
        try (var _ = hypervisor.begin(domain, Kind.MODIFY, api)) {
            var view = domain.view();
            var affect = Affect.of(flags, view, hypervisor);
            var wanted = canonical(device, definition(view, affect));
            var config = affect.config()
                    ? Optional.of(completed(view.config().orElseThrow().definition(), kind, wanted))
                    : Optional.<DomainDefinition>empty();
            if (affect.live()) {
                kind.attach(domain, wanted, api);
            }
            config.ifPresent(changed -> hypervisor.reconfigure(domain, _ -> changed));
        }
    }

    /**
     * Removes a device. One that runs is asked to let go of it, and may take its time after this returns.
     *
     * @param xml the device's element: an interface is known by its MAC address, its place or its alias, a disk by its target
     * @param flags {@code virDomainDeviceModifyFlags}
     */
    public void detach(UUID uuid, String xml, int flags) {
        var api = "virDomainDetachDeviceFlags";
        var device = parse(xml, flags, Flags.AFFECT_ALL, api);
        var kind = kind(device).orElseThrow(() -> hypervisor.unsupported(api));
        detach(uuid, flags, api, (definition, purpose) -> kind.find(definition, device, purpose));
    }

    /** Removes the device of an alias; see {@link #detach}. */
    public void detachAlias(UUID uuid, String alias, int flags) {
        var api = "virDomainDetachDeviceAlias";
        access.change(api);
        hypervisor.checkFlags(flags, Flags.AFFECT_ALL, api);
        detach(uuid, flags, api, (definition, _) -> withAlias(definition, alias));
    }

    private interface Search {
        Element in(DomainDefinition definition, Purpose purpose);
    }

    private void detach(UUID uuid, int flags, String api, Search search) {
        var domain = hypervisor.domain(uuid);
        try (var _ = hypervisor.begin(domain, Kind.MODIFY, api)) {
            var view = domain.view();
            var affect = Affect.of(flags, view, hypervisor);
            UnaryOperator<DomainDefinition> without =
                    definition -> removed(definition, search.in(definition, Purpose.DETACH));
            var config = affect.config()
                    ? Optional.of(without.apply(view.config().orElseThrow().definition()))
                    : Optional.<DomainDefinition>empty();
            if (affect.live()) {
                var device = search.in(view.live().orElseThrow().definition(), Purpose.DETACH_LIVE);
                kind(device).orElseThrow().detach(domain, device, api);
            }
            config.ifPresent(changed -> hypervisor.reconfigure(domain, _ -> changed));
        }
    }

    /**
     * Puts a device in the place of the one it is meant for.
     *
     * @param xml the device as it shall be: an interface, known by its MAC address, or a disk, known by its target
     * @param flags {@code virDomainDeviceModifyFlags}
     * @throws dev.posada.model.PosadaException {@code OPERATION_UNSUPPORTED} when more changes than can be changed
     */
    public void update(UUID uuid, String xml, int flags) {
        var api = "virDomainUpdateDeviceFlags";
        var device = parse(xml, flags, Flags.AFFECT_ALL | FORCE, api);
        var kind = kind(device)
                .orElseThrow(() -> hypervisor.error(
                        ErrorCode.OPERATION_UNSUPPORTED,
                        "a " + device.name() + " cannot be updated: change the definition and start the domain anew"));
        var domain = hypervisor.domain(uuid);
        try (var _ = hypervisor.begin(domain, Kind.MODIFY, api)) {
            var view = domain.view();
            var affect = Affect.of(flags, view, hypervisor);
            var wanted = canonical(device, definition(view, affect));
            var config = affect.config()
                    ? Optional.of(replacedInConfig(view.config().orElseThrow().definition(), kind, wanted))
                    : Optional.<DomainDefinition>empty();
            if (affect.live()) {
                kind.update(domain, wanted, Flags.has(flags, FORCE), api);
            }
            config.ifPresent(changed -> hypervisor.reconfigure(domain, _ -> changed));
        }
    }

    private DomainDefinition replacedInConfig(DomainDefinition definition, DeviceKind kind, Element wanted) {
        var before = kind.find(definition, wanted, Purpose.UPDATE);
        return hypervisor.driver().complete(replaced(definition, before, kind.replacement(definition, wanted)));
    }

    private Element parse(String xml, int flags, int known, String api) {
        access.change(api);
        hypervisor.checkFlags(flags, known, api);
        return Documents.parse(xml, "device_definition", ErrorOrigin.DOMAIN);
    }

    private Optional<DeviceKind> kind(Element device) {
        return Optional.ofNullable(kinds.get(device.name()));
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
        return parsed.devices(device.name()).getFirst();
    }

    private DomainDefinition completed(DomainDefinition definition, DeviceKind kind, Element device) {
        kind.checkFree(definition, device);
        var devices = definition.root().child("devices").orElse(Element.of("devices"));
        return hypervisor
                .driver()
                .complete(LiveEdits.canonical(definition.root().withChild(devices.plus(device))));
    }

    private static DomainDefinition removed(DomainDefinition definition, Element nic) {
        var devices = definition.root().child("devices").orElseThrow();
        return new DomainDefinition(definition.root().withChild(devices.withoutChildren(nic::equals)));
    }

    private Element withAlias(DomainDefinition definition, String alias) {
        var found = definition.devices().stream()
                .filter(device -> device.child("alias")
                        .filter(one -> one.has("name", alias))
                        .isPresent())
                .findFirst()
                .orElseThrow(() -> hypervisor.error(ErrorCode.INTERNAL_ERROR, "no device found with alias " + alias));
        if (kind(found).isEmpty()) {
            throw hypervisor.unsupported("virDomainDetachDeviceAlias");
        }
        return found;
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
