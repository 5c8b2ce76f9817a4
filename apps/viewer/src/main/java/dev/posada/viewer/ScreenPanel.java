package dev.posada.viewer;

import dev.posada.rfb.Area;
import dev.posada.rfb.CursorShape;
import dev.posada.rfb.Framebuffer;
import dev.posada.rfb.RfbListener;
import java.awt.Color;
import java.awt.Cursor;
import java.awt.Dimension;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.Toolkit;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.awt.image.DirectColorModel;
import java.awt.image.Raster;
import java.util.Optional;
import javax.swing.JComponent;
import javax.swing.SwingUtilities;

/**
 * Draws a guest's screen as large as fits, keeping its proportions, and the guest's pointer upon it.
 *
 * <p>The client's thread calls the methods of {@link RfbListener}; they hand over to the thread of windows, on which
 * everything else here happens. Pixels are drawn from the client's own array.
 */
final class ScreenPanel extends JComponent implements RfbListener {
    private static final long serialVersionUID = 1;

    private static final int RED = 0xff0000;
    private static final int GREEN = 0xff00;
    private static final int BLUE = 0xff;

    private final transient Audience audience;
    private final boolean localCursor;
    private final Cursor invisible;
    private transient Optional<BufferedImage> image = Optional.empty();
    private transient Optional<BufferedImage> pointer = Optional.empty();
    private Point hotSpot = new Point();
    private Point pointerPlace = new Point(-1, -1);
    private int zoomPercent = 100;
    private boolean grabbed;

    /** Who is told what the window as a whole has to know. All on the thread of windows. */
    interface Audience {
        void screenResized();

        void pointerIsAbsolute(boolean absolute);

        void guestClipboard(String text);

        void resizable(boolean possible);
    }

    ScreenPanel(Audience audience, boolean localCursor) {
        this.audience = audience;
        this.localCursor = localCursor;
        this.invisible = Toolkit.getDefaultToolkit()
                .createCustomCursor(new BufferedImage(16, 16, BufferedImage.TYPE_INT_ARGB), new Point(), "none");
        setOpaque(true);
        setFocusable(true);
        setFocusTraversalKeysEnabled(false);
        enableInputMethods(false);
    }

    @Override
    public void resized(Framebuffer screen) {
        Optional<BufferedImage> drawn = screen.bounds().isEmpty() ? Optional.empty() : Optional.of(imageOf(screen));
        SwingUtilities.invokeLater(() -> {
            image = drawn;
            revalidate();
            repaint();
            audience.screenResized();
        });
    }

    private static BufferedImage imageOf(Framebuffer screen) {
        var raster = Raster.createPackedRaster(
                new DataBufferInt(screen.pixels(), screen.pixels().length),
                screen.width(),
                screen.height(),
                screen.width(),
                new int[] {RED, GREEN, BLUE},
                null);
        return new BufferedImage(new DirectColorModel(24, RED, GREEN, BLUE), raster, false, null);
    }

    @Override
    public void updated(Framebuffer screen, Area area) {
        SwingUtilities.invokeLater(() -> repaint(onPanel(area)));
    }

    @Override
    public void cursor(CursorShape shape) {
        Optional<BufferedImage> picture = Optional.empty();
        if (shape.width() > 0 && shape.height() > 0) {
            var drawn = new BufferedImage(shape.width(), shape.height(), BufferedImage.TYPE_INT_ARGB);
            drawn.setRGB(0, 0, shape.width(), shape.height(), shape.argb(), 0, shape.width());
            picture = Optional.of(drawn);
        }
        var chosen = picture;
        SwingUtilities.invokeLater(() -> {
            pointer = chosen;
            hotSpot = new Point(shape.hotX(), shape.hotY());
            showCursor();
            repaint();
        });
    }

    @Override
    public void pointerIsAbsolute(boolean absolute) {
        SwingUtilities.invokeLater(() -> audience.pointerIsAbsolute(absolute));
    }

    @Override
    public void clipboard(String text) {
        SwingUtilities.invokeLater(() -> audience.guestClipboard(text));
    }

    @Override
    public void resizable(boolean possible) {
        SwingUtilities.invokeLater(() -> audience.resizable(possible));
    }

    @Override
    public void bell() {
        Toolkit.getDefaultToolkit().beep();
    }

    /** Forgets the guest's screen. */
    void clear() {
        image = Optional.empty();
        pointer = Optional.empty();
        grabbed = false;
        showCursor();
        repaint();
    }

    void zoom(int percent) {
        zoomPercent = percent;
        revalidate();
    }

    /** While the pointer is the guest's alone, none is drawn here: where it is only the guest knows. */
    void grabbed(boolean isGrabbed) {
        grabbed = isGrabbed;
        showCursor();
        repaint();
    }

    private void showCursor() {
        boolean guestsOwn = !localCursor && (grabbed || pointer.isPresent());
        setCursor(guestsOwn ? invisible : Cursor.getDefaultCursor());
    }

    void pointerAt(Point place) {
        var before = pointerArea();
        pointerPlace = place;
        if (pointer.isPresent() && !localCursor) {
            repaint(before);
            repaint(pointerArea());
        }
    }

    private Rectangle pointerArea() {
        if (pointer.isEmpty()) {
            return new Rectangle();
        }
        double scale = scale();
        return new Rectangle(
                (int) (pointerPlace.x - hotSpot.x * scale) - 1,
                (int) (pointerPlace.y - hotSpot.y * scale) - 1,
                (int) (pointer.get().getWidth() * scale) + 3,
                (int) (pointer.get().getHeight() * scale) + 3);
    }

    /** The size of the guest's screen; empty before there is one. */
    Optional<Dimension> guestSize() {
        return image.map(drawn -> new Dimension(drawn.getWidth(), drawn.getHeight()));
    }

    /** A copy of the guest's screen; empty before there is one. */
    Optional<BufferedImage> picture() {
        return image.map(drawn -> {
            var copy = new BufferedImage(drawn.getWidth(), drawn.getHeight(), BufferedImage.TYPE_INT_RGB);
            copy.getGraphics().drawImage(drawn, 0, 0, null);
            return copy;
        });
    }

    @Override
    public Dimension getPreferredSize() {
        return guestSize()
                .map(size -> new Dimension(size.width * zoomPercent / 100, size.height * zoomPercent / 100))
                .orElseGet(() -> new Dimension(640, 480));
    }

    @Override
    public Dimension getMinimumSize() {
        return new Dimension(64, 48);
    }

    /** Pixels of the panel for a pixel of the guest. */
    private double scale() {
        return guestSize()
                .map(size -> Math.min((double) getWidth() / size.width, (double) getHeight() / size.height))
                .orElse(1.0);
    }

    private Rectangle picturePlace() {
        var size = guestSize().orElseGet(Dimension::new);
        double scale = scale();
        int width = (int) Math.round(size.width * scale);
        int height = (int) Math.round(size.height * scale);
        return new Rectangle((getWidth() - width) / 2, (getHeight() - height) / 2, width, height);
    }

    private Rectangle onPanel(Area area) {
        double scale = scale();
        var place = picturePlace();
        return new Rectangle(
                place.x + (int) Math.floor(area.x() * scale) - 1,
                place.y + (int) Math.floor(area.y() * scale) - 1,
                (int) Math.ceil(area.width() * scale) + 3,
                (int) Math.ceil(area.height() * scale) + 3);
    }

    /** The guest's pixel below a place of the panel; the nearest one when there is none. */
    Point guestPixel(Point place) {
        var picture = picturePlace();
        var size = guestSize().orElseGet(() -> new Dimension(1, 1));
        double scale = scale();
        return new Point(
                Math.clamp((int) ((place.x - picture.x) / scale), 0, size.width - 1),
                Math.clamp((int) ((place.y - picture.y) / scale), 0, size.height - 1));
    }

    @Override
    protected void paintComponent(Graphics graphics) {
        graphics.setColor(Color.BLACK);
        graphics.fillRect(0, 0, getWidth(), getHeight());
        if (image.isEmpty()) {
            return;
        }
        var place = picturePlace();
        var canvas = (Graphics2D) graphics;
        boolean scaled = place.width != image.get().getWidth();
        if (scaled) {
            canvas.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        }
        canvas.drawImage(image.get(), place.x, place.y, place.width, place.height, null);
        if (pointer.isPresent() && !grabbed && !localCursor && pointerPlace.x >= 0) {
            double scale = scale();
            canvas.drawImage(
                    pointer.get(),
                    (int) Math.round(pointerPlace.x - hotSpot.x * scale),
                    (int) Math.round(pointerPlace.y - hotSpot.y * scale),
                    (int) Math.round(pointer.get().getWidth() * scale),
                    (int) Math.round(pointer.get().getHeight() * scale),
                    null);
        }
    }
}
