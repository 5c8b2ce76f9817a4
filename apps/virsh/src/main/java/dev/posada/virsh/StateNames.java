package dev.posada.virsh;

import dev.posada.model.DomainState;

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
}
