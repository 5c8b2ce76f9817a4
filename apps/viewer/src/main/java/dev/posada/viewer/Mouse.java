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
 * for itself with the first click: it is put back to the middle when it gets far from there, until it is released. On the thread of
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
    private Point last = new Point();
    private boolean returning;

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

    private void grab(Point place) {
        grabbed = true;
        returning = false;
        last = place;
        panel.grabbed(true);
        grabbing.accept(true);
    }

    private Point middle() {
        return new Point(panel.getWidth() / 2, panel.getHeight() / 2);
    }

    /** Puts the pointer back to the middle; what moved before may still be on its way to us. */
    private void centre() {
        var place = middle();
        SwingUtilities.convertPointToScreen(place, panel);
        try {
            new Robot(panel.getGraphicsConfiguration().getDevice()).mouseMove(place.x, place.y);
            returning = true;
        } catch (AWTException | SecurityException e) {
            // A desktop that lets nobody move its pointer: the mouse works until it meets the window's edge.
            returning = false;
        }
    }

    /** How far the pointer is from where it was last, not counting the way back to the middle. */
    private Point movement(Point now) {
        var middle = middle();
        if (returning && now.distance(middle) < now.distance(last)) {
            returning = false;
            last = middle;
        }
        var movement = new Point(now.x - last.x, now.y - last.y);
        last = now;
        boolean farOut =
                Math.abs(now.x - middle.x) > panel.getWidth() / 4 || Math.abs(now.y - middle.y) > panel.getHeight() / 4;
        if (farOut && !returning) {
            centre();
        }
        return movement;
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
            var movement = movement(event.getPoint());
            if (movement.x != 0 || movement.y != 0) {
                guest.get().pointerBy(movement.x, movement.y, buttons);
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
            grab(event.getPoint());
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
