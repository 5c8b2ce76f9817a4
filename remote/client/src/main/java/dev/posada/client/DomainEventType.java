package dev.posada.client;

import dev.posada.model.DomainEvent;

/** What one can be told about domains; libvirt's domain event ids. */
public enum DomainEventType {
    LIFECYCLE(0),
    REBOOT(1),
    RTC_CHANGE(2),
    WATCHDOG(3),
    /** {@link DomainEvent.IoError} without its reason. */
    IO_ERROR(4),
    GRAPHICS(5),
    IO_ERROR_REASON(6),
    CONTROL_ERROR(7),
    /** {@link DomainEvent.BlockJob} with the disk named by its source. */
    BLOCK_JOB(8),
    DISK_CHANGE(9),
    TRAY_CHANGE(10),
    PM_WAKEUP(11),
    PM_SUSPEND(12),
    BALLOON_CHANGE(13),
    PM_SUSPEND_DISK(14),
    DEVICE_REMOVED(15),
    /** {@link DomainEvent.BlockJob} with the disk named by its target. */
    BLOCK_JOB_2(16),
    TUNABLE(17),
    AGENT_LIFECYCLE(18),
    DEVICE_ADDED(19),
    MIGRATION_ITERATION(20),
    JOB_COMPLETED(21),
    DEVICE_REMOVAL_FAILED(22),
    METADATA_CHANGE(23),
    BLOCK_THRESHOLD(24),
    MEMORY_FAILURE(25),
    MEMORY_DEVICE_SIZE_CHANGE(26);

    private final int id;

    DomainEventType(int id) {
        this.id = id;
    }

    /** The number to subscribe by on the wire. */
    public int id() {
        return id;
    }
}
