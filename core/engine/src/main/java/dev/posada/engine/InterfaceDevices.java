package dev.posada.engine;

import dev.posada.driver.Abilities.ChangesInterfaces;
import dev.posada.driver.Undo;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import java.util.List;

/** Network interfaces that come, go and change. */
final class InterfaceDevices implements DeviceKind {
    private static final String INTERFACE = "interface";

    private final Hypervisor hypervisor;

    InterfaceDevices(Hypervisor hypervisor) {
        this.hypervisor = hypervisor;
    }

    @Override
    public void attach(Domain domain, Element nic, String api) {
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

    @Override
    public void detach(Domain domain, Element nic, String api) {
        hypervisor.ability(domain, ChangesInterfaces.class, api).detach(nic);
    }

    @Override
    public Element replacement(DomainDefinition definition, Element wanted) {
        var before = find(definition, wanted, Purpose.UPDATE);
        var after = wanted;
        for (var kept : List.of("model", "address")) {
            if (after.child(kept).isEmpty()) {
                after = before.child(kept).map(after::plus).orElse(after);
            }
        }
        return after;
    }

    @Override
    public void update(Domain domain, Element wanted, boolean force, String api) {
        var running = domain.view().live().orElseThrow();
        var before = find(running.definition(), wanted, Purpose.UPDATE_LIVE);
        var shown = find(running.instance().shown(running.definition()), wanted, Purpose.UPDATE_LIVE);
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

    /** The interface a client means: known by its MAC address, its place or its alias. */
    @Override
    public Element find(DomainDefinition definition, Element wanted, Purpose purpose) {
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

    private static String mac(Element nic) {
        return nic.child("mac").map(mac -> mac.attribute("address", "")).orElse("");
    }
}
