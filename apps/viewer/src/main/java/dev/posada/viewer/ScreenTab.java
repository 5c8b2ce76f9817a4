package dev.posada.viewer;

import dev.posada.rfb.RfbClient;
import java.util.Optional;

/** One screen of a guest: the panel that draws it, and the keyboard and mouse that go with it. */
final class ScreenTab {
    private final ScreenPanel panel;
    private final Keyboard keyboard;
    private final Mouse mouse;
    private Optional<GuestInput> input = Optional.empty();

    ScreenTab(ScreenPanel panel, Keyboard keyboard, Mouse mouse) {
        this.panel = panel;
        this.keyboard = keyboard;
        this.mouse = mouse;
        panel.addKeyListener(keyboard);
        panel.addFocusListener(keyboard);
        panel.addMouseListener(mouse);
        panel.addMouseMotionListener(mouse);
        panel.addMouseWheelListener(mouse);
    }

    ScreenPanel panel() {
        return panel;
    }

    Mouse mouse() {
        return mouse;
    }

    /** Where keys and text go; nowhere while nothing is connected. */
    Optional<GuestInput> input() {
        return input;
    }

    void connect(RfbClient client) {
        input = Optional.of(new GuestInput(client));
        keyboard.connect(input);
        mouse.connect(input);
    }

    void disconnect() {
        input.ifPresent(GuestInput::close);
        input = Optional.empty();
        keyboard.connect(input);
        mouse.connect(input);
        panel.clear();
    }
}
