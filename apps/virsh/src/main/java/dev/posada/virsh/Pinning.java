package dev.posada.virsh;

import dev.posada.client.Domain;
import dev.posada.client.DomainProcessors.Count;
import dev.posada.client.Flag;
import dev.posada.terminal.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code vcpupin}, {@code emulatorpin}. */
final class Pinning {
    private Pinning() {}

    static Command vcpupin() {
        return Command.named("vcpupin")
                .summary("show or set where virtual processors run")
                .description("Shows which processors of the host a domain's virtual processors may run on, or says so.")
                .options(
                        Domains.option(),
                        Option.number("vcpu", "which virtual processor"),
                        Option.text("cpulist", "processors of the host, such as 0-3,^2, or r for all")
                                .orEmpty())
                .options(Impacts.options())
                .action(Pinning::vcpupin);
    }

    private static void vcpupin(Call call) {
        var impact = Impacts.of(call);
        var list = call.text("cpulist");
        var vcpu = call.unsigned("vcpu");
        if (list.isPresent() && vcpu.isEmpty()) {
            throw new CommandException("vcpupin: Missing vCPU number in pin mode.");
        }
        var domain = Domains.of(call);
        var processors = domain.processors();
        int hostCpus = processors.hostCpus();
        if (list.isEmpty()) {
            show(call, domain, hostCpus, impact);
            return;
        }
        var cpus = CpuList.of(list.get(), hostCpus);
        if (impact.length == 0 && !call.has("current")) {
            processors.pinLive(vcpu.get(), cpus, hostCpus);
        } else {
            processors.pin(vcpu.get(), cpus, hostCpus, impact);
        }
    }

    private static void show(Call call, Domain domain, int hostCpus, Flag.Impact[] impact) {
        boolean live = Arrays.asList(impact).contains(Flag.Impact.LIVE);
        boolean config = Arrays.asList(impact).contains(Flag.Impact.CONFIG);
        int count = count(domain, live, config, impact);
        var wanted = call.unsigned("vcpu");
        if (wanted.isPresent() && Integer.compareUnsigned(wanted.get(), count) >= 0) {
            var kind = live || (!config && domain.isActive()) ? "live" : "persistent";
            throw new CommandException("vcpu " + Integer.toUnsignedString(wanted.get()) + " is out of range of " + kind
                    + " cpu count " + count);
        }
        var pins = domain.processors().pins(count, hostCpus, impact);
        var table = Table.of("VCPU", "CPU Affinity");
        var json = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < pins.size(); i++) {
            if (wanted.isEmpty() || wanted.get() == i) {
                table.row(i, CpuList.format(pins.get(i)));
                var object = new LinkedHashMap<String, Object>();
                object.put("vcpu", i);
                object.put("cpu-affinity", pins.get(i));
                json.add(object);
            }
        }
        if (call.json()) {
            call.println(Json.text(json));
        } else {
            call.print(table);
        }
    }

    private static int count(Domain domain, boolean live, boolean config, Flag.Impact[] impact) {
        if (live && !domain.isActive()) {
            throw new CommandException("cannot get vcpupin for offline domain");
        }
        if (config && !domain.isPersistent()) {
            throw new CommandException("cannot get vcpupin for transient domain");
        }
        return domain.processors().count(EnumSet.of(Count.MAXIMUM), impact);
    }

    static Command emulatorpin() {
        return Command.named("emulatorpin")
                .summary("show or set where the hypervisor's own threads run")
                .options(
                        Domains.option(),
                        Option.text("cpulist", "processors of the host, such as 0-3,^2, or r for all")
                                .orEmpty())
                .options(Impacts.options())
                .action(Pinning::emulatorpin);
    }

    private static void emulatorpin(Call call) {
        var asked = Impacts.of(call);
        var domain = Domains.of(call);
        var processors = domain.processors();
        int hostCpus = processors.hostCpus();
        var list = call.text("cpulist");
        if (list.isEmpty()) {
            var cpus = processors.emulatorPin(hostCpus, asked);
            if (call.json()) {
                call.printJson(Map.of("cpu-affinity", cpus));
            } else {
                call.extra("emulator: CPU Affinity\n----------------------------------\n       *: ");
                call.println(CpuList.format(cpus));
            }
            return;
        }
        var impact = asked.length == 0 && !call.has("current") ? new Flag.Impact[] {Flag.Impact.LIVE} : asked;
        processors.pinEmulator(CpuList.of(list.get(), hostCpus), hostCpus, impact);
    }
}
