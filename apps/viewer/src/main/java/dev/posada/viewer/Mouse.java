package dev.posada.viewer;

import java.awt.AWTException;
import java.awt.Point;
import java.awt.Robot;
import java.awt.event.MouseEvent;
import java.awt.event.MouseWheelEvent;
import java.util.Optional;
import java.util.function.Consumer;
import javax.swing.SwingUtilities;
import javax.swing.event.MouseInputAdapter;

/**
 * Turns the pointer over a window into that of a guest. A guest whose mouse only knows how far it moved gets the pointer
 * for itself with the first click: it is put back to the middle after each move, until it is released. On the thread of
 * windows only.
 */
final class Mouse extends MouseInputAdapter {
    private static final int WHEEL_UP = 8;
    private static final int WHEEL_DOWN = 16;
    private static final int MAX_WHEEL_STEPS = 16;

    private final ScreenPanel panel;
    private final Consumer<Boolean> grabbing;
    private Optional<GuestInput> guest = Optional.empty();
    private boolean absolute = true;
    private boolean grabbed;
    private int buttons;

    Mouse(ScreenPanel panel, Consumer<Boolean> grabbing) {
        this.panel = panel;
        this.grabbing = grabbing;
    }

    void connect(Optional<GuestInput> input) {
        guest = input;
        buttons = 0;
        absolute = true;
        release();
    }

    void absolute(boolean isAbsolute) {
        absolute = isAbsolute;
        if (absolute) {
            release();
        }
    }

    void release() {
        if (grabbed) {
            grabbed = false;
            panel.grabbed(false);
            grabbing.accept(false);
        }
    }

    private void grab() {
        grabbed = true;
        panel.grabbed(true);
        grabbing.accept(true);
        centre();
    }

    private Point middle() {
        return new Point(panel.getWidth() / 2, panel.getHeight() / 2);
    }

    private void centre() {
        var place = middle();
        SwingUtilities.convertPointToScreen(place, panel);
        try {
            new Robot(panel.getGraphicsConfiguration().getDevice()).mouseMove(place.x, place.y);
        } catch (AWTException | SecurityException e) {
            // A desktop that lets nobody move its pointer: the mouse works until it meets the window's edge.
            grabbed = true;
        }
    }

    private void moved(MouseEvent event) {
        panel.pointerAt(event.getPoint());
        if (guest.isEmpty()) {
            return;
        }
        if (absolute) {
            var pixel = panel.guestPixel(event.getPoint());
            guest.get().pointer(pixel.x, pixel.y, buttons);
        } else if (grabbed) {
            int dx = event.getX() - middle().x;
            int dy = event.getY() - middle().y;
            if (dx != 0 || dy != 0) {
                guest.get().pointerBy(dx, dy, buttons);
                centre();
            }
        }
    }

    private void changed(MouseEvent event) {
        if (guest.isEmpty()) {
            return;
        }
        if (absolute) {
            var pixel = panel.guestPixel(event.getPoint());
            guest.get().pointer(pixel.x, pixel.y, buttons);
        } else if (grabbed) {
            guest.get().pointerBy(0, 0, buttons);
        }
    }

    private static int bit(MouseEvent event) {
        return switch (event.getButton()) {
            case MouseEvent.BUTTON1 -> 1;
            case MouseEvent.BUTTON2 -> 2;
            case MouseEvent.BUTTON3 -> 4;
            default -> 0;
        };
    }

    @Override
    public void mousePressed(MouseEvent event) {
        panel.requestFocusInWindow();
        if (guest.isPresent() && !absolute && !grabbed) {
            // The click that gives the pointer away is not the guest's.
            grab();
            return;
        }
        buttons |= bit(event);
        changed(event);
    }

    @Override
    public void mouseReleased(MouseEvent event) {
        buttons &= ~bit(event);
        changed(event);
    }

    @Override
    public void mouseMoved(MouseEvent event) {
        moved(event);
    }

    @Override
    public void mouseDragged(MouseEvent event) {
        moved(event);
    }

    @Override
    public void mouseExited(MouseEvent event) {
        panel.pointerAt(new Point(-1, -1));
    }

    @Override
    public void mouseWheelMoved(MouseWheelEvent event) {
        int steps = Math.clamp(event.getWheelRotation(), -MAX_WHEEL_STEPS, MAX_WHEEL_STEPS);
        int wheel = steps < 0 ? WHEEL_UP : WHEEL_DOWN;
        for (int i = 0; i < Math.abs(steps); i++) {
            buttons |= wheel;
            changed(event);
            buttons &= ~wheel;
            changed(event);
        }
    }
}
