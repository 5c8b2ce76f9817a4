package dev.posada.engine;

import dev.posada.driver.Abilities.AfterDump;
import dev.posada.driver.Abilities.DirtyRateMode;
import dev.posada.driver.Abilities.DiskError;
import dev.posada.driver.Abilities.DiskFigures;
import dev.posada.driver.Abilities.DiskSizes;
import dev.posada.driver.Abilities.DumpForm;
import dev.posada.driver.Abilities.DumpsCore;
import dev.posada.driver.Abilities.HandsFilesToMonitor;
import dev.posada.driver.Abilities.HandsOverScreens;
import dev.posada.driver.Abilities.HasConsoles;
import dev.posada.driver.Abilities.HasMonitor;
import dev.posada.driver.Abilities.HasNamespaces;
import dev.posada.driver.Abilities.HasScreens;
import dev.posada.driver.Abilities.HasStatistics;
import dev.posada.driver.Abilities.InterfaceFigures;
import dev.posada.driver.Abilities.MeasuresDirtyRate;
import dev.posada.driver.Abilities.ResizesConsoles;
import dev.posada.driver.Abilities.Screenshot;
import dev.posada.driver.Abilities.TakesKeys;
import dev.posada.driver.Abilities.TakesNmi;
import dev.posada.driver.Abilities.TakesSignals;
import dev.posada.driver.Abilities.WatchesDisks;
import dev.posada.driver.Ability;
import dev.posada.driver.OpenFile;
import dev.posada.engine.JobSlot.Kind;
import dev.posada.model.ErrorCode;
import java.nio.channels.ByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** What one does with a running domain's devices. What an instance cannot do is {@code NO_SUPPORT}. */
public final class Devices {
    /** Most keys pressed together ({@code VIR_DOMAIN_SEND_KEY_MAX_KEYS}). */
    static final int MAX_KEYS = 16;

    /** {@code VIR_DOMAIN_PROCESS_SIGNAL_RT32}. */
    private static final int SIGNAL_LAST = 64;

    // virDomainCoreDumpFlags
    private static final int DUMP_CRASH = 1;
    private static final int DUMP_LIVE = 2;
    private static final int DUMP_BYPASS_CACHE = 4;
    private static final int DUMP_RESET = 8;
    private static final int DUMP_MEMORY_ONLY = 16;
    private static final int DUMP_ALL = 31;

    /** As {@code virDomainCoreDumpFormat} numbers them. */
    private static final List<DumpForm> MEMORY_FORMS =
            List.of(DumpForm.ELF, DumpForm.KDUMP_ZLIB, DumpForm.KDUMP_LZO, DumpForm.KDUMP_SNAPPY, DumpForm.WIN_DMP);

    /** The longest measurement of a dirty rate. */
    private static final int DIRTY_RATE_SECONDS_MAX = 60;

    // virDomainDirtyRateCalcFlags
    private static final int DIRTY_RATE_BITMAP = 1;
    private static final int DIRTY_RATE_RING = 2;

    private final Hypervisor hypervisor;
    private final Access access;

    Devices(Hypervisor hypervisor, Access access) {
        this.hypervisor = hypervisor;
        this.access = access;
    }

    /** Presses keys together ({@code virDomainSendKey}); 1 to 16 of them. */
    public void sendKey(UUID domain, int codeset, int holdMillis, List<Integer> keycodes, int flags) {
        var api = "virDomainSendKey";
        access.change(api);
        hypervisor.checkFlags(flags, 0, api);
        if (keycodes.isEmpty() || keycodes.size() > MAX_KEYS) {
            throw hypervisor.badArgument(
                    "nkeycodes in virDomainSendKey must be 1 to " + MAX_KEYS + ", not " + keycodes.size());
        }
        use(domain, Kind.MODIFY, api, TakesKeys.class, live -> {
            live.sendKeys(codeset, holdMillis, keycodes);
            return true;
        });
    }

    /** Injects a non-maskable interrupt. */
    public void injectNmi(UUID domain, int flags) {
        var api = "virDomainInjectNMI";
        access.change(api);
        hypervisor.checkFlags(flags, 0, api);
        use(domain, Kind.MODIFY, api, TakesNmi.class, live -> {
            live.injectNmi();
            return true;
        });
    }

    /**
     * Sends a signal to a process of the guest.
     *
     * @param process its number as the guest counts, 1 for the first
     * @param signal {@code virDomainProcessSignal}, 0 to 64
     */
    public void sendSignal(UUID domain, long process, int signal, int flags) {
        var api = "virDomainSendProcessSignal";
        access.change(api);
        hypervisor.checkFlags(flags, 0, api);
        if (signal < 0 || signal > SIGNAL_LAST) {
            throw hypervisor.badArgument("signum value " + signal + " is out of range");
        }
        // A machine's programs are out of reach, whether it runs or not.
        if (!hypervisor.driver().abilities().contains(Ability.SIGNALS)) {
            throw hypervisor.lacking(TakesSignals.class, api);
        }
        use(domain, Kind.MODIFY, api, TakesSignals.class, live -> {
            live.signal(process, signal);
            return true;
        });
    }

    /** Takes a picture of a screen; to be closed by the caller. */
    public Screenshot screenshot(UUID domain, int screen, int flags) {
        var api = "virDomainScreenshot";
        access.change(api);
        hypervisor.checkFlags(flags, 0, api);
        return use(domain, Kind.QUERY, api, HasScreens.class, live -> live.screenshot(screen));
    }

    /**
     * Has a screen speak its protocol over a client's socket, which stays the caller's.
     *
     * @param index which {@code <graphics>}, from 0
     * @param flags 1: the client need not say the screen's password
     */
    public void openGraphics(UUID domain, int index, OpenFile socket, int flags) {
        var api = "virDomainOpenGraphics";
        access.change(api);
        hypervisor.checkFlags(flags, Flags.GRAPHICS_SKIP_AUTH, api);
        use(domain, Kind.MODIFY, api, HandsOverScreens.class, live -> {
            live.showScreen(index, socket, Flags.has(flags, Flags.GRAPHICS_SKIP_AUTH));
            return true;
        });
    }

    /** As {@link #openGraphics}, over a new socket, whose other end is the caller's to close. */
    public OpenFile openGraphics(UUID domain, int index, int flags) {
        var api = "virDomainOpenGraphicsFD";
        access.change(api);
        hypervisor.checkFlags(flags, Flags.GRAPHICS_SKIP_AUTH, api);
        return use(
                domain,
                Kind.MODIFY,
                api,
                HandsOverScreens.class,
                live -> live.openScreen(index, Flags.has(flags, Flags.GRAPHICS_SKIP_AUTH)));
    }

    /** The namespaces of a container that runs, the caller's to close; {@code flags} must be 0. */
    public List<OpenFile> openNamespaces(UUID domain, int flags) {
        var api = "virDomainLxcOpenNamespace";
        access.change(api);
        hypervisor.checkFlags(flags, 0, api);
        return withoutJob(domain, api, HasNamespaces.class).openNamespaces();
    }

    /** Opens a console by alias, the first for an empty one; flags are {@code virDomainConsoleFlags}. */
    public ByteChannel openConsole(UUID domain, String device, int flags) {
        var api = "virDomainOpenConsole";
        access.change(api);
        hypervisor.checkFlags(flags, Flags.CONSOLE_FORCE | Flags.CONSOLE_SAFE, api);
        return withoutJob(domain, api, HasConsoles.class)
                .openConsole(device, Flags.has(flags, Flags.CONSOLE_FORCE), Flags.has(flags, Flags.CONSOLE_SAFE));
    }

    /** Opens a channel by name, the first for an empty one; flags are {@code virDomainChannelFlags}. */
    public ByteChannel openChannel(UUID domain, String name, int flags) {
        var api = "virDomainOpenChannel";
        access.change(api);
        hypervisor.checkFlags(flags, Flags.CONSOLE_FORCE, api);
        return withoutJob(domain, api, HasConsoles.class).openChannel(name, Flags.has(flags, Flags.CONSOLE_FORCE));
    }

    /**
     * Says a command to the hypervisor's own monitor; flag 1 means a line for people. A line of {@link ConsoleResize} is
     * the daemon's own, and waits for nobody: who draws a window does not wait for a dump to end.
     */
    public String monitorCommand(UUID domain, String command, int flags) {
        var api = "virDomainQemuMonitorCommand";
        access.change(api);
        hypervisor.checkFlags(flags, Flags.MONITOR_HUMAN, api);
        if (Flags.has(flags, Flags.MONITOR_HUMAN) && ConsoleResize.isOne(command)) {
            var consoles = withoutJob(domain, api + " (console-resize)", ResizesConsoles.class);
            var resize = ConsoleResize.parse(command)
                    .orElseThrow(() -> hypervisor.badArgument("what a console's size is told by is '"
                            + ConsoleResize.FORM + "', each of the two from 1 to " + ConsoleResize.LARGEST));
            consoles.resizeConsole(resize.alias(), resize.size());
            return "";
        }
        return use(
                domain,
                Kind.MODIFY,
                api,
                HasMonitor.class,
                live -> live.monitorCommand(command, Flags.has(flags, Flags.MONITOR_HUMAN)));
    }

    /** As {@link #monitorCommand(UUID, String, int)}, with open files of the client; QEMU takes one with a command. */
    public String monitorCommand(UUID domain, String command, List<OpenFile> files, int flags) {
        var api = "virDomainQemuMonitorCommandWithFiles";
        access.change(api);
        hypervisor.checkFlags(flags, Flags.MONITOR_HUMAN, api);
        if (files.size() > 1) {
            throw hypervisor.badArgument("at most 1 fd can be passed to qemu along with a command");
        }
        boolean human = Flags.has(flags, Flags.MONITOR_HUMAN);
        if (files.isEmpty()) {
            return use(domain, Kind.MODIFY, api, HasMonitor.class, live -> live.monitorCommand(command, human));
        }
        return use(
                domain,
                Kind.MODIFY,
                api,
                HandsFilesToMonitor.class,
                live -> live.monitorCommand(command, human, files.getFirst()));
    }

    /** A disk's requests and bytes; an empty name sums all disks. */
    public DiskFigures blockStats(UUID domain, String disk) {
        var api = "virDomainBlockStats";
        access.query(api);
        return use(domain, Kind.QUERY, api, HasStatistics.class, live -> live.diskStats(disk));
    }

    /** An interface's traffic. */
    public InterfaceFigures interfaceStats(UUID domain, String device) {
        var api = "virDomainInterfaceStats";
        access.query(api);
        return withoutJob(domain, api, HasStatistics.class).interfaceStats(device);
    }

    /** Sizes of a disk's image ({@code virDomainGetBlockInfo}); of an inactive domain's, what the host can tell. */
    public DiskSizes diskSizes(UUID uuid, String disk, int flags) {
        var api = "virDomainGetBlockInfo";
        access.query(api);
        hypervisor.checkFlags(flags, 0, api);
        var domain = hypervisor.domain(uuid);
        if (domain.view().active()) {
            return use(uuid, Kind.QUERY, api, HasStatistics.class, live -> live.diskSizes(disk));
        }
        var found = domain.view().facts().disks().stream()
                .filter(one -> one.target().equals(disk) || one.source().equals(disk))
                .findFirst()
                .orElseThrow(() -> hypervisor.badArgument("invalid path " + disk + " not assigned to domain"));
        return new ImageSizes(hypervisor.driver())
                .of(found)
                .orElseThrow(() -> hypervisor.error(
                        ErrorCode.OPERATION_FAILED,
                        "cannot tell the size of disk '" + disk + "': no readable image at '" + found.source() + "'"));
    }

    /**
     * Writes a guest's memory to a file.
     *
     * @param format {@code virDomainCoreDumpFormat}; only 0 unless the memory alone is wanted
     * @param flags {@code virDomainCoreDumpFlags}
     */
    public void dump(UUID domain, String file, int format, int flags, String api) {
        access.change(api);
        hypervisor.checkFlags(flags, DUMP_ALL, api);
        mustExclude(flags, DUMP_CRASH, "VIR_DUMP_CRASH", DUMP_LIVE, "VIR_DUMP_LIVE");
        mustExclude(flags, DUMP_CRASH, "VIR_DUMP_CRASH", DUMP_RESET, "VIR_DUMP_RESET");
        mustExclude(flags, DUMP_LIVE, "VIR_DUMP_LIVE", DUMP_RESET, "VIR_DUMP_RESET");
        boolean memoryOnly = Flags.has(flags, DUMP_MEMORY_ONLY);
        if (format < 0 || format >= MEMORY_FORMS.size()) {
            throw hypervisor.badArgument("unknown core dump format " + Integer.toUnsignedString(format));
        }
        if (format != 0 && !memoryOnly) {
            throw hypervisor.badArgument("kdump-compressed format is only supported with memory-only dump");
        }
        if (Flags.has(flags, DUMP_BYPASS_CACHE)) {
            throw hypervisor.error(
                    ErrorCode.OPERATION_UNSUPPORTED,
                    "a dump cannot go past the host's cache; leave --bypass-cache out");
        }
        var path = Path.of(file);
        if (!path.isAbsolute()) {
            throw hypervisor.badArgument("the path of a dump must be absolute, and '" + file + "' is not");
        }
        var otherwise = Flags.has(flags, DUMP_RESET) ? AfterDump.RESET : AfterDump.RESUME;
        use(domain, Kind.ASYNC, api, DumpsCore.class, live -> {
            live.dump(
                    path,
                    memoryOnly ? MEMORY_FORMS.get(format) : DumpForm.MACHINE,
                    Flags.has(flags, DUMP_LIVE),
                    Flags.has(flags, DUMP_CRASH) ? AfterDump.CRASH : otherwise);
            return true;
        });
    }

    private void mustExclude(int flags, int one, String oneName, int other, String otherName) {
        if (Flags.has(flags, one) && Flags.has(flags, other)) {
            throw hypervisor.badArgument("Flags '" + oneName + "' and '" + otherName + "' are mutually exclusive");
        }
    }

    /** The disks of a running domain that fail. */
    public List<DiskError> diskErrors(UUID domain, int flags) {
        var api = "virDomainGetDiskErrors";
        access.query(api);
        hypervisor.checkFlags(flags, 0, api);
        return use(domain, Kind.QUERY, api, WatchesDisks.class, WatchesDisks::diskErrors);
    }

    /** How many disks a domain has. */
    public int diskCount(UUID domain) {
        access.query("virDomainGetDiskErrors");
        hypervisor.mustRun(hypervisor.domain(domain));
        return hypervisor.domain(domain).view().facts().disks().size();
    }

    /** Returns when a running domain has a disk of this target or source; {@code INVALID_ARG} otherwise. */
    public void mustHaveDisk(UUID uuid, String disk) {
        access.query("virDomainGetBlockJobInfo");
        var domain = hypervisor.domain(uuid);
        hypervisor.mustRun(domain);
        if (domain.view().facts().disks().stream()
                .noneMatch(one -> one.target().equals(disk) || one.source().equals(disk))) {
            throw hypervisor.badArgument("disk '" + disk + "' not found in domain");
        }
    }

    /** Has it told when a disk's image is written to beyond a mark, in bytes; 0 takes the mark away. */
    public void blockThreshold(UUID domain, String disk, long bytes, int flags) {
        var api = "virDomainSetBlockThreshold";
        access.change(api);
        hypervisor.checkFlags(flags, 0, api);
        use(domain, Kind.MODIFY, api, WatchesDisks.class, live -> {
            live.blockThreshold(disk, bytes);
            return true;
        });
    }

    /** Measures how fast a guest changes memory, for 1 to 60 seconds; flags are {@code virDomainDirtyRateCalcFlags}. */
    public void measureDirtyRate(UUID domain, int seconds, int flags) {
        var api = "virDomainStartDirtyRateCalc";
        access.change(api);
        hypervisor.checkFlags(flags, DIRTY_RATE_BITMAP | DIRTY_RATE_RING, api);
        if (seconds < 1 || seconds > DIRTY_RATE_SECONDS_MAX) {
            throw hypervisor.error(
                    ErrorCode.CONFIG_UNSUPPORTED,
                    "seconds=" + seconds + " is invalid, please choose value within [1, " + DIRTY_RATE_SECONDS_MAX
                            + "].");
        }
        if (Integer.bitCount(flags) > 1) {
            throw hypervisor.badArgument("a dirty rate is measured in one mode at a time");
        }
        var mode = switch (flags) {
            case DIRTY_RATE_BITMAP -> DirtyRateMode.DIRTY_BITMAP;
            case DIRTY_RATE_RING -> DirtyRateMode.DIRTY_RING;
            default -> DirtyRateMode.PAGE_SAMPLING;
        };
        use(domain, Kind.MODIFY, api, MeasuresDirtyRate.class, live -> {
            live.measureDirtyRate(seconds, mode);
            return true;
        });
    }

    /** Asks or changes an instance that runs, in a job of its own. */
    private <T, R> R use(UUID uuid, Kind kind, String api, Class<T> ability, Function<T, R> act) {
        var domain = hypervisor.domain(uuid);
        hypervisor.mustRun(domain);
        try (var _ = hypervisor.begin(domain, kind, api)) {
            hypervisor.mustRun(domain);
            return act.apply(hypervisor.ability(domain, ability, api));
        }
    }

    /** An instance that runs, for what changes nothing of it and does not ask the hypervisor. */
    private <T> T withoutJob(UUID uuid, String api, Class<T> ability) {
        var domain = hypervisor.domain(uuid);
        hypervisor.mustRun(domain);
        return hypervisor.ability(domain, ability, api);
    }
}
