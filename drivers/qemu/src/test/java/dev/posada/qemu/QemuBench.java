package dev.posada.qemu;

import dev.posada.conformance.TestHost;
import dev.posada.driver.DomainRecord;
import dev.posada.driver.DriverContext;
import dev.posada.driver.LiveDomain;
import dev.posada.driver.StartRequest;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainStatus;
import dev.posada.model.Element;
import dev.posada.xml.DomainXml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A driver on folders of its own, and domains for it. Everything it started is gone when it is closed. */
final class QemuBench implements AutoCloseable {
    static final Path EMULATOR = Path.of("/usr/bin/qemu-system-x86_64");

    /** One for all tests: asking an emulator what it can do takes longer than most of them. */
    static final Path EMULATOR_CACHE = Path.of("target", "emulators").toAbsolutePath();

    private final Path root;
    private final Map<String, List<String>> settings;
    private final AtomicInteger lastId = new AtomicInteger();
    private final List<Started> started = new ArrayList<>();
    private QemuDriver driver;

    QemuBench(Path root) throws IOException {
        this(root, Map.of());
    }

    QemuBench(Path root, Map<String, List<String>> settings) throws IOException {
        this.root = root;
        this.settings = settings;
        Files.createDirectories(root);
        this.driver = open();
    }

    private QemuDriver open() {
        var context = new DriverContext(
                true,
                "qemu:///system",
                root.resolve("lib"),
                root.resolve("run"),
                EMULATOR_CACHE,
                root.resolve("log"),
                settings,
                new TestHost());
        return new QemuDriver(context);
    }

    /** A domain with this guest on its first disk, of the given devices besides. */
    DomainDefinition domain(String name, BootSector guest, Element... more) throws IOException {
        return domain(name, "qemu", guest.write(root, name), more);
    }

    DomainDefinition domain(String name, String type, Path disk, Element... more) {
        var devices = Element.of("devices")
                .plus(Element.text("emulator", EMULATOR.toString()))
                .plus(Element.of("disk", "type", "file", "device", "disk")
                        .plus(Element.of("driver", "name", "qemu", "type", "raw"))
                        .plus(Element.of("source", "file", disk.toString()))
                        .plus(Element.of("target", "dev", "vda", "bus", "virtio")));
        for (var device : more) {
            devices = devices.plus(device);
        }
        return driver.complete(DomainXml.parse(
                Element.of("domain", "type", type)
                        .plus(Element.text("name", name))
                        .plus(Element.text("uuid", UUID.randomUUID().toString()))
                        .plus(Element.text("memory", "32768").with("unit", "KiB"))
                        .plus(Element.text("vcpu", "1"))
                        .plus(Element.of("os")
                                .plus(Element.text("type", "hvm")
                                        .with("arch", "x86_64")
                                        .with("machine", "pc")))
                        .plus(Element.of("features").plus(Element.of("acpi")))
                        .plus(Element.text("on_poweroff", "destroy"))
                        .plus(Element.text("on_reboot", "restart"))
                        .plus(Element.text("on_crash", "destroy"))
                        .plus(devices),
                false));
    }

    static Element serial(String type) {
        return Element.of("serial", "type", type).plus(Element.of("target", "port", "0"));
    }

    static Element vnc() {
        return Element.of("graphics", "type", "vnc", "port", "-1", "autoport", "yes");
    }

    static Element panic() {
        return Element.of("panic", "model", "isa");
    }

    /** A start and everything the driver wrote and said about it. */
    static final class Started {
        final DomainDefinition definition;
        final int id;
        final Observed observed = new Observed();
        final List<Element> journal = new ArrayList<>();
        Optional<LiveDomain> live = Optional.empty();

        Started(DomainDefinition definition, int id) {
            this.definition = definition;
            this.id = id;
        }

        /** The same start as if the driver had reported nothing of it. */
        Started(Started other) {
            this(other.definition, other.id);
            journal.addAll(other.journal);
        }

        LiveDomain live() {
            return live.orElseThrow();
        }

        <T> T as(Class<T> ability) {
            return live().ability(ability).orElseThrow();
        }

        int pid() {
            return InstanceJournal.of(journal.getLast())
                    .orElseThrow()
                    .process()
                    .orElseThrow()
                    .pid();
        }

        synchronized void write(Element entry) {
            journal.add(entry);
        }
    }

    Started start(DomainDefinition definition) {
        return start(definition, false);
    }

    Started start(DomainDefinition definition, boolean paused) {
        return start(definition, paused, _ -> {});
    }

    /** As the shorter form, with something that is done to each interface before it comes to life. */
    Started start(DomainDefinition definition, boolean paused, Consumer<Element> guard) {
        var one = new Started(definition, lastId.incrementAndGet());
        one.observed.guard(guard);
        synchronized (started) {
            started.add(one);
        }
        one.live = Optional.of(
                driver.start(new StartRequest(definition, one.id, paused, false, one::write), one.observed));
        return one;
    }

    /** Lets go of the driver and everything it has, as a daemon that is killed, and opens another. */
    void restart() {
        synchronized (started) {
            started.clear();
        }
        driver.close();
        driver = open();
    }

    /** Has the driver look for what an earlier one started. */
    Started recover(Started before, DomainStatus status) {
        var one = new Started(before.definition, before.id);
        synchronized (started) {
            started.add(one);
        }
        var journal = before.journal.isEmpty() ? Optional.<Element>empty() : Optional.of(before.journal.getLast());
        journal.ifPresent(one::write);
        one.live = driver.recover(
                new DomainRecord(
                        before.observed.lastDefinition().orElse(before.definition),
                        before.id,
                        status,
                        journal,
                        one::write),
                one.observed);
        return one;
    }

    QemuDriver driver() {
        return driver;
    }

    Path root() {
        return root;
    }

    String log(String name) throws IOException {
        return Files.readString(root.resolve("log").resolve(name + ".log"));
    }

    @Override
    public void close() {
        List<Started> all;
        synchronized (started) {
            all = List.copyOf(started);
        }
        for (var one : all) {
            if (one.live.isPresent() && !one.observed.over()) {
                one.live().destroy(false);
            }
        }
        driver.close();
    }
}
