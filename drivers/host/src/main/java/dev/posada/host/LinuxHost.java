package dev.posada.host;

import dev.posada.driver.HostDriver;
import dev.posada.model.Content;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.model.TypedParameter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A Linux host, as its kernel shows it in {@code /proc} and {@code /sys}.
 *
 * <p>Figures are read at every call. The identity, the name of the architecture and the description of the processor
 * cannot change while the host runs and are found out once; the arrangement of processors is read again when one has
 * come or gone. Safe for use by any number of threads; no call changes anything on the host but the first for
 * {@link #uuid}, which may write the file the identity is kept in.
 */
public final class LinuxHost implements HostDriver {
    /** The kernel counts processor time for its files in hundredths of a second on every architecture we know. */
    private static final long NANOS_PER_TICK = 10_000_000;

    private final HostFiles files;
    private final HostMemory memory;
    private final MemoryMerging merging;
    private final Path root;
    private final HostSettings settings;
    private final Path keptUuid;
    private final String architecture;
    private final Object lock = new Object();

    // Guarded by lock.
    private Optional<UUID> uuid = Optional.empty();
    private Optional<Element> cpu = Optional.empty();
    private Optional<Arrangement> arrangement = Optional.empty();

    /** A topology, and what the kernel's lists of processors and cells said when it was read. */
    private record Arrangement(String seen, Topology topology) {}

    /**
     * The host under a root folder.
     *
     * @param root where {@code proc}, {@code sys} and {@code etc} are: {@code /}, or a captured machine
     * @param keptUuid the file a made-up identity is kept in
     */
    public LinuxHost(Path root, HostSettings settings, Path keptUuid) {
        this.files = new HostFiles(root);
        this.memory = new HostMemory(files);
        this.merging = new MemoryMerging(root, files);
        this.root = root;
        this.settings = settings;
        this.keptUuid = keptUuid;
        this.architecture =
                ProcessorElement.architecture(files.value("proc/sys/kernel/arch"), System.getProperty("os.arch"));
    }

    @Override
    public String hostname() {
        var name = files.value("proc/sys/kernel/hostname")
                .or(() -> files.value("etc/hostname"))
                .orElse("localhost");
        if (name.contains(".")) {
            return name;
        }
        // Only the table on the host is asked: a name server that is away must not hold up a connection.
        return files.text("etc/hosts")
                .flatMap(hosts -> HostsTable.qualified(hosts, name))
                .orElse(name);
    }

    @Override
    public UUID uuid() {
        synchronized (lock) {
            var found = uuid.orElseGet(() -> HostUuid.find(files, settings, keptUuid));
            uuid = Optional.of(found);
            return found;
        }
    }

    @Override
    public NodeInfo nodeInfo() {
        var topology = topology();
        var shape = topology.shape();
        return new NodeInfo(
                architecture,
                memory.totalKib(),
                Math.max(1, topology.online().count()),
                CpuInfo.read(files).mhz(),
                shape.cells(),
                shape.sockets(),
                shape.cores(),
                shape.threads());
    }

    @Override
    public long freeMemoryBytes() {
        return memory.freeKib() * 1024;
    }

    @Override
    public List<Long> cellsFreeMemoryBytes() {
        var cells = memory.cells();
        if (cells.isEmpty()) {
            return List.of(freeMemoryBytes());
        }
        var free = new ArrayList<Long>();
        for (int cell = 0; cell <= cells.getLast(); cell++) {
            free.add(memory.cell(cell).of("MemFree") * 1024);
        }
        return free;
    }

    @Override
    public List<NodeFigure> cpuStats(int cpu) {
        var row = cpu < 0 ? "cpu" : "cpu" + cpu;
        var line = files.text("proc/stat").stream()
                .flatMap(String::lines)
                .map(text -> text.split(" +"))
                .filter(words -> words.length > 7 && words[0].equals(row))
                .findFirst()
                .orElseThrow(() -> invalid("processor " + cpu + " is not one of the host's that are online"));
        // user nice system idle iowait irq softirq, see proc_stat(5)
        return List.of(
                new NodeFigure("kernel", nanos(line, 3) + nanos(line, 6) + nanos(line, 7)),
                new NodeFigure("user", nanos(line, 1) + nanos(line, 2)),
                new NodeFigure("idle", nanos(line, 4)),
                new NodeFigure("iowait", nanos(line, 5)));
    }

    private static long nanos(String[] words, int column) {
        return Long.parseLong(words[column]) * NANOS_PER_TICK;
    }

    @Override
    public List<NodeFigure> memoryStats(int cell) {
        if (cell < 0) {
            var table = memory.host();
            return List.of(
                    new NodeFigure("total", table.of("MemTotal")),
                    new NodeFigure("free", table.of("MemFree")),
                    new NodeFigure("buffers", table.of("Buffers")),
                    new NodeFigure("cached", table.of("Cached")));
        }
        if (!memory.cells().contains(cell)) {
            throw invalid("cell " + cell + " is not one of the host's");
        }
        var table = memory.cell(cell);
        return List.of(new NodeFigure("total", table.of("MemTotal")), new NodeFigure("free", table.of("MemFree")));
    }

    @Override
    public List<Neighbour> neighbours() {
        return NeighbourTable.read(files);
    }

    @Override
    public List<Boolean> onlineCpus() {
        var topology = topology();
        var online = new ArrayList<Boolean>();
        for (int cpu = 0; cpu < topology.present().length(); cpu++) {
            online.add(topology.online().contains(cpu));
        }
        return online;
    }

    @Override
    public List<Long> freePages(List<Integer> pageSizesKib, int startCell, int cellCount) {
        var cells = memory.cells();
        int last = lastCell(startCell);
        var counts = new ArrayList<Long>();
        int end = (int) Math.min(last, (long) startCell + cellCount - 1);
        for (int cell = startCell; cell <= end; cell++) {
            var pages = memory.pages(cells.isEmpty() ? -1 : cell);
            for (int size : pageSizesKib) {
                var found = Optional.ofNullable(pages.get(size));
                counts.add(found.orElseThrow(
                                () -> noSuchPages(size, pages.sequencedKeySet().toString()))
                        .free());
            }
        }
        return counts;
    }

    /** The number of the last cell; {@code INTERNAL_ERROR} when the first that is asked for is beyond it. */
    private int lastCell(int startCell) {
        var cells = memory.cells();
        int last = cells.isEmpty() ? 0 : cells.getLast();
        if (startCell < -1 || startCell > last) {
            throw new PosadaException(
                    ErrorCode.INTERNAL_ERROR,
                    ErrorOrigin.NONE,
                    "start cell " + startCell + " out of range (0-" + last + ")");
        }
        return last;
    }

    @Override
    public int allocatePages(Map<Integer, Long> counts, int startCell, int cellCount, boolean set) {
        int end = (int) Math.min(lastCell(startCell), (long) startCell + cellCount - 1);
        int changed = 0;
        for (int cell = startCell; cell <= end; cell++) {
            for (var wanted : counts.entrySet()) {
                allocatePages(cell, wanted.getKey(), wanted.getValue(), set);
                changed++;
            }
        }
        return changed;
    }

    private void allocatePages(int cell, int sizeKib, long count, boolean set) {
        var file = memory.hugePages(cell, sizeKib);
        long before = files.number(file)
                .orElseThrow(() -> new PosadaException(
                        ErrorCode.OPERATION_FAILED,
                        ErrorOrigin.NONE,
                        "page size " + sizeKib + " is not available on node " + cell));
        long wanted = set ? count : before + count;
        try {
            Files.writeString(root.resolve(file), Long.toUnsignedString(wanted));
        } catch (IOException e) {
            throw new PosadaException(
                    ErrorCode.OPERATION_FAILED, ErrorOrigin.NONE, "cannot write the number of huge pages: " + e, e);
        }
        int got = files.number(file).orElse(0);
        if (got != wanted) {
            throw new PosadaException(
                    ErrorCode.OPERATION_FAILED,
                    ErrorOrigin.NONE,
                    "Unable to allocate " + wanted + " pages of " + sizeKib + " KiB, the host gave " + got
                            + ": free some of its memory");
        }
    }

    @Override
    public List<TypedParameter> memoryParameters() {
        return merging.parameters();
    }

    @Override
    public void setMemoryParameters(List<TypedParameter> parameters) {
        merging.set(parameters);
    }

    @Override
    public Optional<Element> systemInformation() {
        return SystemInformation.of(files);
    }

    private static PosadaException noSuchPages(int sizeKib, String sizes) {
        return new PosadaException(
                ErrorCode.OPERATION_FAILED,
                ErrorOrigin.NONE,
                "page size " + sizeKib + " KiB is not available on the host, only " + sizes);
    }

    @Override
    public Element capabilities() {
        var topology = topology();
        var content = new ArrayList<Content>();
        content.add(Element.text("uuid", uuid().toString()));
        content.add(cpu());
        content.add(CapabilitiesElement.powerManagement(files));
        content.add(CapabilitiesElement.iommu(files));
        content.add(CapabilitiesElement.migration());
        content.add(CapabilitiesElement.topology(topology, memory));
        var caches = CapabilitiesElement.caches(files, topology);
        if (!caches.isEmpty()) {
            content.add(Element.of("cache").withContent(List.copyOf(caches)));
        }
        settings.securityModels().forEach(model -> content.add(CapabilitiesElement.securityModel(model)));
        return Element.of("host").withContent(content);
    }

    @Override
    public Element cpu() {
        var topology = topology();
        synchronized (lock) {
            var found = cpu.orElseGet(
                    () -> ProcessorElement.of(architecture, CpuInfo.read(files), topology, memory.pageSizesKib()));
            cpu = Optional.of(found);
            return found;
        }
    }

    @Override
    public CpuComparison compareCpu(Element wanted, Element provided) {
        return x86("virConnectCompareCPU").compare(wanted, provided);
    }

    @Override
    public Element baselineCpu(List<Element> cpus, boolean expand) {
        return x86("virConnectBaselineCPU").baseline(cpus, expand);
    }

    private X86Comparison x86(String api) {
        if (!architecture.equals("x86_64")) {
            throw PosadaException.unsupportedCall(ErrorOrigin.CPU, api);
        }
        return new X86Comparison(X86Models.load());
    }

    private Topology topology() {
        var seen = files.value("sys/devices/system/cpu/online").orElse("")
                + ' '
                + files.value("sys/devices/system/cpu/present").orElse("")
                + ' '
                + files.value("sys/devices/system/node/online").orElse("");
        synchronized (lock) {
            var known = arrangement.filter(it -> it.seen.equals(seen));
            if (known.isEmpty()) {
                known = Optional.of(new Arrangement(seen, Topology.read(files)));
                arrangement = known;
                // The processor's element shows its topology.
                cpu = Optional.empty();
            }
            return known.get().topology;
        }
    }

    private static PosadaException invalid(String detail) {
        return new PosadaException(ErrorCode.INVALID_ARG, ErrorOrigin.NONE, detail);
    }
}
