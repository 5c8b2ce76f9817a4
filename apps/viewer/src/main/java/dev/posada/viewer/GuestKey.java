package dev.posada.viewer;

import dev.posada.rfb.ScanCode;

/**
 * A key as a guest is told of it.
 *
 * @param keysym what X11 calls its meaning; 0 when unknown
 * @param linuxCode its number in Linux's input layer, which stands for its place; 0 when unknown
 */
record GuestKey(int keysym, int linuxCode) {

    int scanCode() {
        return ScanCode.ofLinux(linuxCode);
    }

    boolean isKnown() {
        return keysym != 0 || scanCode() != 0;
    }
}
