package dev.posada.client;

import dev.posada.model.DomainEvent;
import dev.posada.model.DomainIdentity;
import dev.posada.model.DomainInfo;
import dev.posada.model.DomainStatus;
import dev.posada.protocol.DomainRef;
import dev.posada.protocol.QemuDomainMonitorCommandArgs;
import dev.posada.protocol.RemoteDomainAttachDeviceFlagsArgs;
import dev.posada.protocol.RemoteDomainCreateWithFlagsArgs;
import dev.posada.protocol.RemoteDomainDestroyFlagsArgs;
import dev.posada.protocol.RemoteDomainDetachDeviceFlagsArgs;
import dev.posada.protocol.RemoteDomainGetAutostartArgs;
import dev.posada.protocol.RemoteDomainGetInfoArgs;
import dev.posada.protocol.RemoteDomainGetInfoRet;
import dev.posada.protocol.RemoteDomainGetMaxMemoryArgs;
import dev.posada.protocol.RemoteDomainGetMetadataArgs;
import dev.posada.protocol.RemoteDomainGetOsTypeArgs;
import dev.posada.protocol.RemoteDomainGetSecurityLabelArgs;
import dev.posada.protocol.RemoteDomainGetStateArgs;
import dev.posada.protocol.RemoteDomainGetVcpusFlagsArgs;
import dev.posada.protocol.RemoteDomainGetXmlDescArgs;
import dev.posada.protocol.RemoteDomainInjectNmiArgs;
import dev.posada.protocol.RemoteDomainIsActiveArgs;
import dev.posada.protocol.RemoteDomainIsPersistentArgs;
import dev.posada.protocol.RemoteDomainLookupByUuidArgs;
import dev.posada.protocol.RemoteDomainOpenConsoleArgs;
import dev.posada.protocol.RemoteDomainRebootArgs;
import dev.posada.protocol.RemoteDomainRenameArgs;
import dev.posada.protocol.RemoteDomainResetArgs;
import dev.posada.protocol.RemoteDomainResumeArgs;
import dev.posada.protocol.RemoteDomainScreenshotArgs;
import dev.posada.protocol.RemoteDomainSendKeyArgs;
import dev.posada.protocol.RemoteDomainSetAutostartArgs;
import dev.posada.protocol.RemoteDomainSetMemoryFlagsArgs;
import dev.posada.protocol.RemoteDomainSetMetadataArgs;
import dev.posada.protocol.RemoteDomainSetVcpusFlagsArgs;
import dev.posada.protocol.RemoteDomainShutdownFlagsArgs;
import dev.posada.protocol.RemoteDomainSuspendArgs;
import dev.posada.protocol.RemoteDomainUndefineFlagsArgs;
import dev.posada.protocol.RemoteDomainUpdateDeviceFlagsArgs;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A domain of a {@link Connection}.
 *
 * <p>A handle and nothing more: it remembers how the domain was named when it was found, asks the daemon for everything
 * else, and is of use as long as its connection lives. Where the daemon refuses, {@link
 * dev.posada.model.PosadaException} says why; the domain may have gone in the meantime.
 */
public final class Domain {

    private static final int MAXIMUM = 4;
    private static final int HUMAN_MONITOR = 1;

    private final Connection connection;
    private final DomainRef ref;

    Domain(Connection connection, DomainRef ref) {
        this.connection = connection;
        this.ref = ref;
    }

    DomainRef ref() {
        return ref;
    }

    /** The connection it was found on. */
    public Connection connection() {
        return connection;
    }

    /** Name, uuid and id as they were when it was found. */
    public DomainIdentity identity() {
        return DomainEvents.identity(ref);
    }

    /** The name it had when it was found. */
    public String name() {
        return ref.name();
    }

    /** What names it for good. */
    public UUID uuid() {
        return ref.uuid();
    }

    /** The id of the instance that runs now; {@link DomainIdentity#INACTIVE} when there is none. */
    public int id() {
        return connection
                .remote()
                .domainLookup()
                .domainLookupByUuid(new RemoteDomainLookupByUuidArgs(ref.uuid()))
                .dom()
                .id();
    }

    /** What it is doing, and why. */
    public DomainStatus status() {
        var answer = connection.remote().domainLookup().domainGetState(new RemoteDomainGetStateArgs(ref, 0));
        return DomainStatus.of(answer.state(), answer.reason());
    }

    /** Its vital figures. */
    public DomainInfo info() {
        RemoteDomainGetInfoRet info =
                connection.remote().domainLookup().domainGetInfo(new RemoteDomainGetInfoArgs(ref));
        return new DomainInfo(
                DomainStatus.of(info.state(), 0).state(),
                info.maxMem(),
                info.memory(),
                info.nrVirtCpu(),
                info.cpuTime());
    }

    /** The type of the system inside, such as {@code hvm}. */
    public String osType() {
        return connection
                .remote()
                .domainLookup()
                .domainGetOsType(new RemoteDomainGetOsTypeArgs(ref))
                .type();
    }

    /** Whether an instance exists on the host. */
    public boolean isActive() {
        return connection
                        .remote()
                        .domainLookup()
                        .domainIsActive(new RemoteDomainIsActiveArgs(ref))
                        .active()
                != 0;
    }

    /** Whether its definition is kept. */
    public boolean isPersistent() {
        return connection
                        .remote()
                        .domainLookup()
                        .domainIsPersistent(new RemoteDomainIsPersistentArgs(ref))
                        .persistent()
                != 0;
    }

    /** Its document: the running instance's, unless asked for the definition or there is no instance. */
    public String xml(Flag.Xml... flags) {
        return connection
                .remote()
                .domainLookup()
                .domainGetXmlDesc(new RemoteDomainGetXmlDescArgs(ref, Flag.bits(flags)))
                .xml();
    }

    /** Its memory, put to rest on disk under the daemon's care. */
    public ManagedSave managedSave() {
        return new ManagedSave(connection, ref);
    }

    /** What is measured of it. */
    public DomainFigures figures() {
        return new DomainFigures(connection, ref);
    }

    /** Its virtual processors and other threads. */
    public DomainProcessors processors() {
        return new DomainProcessors(connection, ref);
    }

    /** Its snapshots. */
    public Snapshots snapshots() {
        return new Snapshots(connection, ref);
    }

    /** Its checkpoints. */
    public Checkpoints checkpoints() {
        return new Checkpoints(connection, ref);
    }

    /** The backup of its disks. */
    public DomainBackup backup() {
        return new DomainBackup(connection, ref);
    }

    /** How much of the host it may use. */
    public DomainTuning tuning() {
        return new DomainTuning(connection, ref);
    }

    /** Its disks, and the jobs that copy and merge their images. */
    public DomainBlocks blocks() {
        return new DomainBlocks(connection, ref);
    }

    /** Rarer ways to plug its devices in and out. */
    public DomainDevices devices() {
        return new DomainDevices(connection, ref);
    }

    /** The addresses of its network cards. */
    public GuestAddresses addresses() {
        return new GuestAddresses(connection, ref);
    }

    /** The clock of the guest. */
    public GuestClock clock() {
        return new GuestClock(connection, ref);
    }

    /** What the host's security model calls the running instance. */
    public SecurityLabel securityLabel() {
        var answer =
                connection.remote().domainLookup().domainGetSecurityLabel(new RemoteDomainGetSecurityLabelArgs(ref));
        return new SecurityLabel(SecurityModel.text(answer.label()), answer.enforcing() != 0);
    }

    /** The running instance's memory. */
    public DomainMemory memory() {
        return new DomainMemory(connection, ref);
    }

    /** What the daemon is busy with for it. */
    public DomainJob job() {
        return new DomainJob(connection, ref);
    }

    /** What a guest whose memory is encrypted can prove of itself. */
    public LaunchSecurity launchSecurity() {
        return new LaunchSecurity(connection, ref);
    }

    /** What is done by handing open files over. */
    public HandedFiles files() {
        return new HandedFiles(connection.link(), ref);
    }

    /** Moves it to another host. */
    public Migration migration() {
        return new Migration(connection, ref);
    }

    /** How it may go about moving to another host. */
    public MigrationTuning migrationTuning() {
        return new MigrationTuning(connection, ref);
    }

    /** The agent inside the guest. */
    public GuestAgent agent() {
        return new GuestAgent(connection, ref);
    }

    /** What its processors and firmware are told beyond starting and stopping. */
    public DomainPower power() {
        return new DomainPower(connection, ref);
    }

    /** Starts it. */
    public void start(Flag.Start... flags) {
        connection
                .remote()
                .domainLifecycle()
                .domainCreateWithFlags(new RemoteDomainCreateWithFlagsArgs(ref, Flag.bits(flags)));
    }

    /** Asks the guest to shut down; returns before it has. */
    public void shutdown(Flag.Stop... ways) {
        connection
                .remote()
                .domainLifecycle()
                .domainShutdownFlags(new RemoteDomainShutdownFlagsArgs(ref, Flag.bits(ways)));
    }

    /** Asks the guest to reboot; returns before it has. */
    public void reboot(Flag.Stop... ways) {
        connection.remote().domainLifecycle().domainReboot(new RemoteDomainRebootArgs(ref, Flag.bits(ways)));
    }

    /** Presses the reset button. */
    public void reset() {
        connection.remote().domainLifecycle().domainReset(new RemoteDomainResetArgs(ref, 0));
    }

    /** Pulls the plug; the definition of a persistent domain stays. */
    public void destroy(Flag.Destroy... flags) {
        connection
                .remote()
                .domainLifecycle()
                .domainDestroyFlags(new RemoteDomainDestroyFlagsArgs(ref, Flag.bits(flags)));
    }

    /** Stops its processors; memory and devices stay as they are. */
    public void suspend() {
        connection.remote().domainLifecycle().domainSuspend(new RemoteDomainSuspendArgs(ref));
    }

    /** Lets its processors go on. */
    public void resume() {
        connection.remote().domainLifecycle().domainResume(new RemoteDomainResumeArgs(ref));
    }

    /** Forgets its definition; a running instance goes on as a transient domain. */
    public void undefine(Flag.Undefine... flags) {
        connection
                .remote()
                .domainLifecycle()
                .domainUndefineFlags(new RemoteDomainUndefineFlagsArgs(ref, Flag.bits(flags)));
    }

    /** Gives it another name and returns the handle with that name. */
    public Domain rename(String newName) {
        connection.remote().domainLifecycle().domainRename(new RemoteDomainRenameArgs(ref, newName, 0));
        return new Domain(connection, new DomainRef(newName, ref.uuid(), ref.id()));
    }

    /** Whether the daemon starts it when it starts itself. */
    public boolean autostart() {
        return connection
                        .remote()
                        .domainLifecycle()
                        .domainGetAutostart(new RemoteDomainGetAutostartArgs(ref))
                        .autostart()
                != 0;
    }

    /** Says whether the daemon shall start it when it starts itself. */
    public void setAutostart(boolean wanted) {
        connection.remote().domainLifecycle().domainSetAutostart(new RemoteDomainSetAutostartArgs(ref, wanted ? 1 : 0));
    }

    /** The most memory it may have, in KiB. */
    public long maxMemoryKib() {
        return connection
                .remote()
                .domainTuning()
                .domainGetMaxMemory(new RemoteDomainGetMaxMemoryArgs(ref))
                .memory();
    }

    /** Gives it so much memory, in KiB. */
    public void setMemory(long kib, Flag.Impact... impact) {
        connection
                .remote()
                .domainTuning()
                .domainSetMemoryFlags(new RemoteDomainSetMemoryFlagsArgs(ref, kib, Flag.bits(impact)));
    }

    /** Lets it have at most so much memory, in KiB. */
    public void setMaxMemory(long kib, Flag.Impact... impact) {
        connection
                .remote()
                .domainTuning()
                .domainSetMemoryFlags(new RemoteDomainSetMemoryFlagsArgs(ref, kib, Flag.bits(impact) | MAXIMUM));
    }

    /** The virtual processors it has. */
    public int vcpus(Flag.Impact... impact) {
        return vcpus(Flag.bits(impact));
    }

    /** The most virtual processors it may have. */
    public int maxVcpus(Flag.Impact... impact) {
        return vcpus(Flag.bits(impact) | MAXIMUM);
    }

    private int vcpus(int flags) {
        return connection
                .remote()
                .domainTuning()
                .domainGetVcpusFlags(new RemoteDomainGetVcpusFlagsArgs(ref, flags))
                .num();
    }

    /** Gives it so many virtual processors. */
    public void setVcpus(int count, Flag.Impact... impact) {
        connection
                .remote()
                .domainTuning()
                .domainSetVcpusFlags(new RemoteDomainSetVcpusFlagsArgs(ref, count, Flag.bits(impact)));
    }

    /** Lets it have at most so many virtual processors; only its definition can be changed so. */
    public void setMaxVcpus(int count) {
        connection
                .remote()
                .domainTuning()
                .domainSetVcpusFlags(new RemoteDomainSetVcpusFlagsArgs(ref, count, Flag.Impact.CONFIG.bit() | MAXIMUM));
    }

    /**
     * What people say about it.
     *
     * @param namespace the namespace of an {@link MetadataType#ELEMENT}; of no use with the others
     */
    public String metadata(MetadataType type, @Nullable String namespace, Flag.Impact... impact) {
        return connection
                .remote()
                .domainLookup()
                .domainGetMetadata(new RemoteDomainGetMetadataArgs(ref, type.number(), namespace, Flag.bits(impact)))
                .metadata();
    }

    /**
     * Says something about it.
     *
     * @param value text or an XML element; absent removes what there was
     * @param prefix the namespace's prefix in the document; of no use but with an {@link MetadataType#ELEMENT}
     * @param namespace the namespace; of no use but with an {@link MetadataType#ELEMENT}
     */
    public void setMetadata(
            MetadataType type,
            @Nullable String value,
            @Nullable String prefix,
            @Nullable String namespace,
            Flag.Impact... impact) {
        connection
                .remote()
                .domainLookup()
                .domainSetMetadata(new RemoteDomainSetMetadataArgs(
                        ref, type.number(), value, prefix, namespace, Flag.bits(impact)));
    }

    /** Plugs in a device, described by its element. */
    public void attachDevice(String xml, Flag.Impact... impact) {
        connection
                .remote()
                .domainDevice()
                .domainAttachDeviceFlags(new RemoteDomainAttachDeviceFlagsArgs(ref, xml, Flag.bits(impact)));
    }

    /** Unplugs a device; from a running guest it is gone when the event says so. */
    public void detachDevice(String xml, Flag.Impact... impact) {
        connection
                .remote()
                .domainDevice()
                .domainDetachDeviceFlags(new RemoteDomainDetachDeviceFlagsArgs(ref, xml, Flag.bits(impact)));
    }

    /** Changes a device, such as the medium in a drive. */
    public void updateDevice(String xml, Flag.Impact... impact) {
        connection
                .remote()
                .domainDevice()
                .domainUpdateDeviceFlags(new RemoteDomainUpdateDeviceFlagsArgs(ref, xml, Flag.bits(impact)));
    }

    /** Takes a picture of a screen, 0 being the first. */
    public Screenshot screenshot(int screen) {
        var opened =
                connection.remote().domainDevice().domainScreenshot(new RemoteDomainScreenshotArgs(ref, screen, 0));
        String mimeType = opened.reply().mime();
        return new Screenshot(mimeType == null ? "" : mimeType, opened.stream());
    }

    /**
     * Opens a console, to be read and written.
     *
     * @param device the alias of a serial or console device; absent for the first
     */
    public DataStream openConsole(@Nullable String device, Flag.Console... flags) {
        return connection
                .remote()
                .domainDevice()
                .domainOpenConsole(new RemoteDomainOpenConsoleArgs(ref, device, Flag.bits(flags)));
    }

    /**
     * Presses keys together and lets them go.
     *
     * @param codeSet the number of the set the codes are from, 0 for Linux's
     * @param hold how long they stay down
     * @param keyCodes at most 16
     */
    public void sendKey(int codeSet, Duration hold, int... keyCodes) {
        List<Integer> codes = Arrays.stream(keyCodes).boxed().toList();
        connection
                .remote()
                .domainDevice()
                .domainSendKey(new RemoteDomainSendKeyArgs(ref, codeSet, Math.toIntExact(hold.toMillis()), codes, 0));
    }

    /** Sends a non-maskable interrupt. */
    public void injectNmi() {
        connection.remote().domainDevice().domainInjectNmi(new RemoteDomainInjectNmiArgs(ref, 0));
    }

    /** Has QEMU's monitor execute a command, as JSON, and returns its answer. */
    public String monitorCommand(String json) {
        return monitorCommand(json, 0);
    }

    /** Has QEMU's monitor execute a command in its language for people, and returns its answer. */
    public String humanMonitorCommand(String command) {
        return monitorCommand(command, HUMAN_MONITOR);
    }

    private String monitorCommand(String command, int flags) {
        return connection
                .qemu()
                .qemu()
                .domainMonitorCommand(new QemuDomainMonitorCommandArgs(ref, command, flags))
                .result();
    }

    /** Subscribes to events of this domain; see {@link Connection#subscribe}. */
    public EventSubscription subscribe(Set<DomainEventType> types, Consumer<DomainEvent> listener) {
        return connection.subscribe(types, ref, listener);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Domain that && connection == that.connection && uuid().equals(that.uuid());
    }

    @Override
    public int hashCode() {
        return uuid().hashCode();
    }

    @Override
    public String toString() {
        return name() + " (" + uuid() + ")";
    }
}
