package dev.posada.rfb;

/**
 * What a server's screen does. Called on the thread in {@link RfbClient#run}, which reads nothing until the call
 * returns: hand over and return.
 */
public interface RfbListener {

    /** The screen has this size now; called once at the beginning too. */
    default void resized(Framebuffer screen) {}

    /** An update has been drawn; {@code area} holds all that may have changed. */
    default void updated(Framebuffer screen, Area area) {}

    /** The pointer looks like this now, and is not part of the screen. */
    default void cursor(CursorShape shape) {}

    /** The pointer is a mouse that only tells how far it moved ({@code false}), or one that knows where it is. */
    default void pointerIsAbsolute(boolean absolute) {}

    /** The desktop has this name; called once at the beginning too. */
    default void named(String name) {}

    /** Somebody wants to be heard. */
    default void bell() {}

    /** There is new text in the server's clipboard. */
    default void clipboard(String text) {}

    /** The server can, or cannot, be asked for another size of screen. */
    default void resizable(boolean possible) {}
}
