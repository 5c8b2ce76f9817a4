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
        return Optional.empty();
    }
}
