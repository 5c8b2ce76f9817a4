package dev.posada.rfb;

/** What a client announces among the encodings although it is none: abilities, and rectangles that are not pixels. */
final class PseudoEncoding {
    static final int DESKTOP_SIZE = -223;
    static final int LAST_RECT = -224;
    static final int CURSOR = -239;
    static final int QEMU_POINTER_MOTION = -257;
    static final int QEMU_KEY_EVENT = -258;
    static final int DESKTOP_NAME = -307;
    static final int EXTENDED_DESKTOP_SIZE = -308;
    static final int FENCE = -312;
    static final int CONTINUOUS_UPDATES = -313;
    static final int ALPHA_CURSOR = -314;
    static final int EXTENDED_CLIPBOARD = 0xC0A1E5CE;

    private PseudoEncoding() {}

    /** All that is announced; a server that knows both kinds of cursor sends the one named first. */
    static int[] announced() {
        return new int[] {
            ALPHA_CURSOR,
            CURSOR,
            EXTENDED_DESKTOP_SIZE,
            DESKTOP_SIZE,
            LAST_RECT,
            DESKTOP_NAME,
            QEMU_KEY_EVENT,
            QEMU_POINTER_MOTION,
            FENCE,
            CONTINUOUS_UPDATES,
            EXTENDED_CLIPBOARD
        };
    }
}
