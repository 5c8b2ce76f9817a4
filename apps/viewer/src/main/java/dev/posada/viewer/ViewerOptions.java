package dev.posada.viewer;

import java.util.Optional;

/**
 * What a command line of {@code virt-viewer} says.
 *
 * @param uri empty for the user's usual daemon
 * @param domain what names the domain; empty to be asked
 * @param by what kind of name it is
 * @param zoomPercent 10 to 400
 * @param hotkeys actions and their keys; empty for the usual ones
 * @param keymap keys and what is sent for them; empty to send all as they are
 */
record ViewerOptions(
        Optional<String> uri,
        Optional<String> domain,
        By by,
        int zoomPercent,
        boolean fullScreen,
        Optional<String> hotkeys,
        boolean autoResize,
        Optional<String> keymap,
        boolean localCursor,
        boolean kiosk,
        boolean kioskQuits,
        boolean verbose,
        boolean debug,
        boolean direct,
        boolean attach,
        boolean waits,
        boolean reconnect,
        boolean shared) {

    static final int MIN_ZOOM = 10;
    static final int MAX_ZOOM = 400;

    /** How to look a domain up. */
    enum By {
        ANY,
        ID,
        UUID,
        NAME
    }
}
