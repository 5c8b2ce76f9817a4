package dev.posada.engine;

/**
 * Which networks a list is to hold.
 *
 * @param flags {@code virConnectListAllNetworksFlags}
 */
record NetworkFilter(int flags) {
    boolean admits(KeptView<?, ?, ?> view) {
        return either(NetworkFlags.LIST_ACTIVE, NetworkFlags.LIST_INACTIVE, view.active())
                && either(NetworkFlags.LIST_PERSISTENT, NetworkFlags.LIST_TRANSIENT, view.persistent())
                && either(NetworkFlags.LIST_AUTOSTART, NetworkFlags.LIST_NO_AUTOSTART, view.autostart());
    }

    private boolean either(int yes, int no, boolean is) {
        return (flags & (yes | no)) == 0 || (flags & (is ? yes : no)) != 0;
    }
}
