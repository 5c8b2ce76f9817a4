package dev.posada.model;

import java.util.List;

/**
 * Something that happened to a domain.
 *
 * @param domain the domain as it was named at that moment; the id is that of the instance concerned
 * @param happening what happened
 */
public record DomainEvent(DomainIdentity domain, Happening happening) {

    /** What can happen; each case is one of libvirt's domain event ids ({@code virDomainEventID}). */
    public sealed interface Happening {}

    /** Id 0: the domain's life took a step. */
    public record Lifecycle(LifecycleChange change) implements Happening {}

    /** Id 1: the guest rebooted. */
    public record Reboot() implements Happening {}

    /** Id 2: the guest set its clock, {@code offsetSeconds} from what the host made it. */
    public record RtcChange(long offsetSeconds) implements Happening {}

    /** Id 3: the watchdog fired; the action is a {@code virDomainEventWatchdogAction}. */
    public record Watchdog(int action) implements Happening {}

    /** Ids 4 and 6: a disk failed; the action is a {@code virDomainEventIOErrorAction}, the reason "" or "enospc". */
    public record IoError(String sourcePath, String deviceAlias, int action, String reason) implements Happening {}

    /** Id 5: a viewer came or went; phase 0 connected, 1 authenticated, 2 gone. */
    public record Graphics(
            int phase, GraphicsAddress local, GraphicsAddress remote, String authScheme, List<Subject> subjects)
            implements Happening {
        public Graphics {
            subjects = List.copyOf(subjects);
        }
    }

    /** One end of a viewer's connection; family 0 IPv4, 1 IPv6, 2 unix. */
    public record GraphicsAddress(int family, String node, String service) {}

    /** Who a viewer proved to be: a kind of name and the name. */
    public record Subject(String type, String name) {}

    /** Id 7: the monitor of the domain failed; it can be watched no longer until it is restarted. */
    public record ControlError() implements Happening {}

    /** Ids 8 and 16: a block job ended or became ready; type and status as libvirt numbers them. */
    public record BlockJob(String disk, int type, int status) implements Happening {}

    /** Id 9: a removable disk's source changed; empty for no source. */
    public record DiskChange(String oldSource, String newSource, String deviceAlias, int reason) implements Happening {}

    /** Id 10: a tray opened (0) or closed (1). */
    public record TrayChange(String deviceAlias, int reason) implements Happening {}

    /** Id 11: the guest woke from sleep. */
    public record PmWakeup(int reason) implements Happening {}

    /** Id 12: the guest went to sleep in memory. */
    public record PmSuspend(int reason) implements Happening {}

    /** Id 14: the guest went to sleep on disk. */
    public record PmSuspendDisk(int reason) implements Happening {}

    /** Id 13: the guest's memory changed, in KiB. */
    public record BalloonChange(long actualKib) implements Happening {}

    /** Id 15: a device is gone from the running guest. */
    public record DeviceRemoved(String deviceAlias) implements Happening {}

    /** Id 17: tunables changed. */
    public record Tunable(List<TypedParameter> parameters) implements Happening {
        public Tunable {
            parameters = List.copyOf(parameters);
        }
    }

    /** Id 18: the guest agent came (1) or went (2); the reason is 0 unknown, 1 domain started, 2 channel event. */
    public record AgentLifecycle(int state, int reason) implements Happening {}

    /** Id 19: a device was added to the running guest. */
    public record DeviceAdded(String deviceAlias) implements Happening {}

    /** Id 20: a migration begins to send the guest's memory once more, the first time as 1. */
    public record MigrationIteration(int iteration) implements Happening {}

    /** Id 21: a job ended. */
    public record JobCompleted(List<TypedParameter> parameters) implements Happening {
        public JobCompleted {
            parameters = List.copyOf(parameters);
        }
    }

    /** Id 22: the guest refused to let a device go. */
    public record DeviceRemovalFailed(String deviceAlias) implements Happening {}

    /** Id 23: metadata changed; type 0 description, 1 title, 2 element of the namespace {@code uri}. */
    public record MetadataChange(int type, String uri) implements Happening {}

    /** Id 24: writes passed the threshold that was set, in bytes. */
    public record BlockThreshold(String device, String path, long thresholdBytes, long excessBytes)
            implements Happening {}

    /** Id 25: the host's memory failed under the guest. */
    public record MemoryFailure(int recipient, int action, int flags) implements Happening {}

    /**
     * What a hypervisor's own monitor said, as it is; for those who ask for it by the hypervisor's names, and no domain
     * event of libvirt's.
     *
     * @param name as {@code RESUME}
     * @param details JSON, empty when there are none
     */
    public record MonitorEvent(String name, long seconds, int micros, String details) implements Happening {}

    /** Id 26: a memory device changed its size, in KiB. */
    public record MemoryDeviceSizeChange(String deviceAlias, long sizeKib) implements Happening {}
}
