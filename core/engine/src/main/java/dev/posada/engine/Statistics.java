package dev.posada.engine;

import dev.posada.model.DomainStats;
import java.util.List;
import java.util.UUID;

/** Figures of many domains at once. */
public final class Statistics {
    Statistics() {}

    /**
     * Figures of all domains that pass the filter.
     *
     * @param mask {@code virDomainStatsTypes}; 0 for all the driver has
     * @param flags {@code virConnectGetAllDomainStatsFlags}: filters as in {@link Domains#list}, nowait, backing, enforce
     */
    public List<DomainStats> all(int mask, int flags) {
        return Pending.body();
    }

    /** Figures of these domains; those that are gone meanwhile are left out. */
    public List<DomainStats> of(List<UUID> domains, int mask, int flags) {
        return Pending.body();
    }
}
