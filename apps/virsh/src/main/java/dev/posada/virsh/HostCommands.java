package dev.posada.virsh;

import java.util.List;
import java.util.Optional;

/** Commands about the host and its hypervisor. */
final class HostCommands implements CommandGroup {
    private static final List<String> NAMES = List.of(
            "allocpages",
            "capabilities",
            "cpu-baseline",
            "cpu-compare",
            "cpu-models",
            "domcapabilities",
            "freecell",
            "freepages",
            "hostname",
            "hypervisor-cpu-baseline",
            "hypervisor-cpu-compare",
            "maxvcpus",
            "node-memory-tune",
            "nodecpumap",
            "nodecpustats",
            "nodeinfo",
            "nodememstats",
            "nodesevinfo",
            "nodesuspend",
            "sysinfo",
            "uri",
            "version");

    @Override
    public String keyword() {
        return "host";
    }

    @Override
    public String title() {
        return "Host and Hypervisor";
    }

    @Override
    public List<String> names() {
        return NAMES;
    }

    @Override
    public Optional<Command> command(String name) {
        return Optional.ofNullable(
                switch (name) {
                    case "capabilities" -> HostFacts.capabilities();
                    case "domcapabilities" -> HostFacts.domcapabilities();
                    case "hostname" -> HostFacts.hostname();
                    case "uri" -> HostFacts.uri();
                    case "sysinfo" -> HostFacts.sysinfo();
                    case "version" -> HostFacts.version();
                    case "nodeinfo" -> HostFacts.nodeinfo();
                    case "maxvcpus" -> HostFacts.maxvcpus();
                    case "nodesevinfo" -> HostFacts.nodesevinfo();
                    case "nodesuspend" -> HostFacts.nodesuspend();
                    case "freecell" -> HostMemory.freecell();
                    case "freepages" -> HostMemory.freepages();
                    case "allocpages" -> HostMemory.allocpages();
                    case "nodememstats" -> HostMemory.nodememstats();
                    case "node-memory-tune" -> HostMemory.nodeMemoryTune();
                    case "nodecpumap" -> HostCpuFigures.nodecpumap();
                    case "nodecpustats" -> HostCpuFigures.nodecpustats();
                    case "cpu-models" -> HostProcessors.models();
                    case "cpu-compare" -> HostProcessors.compare();
                    case "cpu-baseline" -> HostProcessors.baseline();
                    case "hypervisor-cpu-compare" -> HostProcessors.hypervisorCompare();
                    case "hypervisor-cpu-baseline" -> HostProcessors.hypervisorBaseline();
                    default -> null;
                });
    }
}
