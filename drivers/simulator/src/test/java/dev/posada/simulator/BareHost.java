package dev.posada.simulator;

import dev.posada.driver.HostDriver;
import dev.posada.model.Element;
import java.util.List;
import java.util.UUID;

/** A machine with nothing to tell: the simulator shows a host of its own. */
final class BareHost implements HostDriver {
    @Override
    public String hostname() {
        return "bare.test";
    }

    @Override
    public UUID uuid() {
        return new UUID(1, 1);
    }

    @Override
    public NodeInfo nodeInfo() {
        return new NodeInfo("x86_64", 1, 1, 0, 1, 1, 1, 1);
    }

    @Override
    public long freeMemoryBytes() {
        return 0;
    }

    @Override
    public List<Long> cellsFreeMemoryBytes() {
        return List.of();
    }

    @Override
    public List<NodeFigure> cpuStats(int cpu) {
        return List.of();
    }

    @Override
    public List<NodeFigure> memoryStats(int cell) {
        return List.of();
    }

    @Override
    public List<Boolean> onlineCpus() {
        return List.of(true);
    }

    @Override
    public List<Long> freePages(List<Integer> pageSizesKib, int startCell, int cellCount) {
        return List.of();
    }

    @Override
    public Element capabilities() {
        return Element.of("host");
    }

    @Override
    public Element cpu() {
        return Element.of("cpu");
    }
}
