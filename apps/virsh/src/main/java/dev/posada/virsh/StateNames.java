package dev.posada.virsh;

import dev.posada.model.DomainState;
import dev.posada.model.DomainStatus;

/** The words for states that libvirt's tools use. */
final class StateNames {
    private StateNames() {}

    static String of(DomainState state) {
        return switch (state) {
            case NOSTATE -> "no state";
            case RUNNING -> "running";
            case BLOCKED -> "idle";
            case PAUSED -> "paused";
            case SHUTDOWN -> "in shutdown";
            case SHUTOFF -> "shut off";
            case CRASHED -> "crashed";
            case PMSUSPENDED -> "pmsuspended";
        };
    }

    /** The words for the reason of a state. */
    static String reason(DomainStatus status) {
        return switch (status) {
            case RUNNING_WAKEUP -> "event wakeup";
            case RUNNING_POSTCOPY, PAUSED_POSTCOPY -> "post-copy";
            case RUNNING_POSTCOPY_FAILED, PAUSED_POSTCOPY_FAILED -> "post-copy failed";
            case PAUSED_MIGRATION -> "migrating";
            case PAUSED_SAVE -> "saving";
            case PAUSED_DUMP -> "dumping";
            case PAUSED_IOERROR -> "I/O error";
            case PAUSED_SNAPSHOT -> "creating snapshot";
            default -> status.reasonWord();
        };
    }
}
