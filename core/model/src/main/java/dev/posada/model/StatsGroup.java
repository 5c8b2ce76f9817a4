package dev.posada.model;

import java.util.EnumSet;
import java.util.Set;

/** A group of figures in a bulk answer; the bits of {@code virDomainStatsTypes}, and one of our own. */
public enum StatsGroup {
    STATE(1),
    CPU(2),
    BALLOON(4),
    VCPU(8),
    INTERFACE(16),
    BLOCK(32),
    PERF(64),
    IOTHREAD(128),
    MEMORY(256),
    DIRTY_RATE(512),
    VM(1024),
    /** What goes on in a Java virtual machine; ours alone, at a bit far from those libvirt goes on to give out. */
    JVM(1 << 24);

    private final int bit;

    StatsGroup(int bit) {
        this.bit = bit;
    }

    /** The group's bit in a mask. */
    public int bit() {
        return bit;
    }

    /** The groups of a mask; all of them for 0. Unknown bits are left out. */
    public static Set<StatsGroup> of(int mask) {
        var groups = EnumSet.noneOf(StatsGroup.class);
        for (var group : values()) {
            if (mask == 0 || (mask & group.bit) != 0) {
                groups.add(group);
            }
        }
        return groups;
    }
}
