package dev.posada.driver;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.SecretValue;
import dev.posada.model.StatsGroup;
import dev.posada.model.TypedParameter;
import java.nio.channels.ByteChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The abilities of a {@link LiveDomain}, each a small interface of its own. A failure is a
 * {@link dev.posada.model.PosadaException}; a hypervisor that does not answer in time is {@code OPERATION_TIMEOUT}.
 */
public final class Abilities {
    private Abilities() {}

    /** Stops and continues the guest's processors. */
    public interface Suspends {
        void suspend();

        void resume();
    }

    /** Asks the guest to shut down; it may take its time or never do it. */
    public interface ShutsDown {
        /** Asks once; {@code flags} say how ({@code virDomainShutdownFlagValues}), 0 leaves the choice to the driver. */
        void shutdown(int flags);
    }

    /** Asks the guest to reboot. */
    public interface Reboots {
        /** Asks once; {@code flags} say how ({@code virDomainRebootFlagValues}), 0 leaves the choice to the driver. */
        void reboot(int flags);
    }

    /** Wakes up a guest that put itself to sleep. */
    public interface WakesUp {
        void wakeUp();
    }

    /** Resets the machine without asking the guest. */
    public interface Resets {
        void reset();
    }

    /** Lets it be said anew what follows an ending of the running instance. */
    public interface ChangesEndings {
        /**
         * Takes another action from now on and reports the live definition that says so.
         *
         * @param ending {@code on_poweroff}, {@code on_reboot} or {@code on_crash}
         * @param action as {@code destroy} or {@code restart}
         * @throws dev.posada.model.PosadaException when this instance cannot change it any more
         */
        void changeEnding(String ending, String action);
    }

    /** Injects a non-maskable interrupt into the guest's processors. */
    public interface TakesNmi {
        void injectNmi();
    }

    /** Lets signals be sent to what runs inside. */
    public interface TakesSignals {
        /**
         * Sends a signal.
         *
         * @param process its number as the guest counts, 1 for the first
         * @param signal {@code virDomainProcessSignal}: the host's numbers
         */
        void signal(long process, int signal);
    }

    /** Presses keys together. */
    public interface TakesKeys {
        /**
         * Presses all the keys, then lets them go.
         *
         * @param codeset numbering of the keys, as {@code virKeycodeSet}
         * @param holdMillis how long they stay pressed; 0 for the driver's choice
         * @param keycodes the keys, 1 to 16
         */
        void sendKeys(int codeset, int holdMillis, List<Integer> keycodes);
    }

    /** Takes a picture of a screen. */
    public interface HasScreens {
        /** Takes a picture of the screen with this number, from 0. */
        Screenshot screenshot(int screen);
    }

    /**
     * A picture of a screen, to be closed by whoever took it.
     *
     * @param mimeType as {@code image/png} or {@code image/x-portable-pixmap}
     * @param picture the bytes
     */
    public record Screenshot(String mimeType, ReadableByteChannel picture) {}

    /** Is a container, which a program of its host can enter. */
    public interface HasNamespaces {
        /** The namespaces of its first program, in the order in which they are entered; the caller's to close. */
        List<OpenFile> openNamespaces();
    }

    /** Shows a screen to whoever holds the other end of a socket. */
    public interface HandsOverScreens {
        /**
         * Speaks the screen's protocol over a socket.
         *
         * @param screen which {@code <graphics>}, from 0
         * @param viewer a connected socket; it stays the caller's
         * @param trusted whether the viewer need not say the screen's password
         */
        void showScreen(int screen, OpenFile viewer, boolean trusted);

        /** As {@link #showScreen}, over a new socket; its other end is the caller's to close. */
        OpenFile openScreen(int screen, boolean trusted);
    }

    /** Has character devices one can talk to. */
    public interface HasConsoles {
        /**
         * Opens a console, serial or parallel port by its alias; an empty alias means the first console.
         *
         * @param force take it from whoever holds it
         * @param safe fail rather than share ({@code VIR_DOMAIN_CONSOLE_SAFE})
         */
        ByteChannel openConsole(String alias, boolean force, boolean safe);

        /** Opens a channel by its target name or alias; an empty name means the first. */
        ByteChannel openChannel(String name, boolean force);
    }

    /** Tells people what they would not expect of it. */
    public interface HasRemarks {
        /** One line while there is something to know, as a limit that this host does not hold. Quick. */
        Optional<String> remark();
    }

    /** Has consoles that are terminals with a size. */
    public interface ResizesConsoles {
        /**
         * Tells a console how large the window is that shows it; what runs there hears of it. Until somebody says so, and
         * again when a console is opened, it has 24 rows of 80 columns.
         *
         * @param alias the console's; empty for the first
         */
        void resizeConsole(String alias, WindowSize size);
    }

    /**
     * The size of a terminal's window.
     *
     * @param rows 1 to 65535
     * @param columns 1 to 65535
     */
    public record WindowSize(int rows, int columns) {
        /** What a terminal has of which nobody knows better. */
        public static final WindowSize USUAL = new WindowSize(24, 80);

        private static final int MAX = 65_535;

        public WindowSize {
            if (rows < 1 || rows > MAX || columns < 1 || columns > MAX) {
                throw new IllegalArgumentException("no size of a terminal: " + rows + " by " + columns);
            }
        }
    }

    /** Lets a client speak to the hypervisor's own monitor. */
    public interface HasMonitor {
        /**
         * Says one command and waits for the answer.
         *
         * @param command JSON, or a line for people when {@code human}
         * @return the answer, whole
         */
        String monitorCommand(String command, boolean human);
    }

    /** Lets a client hand an open file to the hypervisor's own monitor. */
    public interface HandsFilesToMonitor {
        /** As {@link HasMonitor#monitorCommand}, with a file that the command takes; it stays the caller's. */
        String monitorCommand(String command, boolean human, OpenFile file);
    }

    /** Changes its memory while it runs. */
    public interface ResizesMemory {
        /** Asks the guest to come down or up to this many KiB, at most its maximum. */
        void resizeMemory(long kib);

        /** How often the guest's own memory figures are collected; 0 ends it. */
        void memoryStatsPeriod(int seconds);
    }

    /** Adds and takes away processors while it runs. */
    public interface ResizesVcpus {
        void resizeVcpus(int count);
    }

    /** Adds, takes away and moves the threads that serve its disks while it runs. */
    public interface RunsIoThreads {
        /**
         * Adds a thread.
         *
         * @param number from 1
         * @param recorded makes the live definition say so; the driver applies and reports it once it is true
         */
        void addIoThread(int number, UnaryOperator<DomainDefinition> recorded);

        /** Takes a thread away; {@code recorded} as with {@link #addIoThread}. */
        void removeIoThread(int number, UnaryOperator<DomainDefinition> recorded);

        void pinIoThread(int number, BitSet hostCpus);

        /** Sets how a thread polls, by libvirt's names: {@code poll_max_ns}, {@code poll_grow}, {@code poll_shrink}. */
        void tuneIoThread(int number, List<TypedParameter> parameters);
    }

    /** Limits the pace of its disks while it runs. */
    public interface LimitsDisks {
        /**
         * Sets all limits of a disk.
         *
         * @param target as {@code vda}
         * @param limits named as in {@code <iotune>}; those not named are gone
         * @param group disks of one group share their limits
         * @param recorded makes the live definition say so; the driver applies and reports it once it is true
         */
        void limitDisk(
                String target,
                SequencedMap<String, Long> limits,
                Optional<String> group,
                UnaryOperator<DomainDefinition> recorded);
    }

    /** Takes interfaces in and out, and changes them, while it runs. The driver reports the live definition each makes. */
    public interface ChangesInterfaces {
        /**
         * Plugs an interface in; it is part of the live definition when this returns, and nothing of it is left when this
         * throws.
         *
         * @param nic canonical, without names to look up; card, place and alias are the driver's choice where it says none
         */
        void attach(Element nic);

        /**
         * Asks the guest to let go of an interface. Returns when it has, or after some seconds: the interface stays in the
         * live definition until the guest lets go.
         *
         * @param nic as it stands in the live definition
         */
        void detach(Element nic);

        /**
         * Changes an interface in place: its link, its limits, its filter, the bridge it is at.
         *
         * @param before as it stands in the live definition
         * @param after as it shall stand there
         * @throws dev.posada.model.PosadaException when that cannot be; the interface is as it was then
         */
        void change(Element before, Element after);
    }

    /** Takes disks in and out, and changes media, while it runs. The driver reports the live definition each makes. */
    public interface ChangesDisks {
        /**
         * Plugs a disk in; it is part of the live definition when this returns, and nothing of it is left when this throws.
         *
         * @param disk canonical, without names to look up, its chain told; place and alias are the driver's choice where it
         *     says none
         * @param secrets the passphrases of its encrypted images by what it names them
         */
        void attach(Element disk, Map<String, SecretValue> secrets);

        /**
         * Asks the guest to let go of a disk. Returns when it has, or after some seconds: the disk stays in the live
         * definition until the guest lets go.
         *
         * @param disk as it stands in the live definition
         */
        void detach(Element disk);

        /**
         * Puts another medium into a drive, or none.
         *
         * @param before as it stands in the live definition
         * @param after as {@link #attach}'s disk: the same drive with the other medium
         * @param secrets as with {@link #attach}
         * @param force whether a drive that the guest has locked is opened all the same
         */
        void changeMedium(Element before, Element after, Map<String, SecretValue> secrets, boolean force);

        /**
         * Changes what is said of a medium and the hypervisor need not know.
         *
         * @param before as it stands in the live definition
         * @param after as it shall stand there
         */
        void note(Element before, Element after);
    }

    /** Runs on chosen processors of the host. */
    public interface PinsProcessors {
        void pinVcpu(int vcpu, BitSet hostCpus);

        void pinEmulator(BitSet hostCpus);
    }

    /** Keeps an eye on its disks. */
    public interface WatchesDisks {
        /** The disks that fail. */
        List<DiskError> diskErrors();

        /**
         * Has it told, once, when a disk's image is written to beyond a mark.
         *
         * @param disk its target, or {@code target[index]} for an image in its chain
         * @param bytes the mark, from the start of the image; 0 takes it away
         */
        void blockThreshold(String disk, long bytes);
    }

    /** A disk that fails: its target and why ({@code virDomainDiskErrorCode}). */
    public record DiskError(String disk, int error) {
        public static final int UNSPECIFIED = 1;
        public static final int NO_SPACE = 2;
    }

    /** Measures how fast its guest changes memory. */
    public interface MeasuresDirtyRate {
        /** Starts a measurement of so many seconds; the figure is among the statistics when it is done. */
        void measureDirtyRate(int seconds, DirtyRateMode mode);
    }

    /** How changed memory is found. */
    public enum DirtyRateMode {
        PAGE_SAMPLING,
        DIRTY_BITMAP,
        DIRTY_RING
    }

    /** Writes its guest's memory to a file of the host. */
    public interface DumpsCore {
        /**
         * Writes the memory and returns when that is done. A guest that runs stands still meanwhile, unless it is to go on.
         *
         * @param file made anew, for its owner alone; gone again when this throws
         * @param form what is written
         * @param goesOn whether a guest that runs goes on while it is written
         * @param then what becomes of the instance when all is written
         * @throws dev.posada.model.PosadaException {@code SYSTEM_ERROR} when the file cannot be made, {@code INVALID_ARG}
         *     when the hypervisor does not write this form, {@code OPERATION_FAILED} when it gave up
         */
        void dump(Path file, DumpForm form, boolean goesOn, AfterDump then);
    }

    /** Puts all of its state to rest in a file, from which {@link StartRequest#saved} brings it back. */
    public interface Saves {
        /**
         * Writes the state and stands still from before its first byte on; the engine ends the instance afterwards. When this
         * throws, the instance goes on as it was before.
         *
         * @param to where to write; nothing is there yet
         * @throws dev.posada.model.PosadaException {@code OPERATION_FAILED} when the hypervisor gave up
         */
        void save(SavedState to);

        /** Has an instance that was saved go on after all, as it was before. */
        void goOn();
    }

    /** What a dump is: the state of the whole machine, or the memory alone in one of the forms debuggers read. */
    public enum DumpForm {
        MACHINE,
        ELF,
        KDUMP_ZLIB,
        KDUMP_LZO,
        KDUMP_SNAPPY,
        WIN_DMP
    }

    /** What follows a dump. */
    public enum AfterDump {
        /** The guest is as it was before. */
        RESUME,
        /** The instance ends as crashed. */
        CRASH,
        /** The machine is reset. */
        RESET
    }

    /** Lets what it takes of the host be limited while it runs. */
    public interface TunesResources {
        /** The limits in force, each named and typed as libvirt's typed parameters. */
        List<TypedParameter> tuning(TuningGroup group);

        /**
         * Sets limits; those not named stay as they are.
         *
         * @throws dev.posada.model.PosadaException {@code OPERATION_INVALID} when the host cannot limit this, in which
         *     case nothing is changed
         */
        void tune(TuningGroup group, List<TypedParameter> parameters);
    }

    /** A family of limits, as libvirt's calls are grouped. */
    public enum TuningGroup {
        /** Processor time: {@code cpu_shares}, {@code vcpu_quota}… */
        SCHEDULER,
        /** Memory: {@code hard_limit}, {@code soft_limit}, {@code swap_hard_limit}. */
        MEMORY,
        /** Disks of the host: {@code weight}, {@code device_weight}… */
        BLOCK_IO,
        /** NUMA cells: {@code numa_mode}, {@code numa_nodeset}. */
        NUMA
    }

    /** Has figures. */
    public interface HasStatistics {
        /**
         * The figures of these groups except {@link StatsGroup#STATE}, named as in a bulk answer
         * ({@code cpu.time}, {@code block.0.rd.reqs}); what is not known is left out.
         *
         * @param backing whether disks are shown with their whole backing chain
         * @param mayWait whether the hypervisor may be asked; when false only what the host knows is given
         */
        List<TypedParameter> statistics(Set<StatsGroup> groups, boolean backing, boolean mayWait);

        /** Processor time used so far, in nanoseconds, as the host knows it; never asks the hypervisor. */
        long cpuTimeNanos();

        /** The memory the guest has now, in KiB, as last heard; never asks the hypervisor. */
        long memoryKib();

        /** Memory figures by tag ({@code virDomainMemoryStatTags}). */
        List<MemoryFigure> memoryStats();

        /** Requests and bytes of a disk by target or source; an empty name sums all disks. */
        DiskFigures diskStats(String disk);

        /** Sizes of a disk's image in bytes. */
        DiskSizes diskSizes(String disk);

        /** The traffic of an interface by target name or MAC address. */
        InterfaceFigures interfaceStats(String device);

        /** What each virtual processor does. */
        List<VcpuFigures> vcpus();
    }

    /** A memory figure: tag as {@code virDomainMemoryStatTags}, value in the tag's unit. */
    public record MemoryFigure(int tag, long value) {}

    /** A disk's requests, bytes and times in nanoseconds; -1 for what is not known. */
    public record DiskFigures(
            long readRequests,
            long readBytes,
            long readNanos,
            long writeRequests,
            long writeBytes,
            long writeNanos,
            long flushRequests,
            long flushNanos) {}

    /** An image's size as the guest sees it, what it takes on the host, and its end, all in bytes. */
    public record DiskSizes(long capacityBytes, long allocationBytes, long physicalBytes) {}

    /** An interface's traffic; -1 for what is not known. */
    public record InterfaceFigures(
            long rxBytes,
            long rxPackets,
            long rxErrors,
            long rxDropped,
            long txBytes,
            long txPackets,
            long txErrors,
            long txDropped) {}

    /**
     * What a virtual processor does.
     *
     * @param number which, from 0
     * @param state 0 offline, 1 running, 2 blocked
     * @param cpuTimeNanos processor time used
     * @param hostCpu where it ran last, -1 when unknown
     * @param affinity where it may run, when known
     */
    public record VcpuFigures(int number, int state, long cpuTimeNanos, int hostCpu, Optional<BitSet> affinity) {}
}
