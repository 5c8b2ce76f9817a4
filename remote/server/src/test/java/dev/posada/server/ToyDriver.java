package dev.posada.server;

import dev.posada.driver.Abilities;
import dev.posada.driver.Ability;
import dev.posada.driver.DomainRecord;
import dev.posada.driver.DriverContext;
import dev.posada.driver.DriverProvider;
import dev.posada.driver.HypervisorDriver;
import dev.posada.driver.LiveDomain;
import dev.posada.driver.LiveListener;
import dev.posada.driver.OpenFile;
import dev.posada.driver.StartRequest;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainEvent;
import dev.posada.model.DomainStatus;
import dev.posada.model.Element;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.LifecycleChange;
import dev.posada.posix.Descriptor;
import dev.posada.posix.DescriptorChannel;
import dev.posada.posix.OpenFlag;
import dev.posada.posix.Poller;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A hypervisor whose guests do what a test wants: hang, shout, listen to nobody, break. */
final class ToyDriver implements DriverProvider {
    static final String URI = "toy:///system";

    /** What a screenshot shows. */
    byte[] picture = new byte[0];

    /** Holds up whoever says "wait" to a monitor. */
    final CountDownLatch gate = new CountDownLatch(1);

    /** How many say "wait" at present. */
    final AtomicInteger waiting = new AtomicInteger();

    /** What is behind each console. */
    final Map<String, Supplier<ByteChannel>> consoles = new ConcurrentHashMap<>();

    /** What it hands over for a screen, and twice for namespaces. */
    Path handedOver = Path.of("/dev/null");

    /** A file that belongs to whoever gets it. */
    private record Handed(Descriptor descriptor) implements OpenFile {
        @Override
        public int number() {
            return descriptor.number();
        }

        @Override
        public OpenFile copy() {
            return new Handed(descriptor.duplicate());
        }

        @Override
        public void close() {
            descriptor.close();
        }
    }

    /** The running domains by name. */
    final Map<String, Toy> running = new ConcurrentHashMap<>();

    static String xml(String name) {
        return "<domain type='test'><name>" + name + "</name><memory>1024</memory><os><type>hvm</type></os></domain>";
    }

    @Override
    public String scheme() {
        return "toy";
    }

    @Override
    public HypervisorDriver open(DriverContext context) {
        return new Hypervisor();
    }

    private final class Hypervisor implements HypervisorDriver {
        @Override
        public String type() {
            return "TOY";
        }

        @Override
        public boolean takesFileGroups() {
            return true;
        }

        @Override
        public ErrorOrigin origin() {
            return ErrorOrigin.TEST;
        }

        @Override
        public Set<String> domainTypes() {
            return Set.of("test");
        }

        @Override
        public Set<Ability> abilities() {
            return EnumSet.of(Ability.SUSPEND, Ability.CONSOLE, Ability.SCREENSHOT, Ability.MONITOR);
        }

        @Override
        public long version() {
            return 1_002_003;
        }

        @Override
        public int maxVcpus(String domainType) {
            return 4;
        }

        @Override
        public Element capabilities() {
            return Element.of("capabilities");
        }

        @Override
        public Element domainCapabilities(
                Optional<String> emulator,
                Optional<String> architecture,
                Optional<String> machine,
                Optional<String> type) {
            return Element.of("domainCapabilities");
        }

        @Override
        public DomainDefinition complete(DomainDefinition definition) {
            return definition;
        }

        @Override
        public LiveDomain start(StartRequest request, LiveListener listener) {
            listener.status(DomainStatus.RUNNING_BOOTED, Optional.of(LifecycleChange.STARTED_BOOTED));
            var toy = new Toy(request.definition(), listener);
            running.put(request.definition().name(), toy);
            return toy;
        }

        @Override
        public Optional<LiveDomain> recover(DomainRecord record, LiveListener listener) {
            listener.ended(DomainStatus.SHUTOFF_UNKNOWN, LifecycleChange.STOPPED_FAILED);
            return Optional.empty();
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }

    /** One running domain. */
    final class Toy
            implements LiveDomain,
                    Abilities.Suspends,
                    Abilities.HasConsoles,
                    Abilities.HasScreens,
                    Abilities.HandsOverScreens,
                    Abilities.HasNamespaces,
                    Abilities.HandsFilesToMonitor,
                    Abilities.HasMonitor {
        private final DomainDefinition definition;
        private final LiveListener listener;

        Toy(DomainDefinition definition, LiveListener listener) {
            this.definition = definition;
            this.listener = listener;
        }

        void happens(DomainEvent.Happening happening) {
            listener.happened(happening);
        }

        @Override
        public DomainDefinition definition() {
            return definition;
        }

        @Override
        public void destroy(boolean graceful) {
            if (running.remove(definition.name()) != null) {
                listener.ended(DomainStatus.SHUTOFF_DESTROYED, LifecycleChange.STOPPED_DESTROYED);
            }
        }

        @Override
        public void release() {
            // Nothing is held.
        }

        @Override
        public void suspend() {
            listener.status(DomainStatus.PAUSED_USER, Optional.of(LifecycleChange.SUSPENDED_PAUSED));
        }

        @Override
        public void resume() {
            listener.status(DomainStatus.RUNNING_UNPAUSED, Optional.of(LifecycleChange.RESUMED_UNPAUSED));
        }

        @Override
        public ByteChannel openConsole(String alias, boolean force, boolean safe) {
            return consoles.get(alias).get();
        }

        @Override
        public ByteChannel openChannel(String name, boolean force) {
            return consoles.get(name).get();
        }

        @Override
        public Abilities.Screenshot screenshot(int screen) {
            return new Abilities.Screenshot("image/png", Channels.newChannel(new ByteArrayInputStream(picture)));
        }

        @Override
        public void showScreen(int screen, OpenFile viewer, boolean trusted) {
            try (var poller = new Poller();
                    var channel = new DescriptorChannel(Descriptor.copyOf(viewer.number()), poller)) {
                channel.write(ByteBuffer.wrap(("screen " + screen + " " + trusted).getBytes(StandardCharsets.UTF_8)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public OpenFile openScreen(int screen, boolean trusted) {
            return new Handed(Descriptor.open(handedOver, OpenFlag.READ));
        }

        @Override
        public List<OpenFile> openNamespaces() {
            return List.of(
                    new Handed(Descriptor.open(handedOver, OpenFlag.READ)),
                    new Handed(Descriptor.open(handedOver, OpenFlag.READ)));
        }

        @Override
        public String monitorCommand(String command, boolean human, OpenFile file) {
            return command + " with a file";
        }

        @Override
        public String monitorCommand(String command, boolean human) {
            return switch (command) {
                case "wait" -> {
                    waiting.incrementAndGet();
                    try {
                        gate.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } finally {
                        waiting.decrementAndGet();
                    }
                    yield "waited";
                }
                case "break" -> throw new IllegalStateException("the toy is broken");
                case "dive" -> dive(0);
                case "shout" -> "x".repeat(5 << 20);
                default -> command;
            };
        }

        @SuppressWarnings("InfiniteRecursion") // that is what it is for
        private String dive(int depth) {
            return dive(depth + 1) + depth;
        }
    }
}
