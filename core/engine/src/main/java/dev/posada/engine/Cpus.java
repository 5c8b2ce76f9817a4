package dev.posada.engine;

import dev.posada.driver.HostDriver.CpuComparison;
import dev.posada.driver.HostDriver.CpuMatch;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.xml.Documents;
import java.util.List;
import java.util.Optional;

/** Processors as documents describe them: what this host, or an emulator on it, has of them. */
public final class Cpus {
    private static final int FAIL_INCOMPATIBLE = 1;
    private static final int VALIDATE = 2;
    private static final int EXPAND = 1;
    private static final int MIGRATABLE = 2;

    /** By their numbers in {@code virCPUCompareResult}. */
    private static final List<CpuMatch> RESULTS = List.of(CpuMatch.INCOMPATIBLE, CpuMatch.IDENTICAL, CpuMatch.SUPERSET);

    private final Hypervisor hypervisor;
    private final Access access;

    Cpus(Hypervisor hypervisor, Access access) {
        this.hypervisor = hypervisor;
        this.access = access;
    }

    /**
     * An emulator and what it would run, as for {@link Connection#domainCapabilities}.
     *
     * @param type of the domain
     */
    public record Machine(
            Optional<String> emulator,
            Optional<String> architecture,
            Optional<String> machine,
            Optional<String> type) {}

    /**
     * What the host's processor is to the one a document wants: 0 incompatible, 1 identical, 2 a superset.
     *
     * @param flags {@code virConnectCompareCPUFlags}
     * @throws dev.posada.model.PosadaException {@code CPU_INCOMPATIBLE} with the reason, when asked to fail
     */
    public int compare(String xml, int flags) {
        var api = "virConnectCompareCPU";
        access.query(api);
        return compared(xml, hypervisor.host().cpu(), flags, api);
    }

    /** The same for what an emulator gives its guests on this host. */
    public int compare(Machine machine, String xml, int flags) {
        var api = "virConnectCompareHypervisorCPU";
        access.change(api);
        return compared(xml, hostModel(machine), flags, api);
    }

    private int compared(String xml, Element provided, int flags, String api) {
        hypervisor.checkFlags(flags, FAIL_INCOMPATIBLE | VALIDATE, api);
        CpuComparison compared = hypervisor.host().compareCpu(cpu(xml), provided);
        if (compared.match() == CpuMatch.INCOMPATIBLE && Flags.has(flags, FAIL_INCOMPATIBLE)) {
            throw hypervisor.error(ErrorCode.CPU_INCOMPATIBLE, compared.reason());
        }
        return RESULTS.indexOf(compared.match());
    }

    /**
     * The richest processor all of these can be.
     *
     * @param flags {@code virConnectBaselineCPUFlags}
     */
    public String baseline(List<String> xmls, int flags) {
        var api = "virConnectBaselineCPU";
        access.query(api);
        return Documents.format(based(xmls, flags, api));
    }

    /** The same for guests of an emulator, which give no other model in its place. */
    public String baseline(Machine machine, List<String> xmls, int flags) {
        var api = "virConnectBaselineHypervisorCPU";
        access.query(api);
        var _ = hostModel(machine); // there must be such a machine
        return Documents.format(based(xmls, flags, api)
                .mapChildren(child -> child.name().equals("model") ? child.with("fallback", "forbid") : child));
    }

    private Element based(List<String> xmls, int flags, String api) {
        hypervisor.checkFlags(flags, EXPAND | MIGRATABLE, api);
        if (xmls.isEmpty()) {
            throw hypervisor.zeroArgument("ncpus", api);
        }
        var cpus = xmls.stream().map(this::cpu).toList();
        return hypervisor.host().baselineCpu(cpus, Flags.has(flags, EXPAND));
    }

    private Element cpu(String xml) {
        var cpu = Documents.parse(xml, "CPU_definition", ErrorOrigin.CPU);
        if (!cpu.name().equals("cpu")) {
            throw hypervisor.error(
                    ErrorCode.XML_ERROR, "unexpected root element <" + cpu.name() + ">, expecting <cpu>");
        }
        if (cpu.attribute("match").isPresent() && cpu.child("arch").isPresent()) {
            throw hypervisor.error(
                    ErrorCode.XML_ERROR, "'arch' element cannot be used inside 'cpu' element with 'match' attribute'");
        }
        return cpu;
    }

    /** The processor the emulator makes of this host's. */
    private Element hostModel(Machine machine) {
        var capabilities = hypervisor
                .driver()
                .domainCapabilities(machine.emulator(), machine.architecture(), machine.machine(), machine.type());
        return capabilities
                .child("cpu")
                .flatMap(cpu -> cpu.children("mode").stream()
                        .filter(mode -> mode.has("name", "host-model") && mode.has("supported", "yes"))
                        .findFirst())
                .orElseThrow(() -> hypervisor.error(
                        ErrorCode.OPERATION_UNSUPPORTED, "this emulator cannot tell which processor it makes"));
    }
}
