package dev.posada.conformance;

import dev.posada.driver.HostDriver;
import dev.posada.model.Element;
import java.util.List;
import java.util.UUID;

/** A host that knows nothing of itself but what the driver asks. */
public final class TestHost implements HostDriver {
    @Override
    public String hostname() {
        return "test-host";
    }

    @Override
    public UUID uuid() {
        return new UUID(1, 2);
    }

    @Override
    public NodeInfo nodeInfo() {
        return new NodeInfo("x86_64", 1 << 20, 2, 0, 1, 1, 2, 1);
    }

    @Override
    public long freeMemoryBytes() {
        return 1 << 30;
    }

    @Override
    public List<Long> cellsFreeMemoryBytes() {
        return List.of(1L << 30);
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
        return List.of(true, true);
    }

    @Override
    public List<Long> freePages(List<Integer> pageSizesKib, int startCell, int cellCount) {
        return List.of();
    }

    @Override
    public Element capabilities() {
        return Element.of("host").plus(cpu());
    }

    @Override
    public Element cpu() {
        return Element.of("cpu").plus(Element.text("arch", "x86_64"));
    }
}
