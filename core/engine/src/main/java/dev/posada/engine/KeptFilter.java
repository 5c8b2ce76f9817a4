package dev.posada.engine;

/**
 * Which pools or networks a list is to hold. The bits by which {@code virConnectListAllStoragePoolsFlags} and
 * {@code virConnectListAllNetworksFlags} begin are the same; within a group any one that fits lets an object pass.
 *
 * @param flags of either
 */
record KeptFilter(int flags) {
    static final int INACTIVE = 1;
    static final int ACTIVE = 1 << 1;
    static final int PERSISTENT = 1 << 2;
    static final int TRANSIENT = 1 << 3;
    static final int AUTOSTART = 1 << 4;
    static final int NO_AUTOSTART = 1 << 5;

    /** All of these; what follows them is a kind's own. */
    static final int ALL = (1 << 6) - 1;

    boolean admits(KeptView<?, ?, ?> view) {
        return view.there()
                && Flags.group(flags, ACTIVE, view.active(), INACTIVE)
                && Flags.group(flags, PERSISTENT, view.persistent(), TRANSIENT)
                && Flags.group(flags, AUTOSTART, view.autostart(), NO_AUTOSTART);
    }
}
