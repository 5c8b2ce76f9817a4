package dev.posada.qemu;

import dev.posada.driver.Abilities.DiskSizes;
import dev.posada.driver.Ability;
import dev.posada.driver.DomainRecord;
import dev.posada.driver.DriverContext;
import dev.posada.driver.HypervisorDriver;
import dev.posada.driver.LiveDomain;
import dev.posada.driver.LiveListener;
import dev.posada.driver.StartRequest;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.model.StatsGroup;
import dev.posada.posix.Poller;
import dev.posada.process.Children;
import dev.posada.process.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * Runs domains in QEMU, by its own translator or on the host's processor through KVM.
 *
 * <p>An emulator is a child of this daemon while the daemon lives, and outlives it: nothing ties it to us but the socket
 * of its monitor, which it listens on again once we are gone.
 */
final class QemuDriver implements HypervisorDriver {
    /** Most processors a machine has when no emulator says otherwise. */
    private static final int MAX_VCPUS = 255;

    private final DriverContext context;
    private final Poller poller = new Poller();
    private final Children children = new Children(poller);
    private final Emulators emulators;
    private final DomainDefaults defaults;
    private final Machinery machinery;

    /** The domains taken on and not over, to be let go of when the driver closes. */
    private final Set<QemuDomain> domains =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<QemuDomain, Boolean>()));

    QemuDriver(DriverContext context) {
        this.context = context;
        this.emulators = new HostEmulators(context.cacheDirectory());
        this.defaults = new DomainDefaults(
                emulators, new SecureRandom(), context.stateDirectory().resolve("nvram"));
        var settings = QemuSettings.of(context);
        var runAs = RunAs.of(settings);
        var tools = new Tools(poller);
        this.machinery = new Machinery(
                context,
                settings,
                emulators,
                poller,
                children,
                tools,
                runAs,
                settings.dynamicOwnership() && !runAs.same()
                        ? Optional.of(new ImageOwners(runAs.owner(tools), settings.rememberOwner(), bootTime()))
                        : Optional.empty(),
                new PortPool(),
                KeyNumbers.load(),
                InstantSource.system());
    }

    /** When the host was booted, in seconds since 1970: the line {@code btime} of proc(5)'s stat. */
    private static String bootTime() {
        try (var lines = Files.lines(Path.of("/proc/stat"))) {
            return lines.filter(line -> line.startsWith("btime "))
                    .map(line -> line.substring("btime ".length()).strip())
                    .findFirst()
                    .orElse("0");
        } catch (IOException | UncheckedIOException unreadable) {
            return "0";
        }
    }

    @Override
    public String type() {
        return "QEMU";
    }

    @Override
    public ErrorOrigin origin() {
        return ErrorOrigin.QEMU;
    }

    @Override
    public Set<String> domainTypes() {
        return Set.of(Accelerator.KVM.domainType(), Accelerator.TCG.domainType());
    }

    @Override
    public boolean takesFileGroups() {
        return true;
    }

    @Override
    public Set<Ability> abilities() {
        return EnumSet.of(
                Ability.SUSPEND,
                Ability.SHUTDOWN,
                Ability.REBOOT,
                Ability.RESET,
                Ability.NMI,
                Ability.SEND_KEY,
                Ability.SCREENSHOT,
                Ability.CONSOLE,
                Ability.MONITOR,
                Ability.AGENT,
                Ability.LIVE_MEMORY,
                Ability.LIVE_VCPUS,
                Ability.PINNING,
                Ability.TUNING,
                Ability.STATISTICS,
                Ability.SAVE,
                Ability.SURVIVES_DAEMON,
                Ability.GUEST_ENDINGS);
    }

    @Override
    public Set<StatsGroup> statsGroups() {
        return EnumSet.complementOf(EnumSet.of(StatsGroup.PERF, StatsGroup.MEMORY, StatsGroup.JVM));
    }

    @Override
    public long version() {
        return defaultEmulator().map(QemuCapabilities::version).orElse(0);
    }

    private Optional<QemuCapabilities> defaultEmulator() {
        return emulators
                .forArchitecture(context.host().nodeInfo().model())
                .or(() -> emulators.found().stream().findFirst())
                .map(emulators::capabilities);
    }

    @Override
    public int maxVcpus(String domainType) {
        if (!domainType.isEmpty() && !domainTypes().contains(domainType)) {
            throw new PosadaException(
                    ErrorCode.INVALID_ARG, ErrorOrigin.QEMU, "unknown type '" + Refusal.shown(domainType) + "'");
        }
        return defaultEmulator()
                .flatMap(QemuCapabilities::defaultMachine)
                .map(MachineType::maxCpus)
                .orElse(MAX_VCPUS);
    }

    @Override
    public Element capabilities() {
        return CapabilitiesDocument.of(context.host().capabilities(), emulators);
    }

    @Override
    public Element domainCapabilities(
            Optional<String> emulator, Optional<String> architecture, Optional<String> machine, Optional<String> type) {
        return DomainCapabilitiesDocument.of(emulators, emulator, architecture, machine, type);
    }

    @Override
    public List<String> cpuModels(String architecture) {
        var elsewhere = Architecture.namedModels(architecture);
        if (elsewhere.isPresent()) {
            return elsewhere.get();
        }
        var emulator = emulators
                .forArchitecture(architecture)
                .orElseThrow(() -> new PosadaException(
                        ErrorCode.INVALID_ARG,
                        ErrorOrigin.QEMU,
                        "cannot find an emulator for architecture '" + architecture + "' on this host"));
        return emulators.capabilities(emulator).cpuModels().values().stream()
                .flatMap(List::stream)
                .map(CpuModel::name)
                .distinct()
                .sorted()
                .toList();
    }

    @Override
    public String nativeCommand(String format, DomainDefinition definition) {
        return new NativeCommand(machinery).of(format, definition);
    }

    @Override
    public Optional<Path> variableStore(DomainDefinition definition) {
        return FirmwareChoice.store(definition, context.stateDirectory().resolve("nvram"));
    }

    @Override
    public DomainDefinition complete(DomainDefinition definition) {
        return defaults.complete(definition);
    }

    @Override
    public LiveDomain start(StartRequest request, LiveListener listener) {
        var domain = new Launch(machinery, request, listener).run();
        domains.add(domain);
        return domain;
    }

    @Override
    public Optional<LiveDomain> recover(DomainRecord record, LiveListener listener) {
        var domain = new Recovery(machinery, record, listener).run();
        domain.ifPresent(domains::add);
        return domain.map(LiveDomain.class::cast);
    }

    @Override
    public Optional<DiskSizes> imageSizes(Path image, String format) {
        return ImageSizes.of(image, format);
    }

    @Override
    public void close() {
        synchronized (domains) {
            domains.forEach(QemuDomain::release);
            domains.clear();
        }
        children.close();
        poller.close();
    }
}
