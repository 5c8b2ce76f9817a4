package dev.posada.viewer;

import java.awt.event.FocusEvent;
import java.awt.event.FocusListener;
import java.awt.event.KeyEvent;
import java.awt.event.KeyListener;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Turns the keys of a window into those of a guest. On the thread of windows only. */
final class Keyboard implements KeyListener, FocusListener {
    private final Keys keys = new Keys();
    private final KeyMap map;
    private final Hotkeys hotkeys;
    private final Consumer<Hotkeys.Action> actions;
    private final Consumer<String> debug;
    /** What is down, by the key that holds it down. */
    private final Map<Integer, List<GuestKey>> down = new LinkedHashMap<>();

    /** What keys such as Ctrl+Alt stand for when no other follows: Ctrl+Alt+F2 is the guest's. */
    private Optional<Hotkeys.Action> onRelease = Optional.empty();

    private Optional<GuestInput> guest = Optional.empty();

    Keyboard(KeyMap map, Hotkeys hotkeys, Consumer<Hotkeys.Action> actions, Consumer<String> debug) {
        this.map = map;
        this.hotkeys = hotkeys;
        this.actions = actions;
        this.debug = debug;
    }

    void connect(Optional<GuestInput> input) {
        guest = input;
        down.clear();
    }

    @Override
    public void keyPressed(KeyEvent event) {
        event.consume();
        var action = hotkeys.of(event);
        if (action.isPresent() && !isModifier(event)) {
            releaseAll();
            actions.accept(action.get());
            return;
        }
        onRelease = action;
        GuestKey key = keys.of(event);
        debug.accept("Key pressed was keysym=0x" + Integer.toHexString(key.keysym()) + ", place=" + key.linuxCode());
        if (guest.isEmpty() || !key.isKnown()) {
            return;
        }
        List<GuestKey> sent = map.sent(key);
        down.put(identity(event, key), sent);
        sent.forEach(one -> guest.get().key(one, true));
    }

    @Override
    public void keyReleased(KeyEvent event) {
        event.consume();
        List<GuestKey> held = down.remove(identity(event, keys.of(event)));
        if (held != null && guest.isPresent()) {
            held.reversed().forEach(one -> guest.get().key(one, false));
        }
        onRelease.ifPresent(actions);
        onRelease = Optional.empty();
    }

    private static boolean isModifier(KeyEvent event) {
        return switch (event.getKeyCode()) {
            case KeyEvent.VK_CONTROL, KeyEvent.VK_ALT, KeyEvent.VK_SHIFT, KeyEvent.VK_WINDOWS, KeyEvent.VK_META -> true;
            default -> false;
        };
    }

    /** A key keeps its place while the meaning changes, as when shift is let go before the letter. */
    private static int identity(KeyEvent event, GuestKey key) {
        return key.linuxCode() != 0 ? key.linuxCode() : -event.getKeyCode();
    }

    @Override
    public void keyTyped(KeyEvent event) {
        event.consume();
    }

    @Override
    public void focusGained(FocusEvent event) {}

    /** Whoever has the focus now will see the keys go up; the guest must not think them held for ever. */
    @Override
    public void focusLost(FocusEvent event) {
        releaseAll();
    }

    private void releaseAll() {
        guest.ifPresent(input -> down.values().forEach(held -> held.reversed().forEach(one -> input.key(one, false))));
        down.clear();
    }
}
