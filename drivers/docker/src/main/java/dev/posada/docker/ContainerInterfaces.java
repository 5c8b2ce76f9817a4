package dev.posada.docker;

import dev.posada.docker.ContainerSpec.Attachment;
import dev.posada.driver.Abilities;
import dev.posada.driver.InstanceState;
import dev.posada.driver.Undo;
import dev.posada.model.DomainEvent.DeviceAdded;
import dev.posada.model.DomainEvent.DeviceRemoved;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import java.util.List;

/**
 * Plugs interfaces into a container that runs, takes them out and changes them: ours as at the start, those of the engine's
 * networks by the engine. All at once: nobody inside has to let go. Done with everybody else kept from the container.
 */
final class ContainerInterfaces implements Abilities.ChangesInterfaces {
    private final Machinery machinery;
    private final DockerDomain domain;
    private final InstanceState state;
    private final ContainerLinks links;

    ContainerInterfaces(Machinery machinery, DockerDomain domain, InstanceState state, ContainerLinks links) {
        this.machinery = machinery;
        this.domain = domain;
        this.state = state;
        this.links = links;
    }

    @Override
    public void attach(Element nic) {
        ContainerDefaults.checkInterface(nic);
        var placed = LiveInterfaces.withAlias(state.definition(), nic);
        Honour.check(LiveInterfaces.with(state.definition(), placed));
        domain.changing(() -> {
            long pid = pid();
            if (LiveInterfaces.isEngines(placed)) {
                var named = connect(placed, pid);
                state.redefine(definition -> LiveInterfaces.with(definition, named));
            } else {
                links.attach(placed, pid);
            }
            state.happened(new DeviceAdded(LiveInterfaces.alias(placed)));
        });
    }

    private long pid() {
        return domain.run()
                .filter(Sight::running)
                .map(Sight::pid)
                .orElseThrow(() -> Refusal.of(
                        ErrorCode.OPERATION_INVALID,
                        "domain '" + state.definition().name() + "': its program does not run"));
    }

    private Element connect(Element nic, long pid) {
        if (nic.child("portForward").isPresent()) {
            throw Refusal.unsupported(nic, "the engine forwards ports from the start: use --config");
        }
        var networks = new ContainerNetworks(machinery.engine());
        var before = ContainerTraffic.names(pid);
        var wanted = ContainerPlan.attachment(nic);
        try (var undo = new Undo()) {
            undo.add(() -> networks.disconnect(wanted.network(), domain.container()));
            networks.connect(wanted, domain.container());
            var link = ContainerTraffic.names(pid).stream()
                    .filter(name -> !before.contains(name))
                    .findFirst();
            link.ifPresent(name -> address(name, pid, wanted));
            undo.done();
            return link.map(name -> LiveInterfaces.withInside(nic, name)).orElse(nic);
        }
    }

    /** The engine gives a MAC address of its own; the interface has the one its definition says. */
    private void address(String link, long pid, Attachment wanted) {
        wanted.mac()
                .ifPresent(mac -> links.translated(() -> machinery
                        .links()
                        .within(
                                pid,
                                "cannot give " + link + " its address",
                                List.of("link set dev " + link + " address " + mac))));
    }

    @Override
    public void detach(Element nic) {
        domain.changing(() -> {
            if (LiveInterfaces.isEngines(nic)) {
                var _ = pid();
                new ContainerNetworks(machinery.engine())
                        .disconnect(ContainerPlan.attachment(nic).network(), domain.container());
                state.redefine(definition -> LiveInterfaces.without(definition, nic));
            } else {
                links.detach(nic);
            }
            state.happened(new DeviceRemoved(LiveInterfaces.alias(nic)));
        });
    }

    @Override
    public void change(Element before, Element after) {
        if (before.equals(after)) {
            return;
        }
        if (LiveInterfaces.isEngines(before)) {
            throw Refusal.of(
                    ErrorCode.OPERATION_UNSUPPORTED,
                    "an interface in a network of the engine cannot be changed: take it out and plug it in anew");
        }
        Honour.check(LiveInterfaces.replaced(state.definition(), before, after));
        domain.changing(() -> links.change(before, after));
    }
}
