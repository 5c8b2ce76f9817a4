package dev.posada.engine;

import dev.posada.model.DomainStatus;
import dev.posada.model.LifecycleChange;

/** Why a domain is started: the reason clients are told with its states. Drivers report every start as a boot. */
enum StartCause {
    BOOT,
    SNAPSHOT,
    SAVE;

    DomainStatus told(DomainStatus status) {
        return switch (this) {
            case BOOT -> status;
            case SNAPSHOT ->
                switch (status) {
                    case RUNNING_BOOTED, RUNNING_UNPAUSED -> DomainStatus.RUNNING_FROM_SNAPSHOT;
                    case PAUSED_USER, PAUSED_STARTING_UP -> DomainStatus.PAUSED_FROM_SNAPSHOT;
                    default -> status;
                };
            case SAVE ->
                switch (status) {
                    case RUNNING_BOOTED, RUNNING_UNPAUSED -> DomainStatus.RUNNING_RESTORED;
                    default -> status;
                };
        };
    }

    LifecycleChange told(LifecycleChange change) {
        return switch (this) {
            case BOOT -> change;
            case SNAPSHOT ->
                switch (change) {
                    case STARTED_BOOTED -> LifecycleChange.STARTED_FROM_SNAPSHOT;
                    case SUSPENDED_PAUSED -> LifecycleChange.SUSPENDED_FROM_SNAPSHOT;
                    case RESUMED_UNPAUSED -> LifecycleChange.RESUMED_FROM_SNAPSHOT;
                    default -> change;
                };
            case SAVE ->
                switch (change) {
                    case STARTED_BOOTED -> LifecycleChange.STARTED_RESTORED;
                    case SUSPENDED_PAUSED -> LifecycleChange.SUSPENDED_RESTORED;
                    default -> change;
                };
        };
    }
}
