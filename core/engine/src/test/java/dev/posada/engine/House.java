package dev.posada.engine;

import dev.posada.driver.HostDriver;
import dev.posada.model.Caller;
import dev.posada.model.Element;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** An engine over a {@link Theatre}, and what tests say to it all the time. */
final class House implements AutoCloseable {
    private final Path root;
    private final Theatre theatre;
    private final Duration jobWait;
    private final HostProviders shared;
    private final List<Theatre> others;
    private Engine engine;
    private Connection connection;

    House(Path root, Theatre theatre, Duration jobWait) {
        this(root, theatre, HostProviders.NONE, jobWait);
    }

    House(Path root, Theatre theatre, Wires wires) {
        this(root, theatre, HostProviders.NONE.withNetwork(wires.provider()), Duration.ofSeconds(20));
    }

    /** A house of several kinds of guests. */
    House(Path root, Theatre theatre, Theatre other) {
        this(root, theatre, HostProviders.NONE, Duration.ofSeconds(20), List.of(other));
    }

    private House(Path root, Theatre theatre, HostProviders shared, Duration jobWait) {
        this(root, theatre, shared, jobWait, List.of());
    }

    private House(Path root, Theatre theatre, HostProviders shared, Duration jobWait, List<Theatre> others) {
        this.others = others;
        this.shared = shared;
        this.root = root;
        this.theatre = theatre;
        this.jobWait = jobWait;
        open();
    }

    House(Path root) {
        this(root, new Theatre(), Duration.ofSeconds(20));
    }

    private void open() {
        var settings = EngineSettings.of(Directories.under(root), false)
                .withDefaultScheme("play")
                .withJobWait(jobWait);
        var providers = Stream.concat(Stream.of(theatre), others.stream())
                .map(Theatre::provider)
                .toList();
        engine = new Engine(settings, providers, shared, new SmallHost());
        engine.start();
        connection = engine.open("", Caller.SELF);
    }

    /** The daemon is killed: nothing is closed, released or written any more; then another one starts. */
    void killAndStart() {
        open();
    }

    /** The daemon ends in order, and another one starts. */
    void restart() {
        restart(() -> {});
    }

    /** The same, with something happening while there is no daemon. */
    void restart(Runnable meanwhile) {
        connection.close();
        engine.close();
        meanwhile.run();
        open();
    }

    Engine engine() {
        return engine;
    }

    Connection connection() {
        return connection;
    }

    Theatre theatre() {
        return theatre;
    }

    Domains domains() {
        return connection.domains();
    }

    Lifecycle lifecycle() {
        return connection.lifecycle();
    }

    static String xml(String name) {
        return xml("test", name);
    }

    static String xml(String type, String name) {
        return "<domain type='" + type + "'><name>" + name
                + "</name><memory unit='MiB'>64</memory><vcpu>1</vcpu><os><type arch='x86_64'>hvm</type></os></domain>";
    }

    UUID define(String name) {
        return domains().define(xml(name), 0).uuid();
    }

    UUID run(String name) {
        return lifecycle().start(define(name), 0).uuid();
    }

    Path definition(String name) {
        return root.resolve("etc/play").resolve(DiskStorage.fileOf(name));
    }

    Path instance(String name) {
        return root.resolve("run/play").resolve(DiskStorage.fileOf(name));
    }

    @Override
    public void close() {
        connection.close();
        engine.close();
    }

    static HostDriver host() {
        return new SmallHost();
    }

    /** A host of two processors that is asked for nothing else. */
    private static final class SmallHost implements HostDriver {
        @Override
        public String hostname() {
            return "small.test";
        }

        @Override
        public UUID uuid() {
            return new UUID(1, 1);
        }

        @Override
        public NodeInfo nodeInfo() {
            return new NodeInfo("x86_64", 1, 2, 0, 1, 1, 2, 1);
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
            return List.of(true, true);
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
}
