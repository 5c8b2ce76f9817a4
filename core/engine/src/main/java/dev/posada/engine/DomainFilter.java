package dev.posada.engine;

import dev.posada.model.DomainState;

/**
 * Which domains a list is about: libvirt's filter bits in their groups. A domain passes a group when the group has no bit
 * set or one of its bits fits, and it is listed when it passes all groups.
 */
record DomainFilter(int flags, Hypervisor hypervisor) {
    boolean admits(DomainView view) {
        return group(Flags.LIST_ACTIVE, view.active(), Flags.LIST_INACTIVE)
                && group(Flags.LIST_PERSISTENT, view.persistent(), Flags.LIST_TRANSIENT)
                && state(view.status().state())
                && saved(view)
                && group(Flags.LIST_AUTOSTART, view.autostart(), Flags.LIST_NO_AUTOSTART)
                && group(Flags.LIST_HAS_SNAPSHOT, hasSnapshot(view), Flags.LIST_NO_SNAPSHOT)
                && group(Flags.LIST_HAS_CHECKPOINT, false, Flags.LIST_NO_CHECKPOINT);
    }

    /** Looks at the disk only when that is asked for. */
    private boolean saved(DomainView view) {
        return !Flags.has(flags, Flags.LIST_MANAGED_SAVE | Flags.LIST_NO_MANAGED_SAVE)
                || group(Flags.LIST_MANAGED_SAVE, hypervisor.saves().there(view.uuid()), Flags.LIST_NO_MANAGED_SAVE);
    }

    private boolean hasSnapshot(DomainView view) {
        return !hypervisor.snapshots().of(view.uuid()).isEmpty();
    }

    /** Two bits of which one fits a domain that has something and the other one that has not. */
    private boolean group(int with, boolean has, int without) {
        return Flags.group(flags, with, has, without);
    }

    private boolean state(DomainState state) {
        int bit = switch (state) {
            case RUNNING -> Flags.LIST_RUNNING;
            case PAUSED -> Flags.LIST_PAUSED;
            case SHUTOFF -> Flags.LIST_SHUTOFF;
            case NOSTATE, BLOCKED, SHUTDOWN, CRASHED, PMSUSPENDED -> Flags.LIST_OTHER;
        };
        int group = Flags.LIST_RUNNING | Flags.LIST_PAUSED | Flags.LIST_SHUTOFF | Flags.LIST_OTHER;
        return !Flags.has(flags, group) || Flags.has(flags, bit);
    }
}
