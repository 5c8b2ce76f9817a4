package dev.posada.engine;

import dev.posada.engine.JobSlot.Kind;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.UUID;

/** Virtual processors that are switched on and off one by one. */
public final class Vcpus {
    private final Hypervisor hypervisor;
    private final Access access;

    Vcpus(Hypervisor hypervisor, Access access) {
        this.hypervisor = hypervisor;
        this.access = access;
    }

    /**
     * Switches processors of a stored definition on or off. Those of a running domain come and go by their number only.
     *
     * @param vcpus which, as {@code 1-3,5}
     * @param flags {@code virDomainModificationImpact}
     */
    public void enable(UUID uuid, String vcpus, boolean enabled, int flags) {
        var api = "virDomainSetVcpu";
        access.change(api);
        hypervisor.checkFlags(flags, Flags.AFFECT_ALL, api);
        var chosen = chosen(vcpus, api);
        var domain = hypervisor.domain(uuid);
        try (var _ = hypervisor.begin(domain, Kind.MODIFY, api)) {
            var affect = Affect.of(flags, domain.view(), hypervisor);
            if (affect.live()) {
                throw hypervisor.error(
                        ErrorCode.OPERATION_UNSUPPORTED,
                        "vcpu '" + chosen.nextSetBit(0) + "' of a running domain can't be switched by itself: change"
                                + " their number with setvcpus, or the definition with --config");
            }
            hypervisor.reconfigure(domain, definition -> switched(definition, chosen, enabled));
        }
    }

    private BitSet chosen(String vcpus, String api) {
        try {
            var chosen = Pinning.parse(vcpus);
            if (!chosen.isEmpty()) {
                return chosen;
            }
        } catch (RuntimeException e) {
            throw hypervisor.badArgument("'" + vcpus + "' is not a list of processors such as 1-3,5");
        }
        throw hypervisor.badArgument("vcpumap in " + api + " must name at least one vcpu");
    }

    private DomainDefinition switched(DomainDefinition definition, BitSet chosen, boolean enabled) {
        if (chosen.length() > definition.maxVcpus()) {
            throw hypervisor.badArgument("vcpu " + (chosen.length() - 1) + " is not present in persistent config");
        }
        if (chosen.get(0)) {
            throw hypervisor.badArgument("vCPU '0' can't be modified");
        }
        var before = definition.root().child("vcpus").orElse(Element.of("vcpus"));
        var all = new ArrayList<Element>();
        int count = 0;
        for (int number = 0; number < definition.maxVcpus(); number++) {
            var id = Integer.toString(number);
            boolean was = before.children().stream()
                    .filter(vcpu -> vcpu.has("id", id))
                    .findFirst()
                    .map(vcpu -> vcpu.has("enabled", "yes"))
                    .orElse(number < definition.vcpus());
            boolean on = chosen.get(number) ? enabled : was;
            boolean pluggable = chosen.get(number) || isPluggable(before, id);
            count += on ? 1 : 0;
            all.add(Element.of(
                    "vcpu", "id", id, "enabled", on ? "yes" : "no", "hotpluggable", pluggable || !on ? "yes" : "no"));
        }
        var vcpu = definition.root().child("vcpu").orElseThrow();
        var root = definition
                .root()
                .withChild(
                        count == definition.maxVcpus()
                                ? vcpu.without("current")
                                : vcpu.with("current", Integer.toString(count)))
                .withChild(before.withContent(all));
        return hypervisor.driver().complete(LiveEdits.canonical(root));
    }

    private static boolean isPluggable(Element vcpus, String id) {
        return vcpus.children().stream().anyMatch(vcpu -> vcpu.has("id", id) && vcpu.has("hotpluggable", "yes"));
    }
}
