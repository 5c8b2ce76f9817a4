package dev.posada.server;

import dev.posada.driver.HostDriver;
import dev.posada.model.Element;
import java.util.List;
import java.util.UUID;

/** A host that is always the same. */
final class PlainHost implements HostDriver {
    @Override
    public String hostname() {
        return "inn";
    }

    @Override
    public UUID uuid() {
        return new UUID(1, 2);
    }

    @Override
    public NodeInfo nodeInfo() {
        return new NodeInfo("x86_64", 1 << 20, 4, 2000, 1, 1, 4, 1);
    }

    @Override
    public long freeMemoryBytes() {
        return 1 << 29;
    }

    @Override
    public List<Long> cellsFreeMemoryBytes() {
        return List.of(1L << 29);
    }

    @Override
    public List<NodeFigure> cpuStats(int cpu) {
        return List.of(
                new NodeFigure("kernel", 1),
                new NodeFigure("user", 2),
                new NodeFigure("idle", 3),
                new NodeFigure("iowait", 4));
    }

    @Override
    public List<NodeFigure> memoryStats(int cell) {
        return List.of(
                new NodeFigure("total", 1 << 20),
                new NodeFigure("free", 1 << 19),
                new NodeFigure("buffers", 7),
                new NodeFigure("cached", 8));
    }

    @Override
    public List<Boolean> onlineCpus() {
        return List.of(true, false, true, true);
    }

    @Override
    public List<Long> freePages(List<Integer> pageSizesKib, int startCell, int cellCount) {
        return pageSizesKib.stream().map(size -> (long) size).toList();
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
