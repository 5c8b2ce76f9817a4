package dev.posada.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Our virt-viewer, started as a user starts it, on a display of its own. */
final class Viewer implements AutoCloseable {
    /** How far from a window's corner its screen may begin: menus, tabs, frames. */
    private static final int MAX_OFFSET = 120;

    /** More than a cursor that comes and goes. */
    private static final int MAX_CURSOR_PIXELS = 9 * 16;

    /** How often it is looked whether something typed shows. */
    private static final int LOOKS = 20;

    private final XServer display;
    private final Daemon daemon;
    private final Path folder;
    private final Path log;
    private final Process process;

    /** A picture of a size. */
    static final class Picture {
        private final int width;
        private final int height;
        private final int[] rgb;

        Picture(int width, int height, int[] rgb) {
            this.width = width;
            this.height = height;
            this.rgb = rgb;
        }

        int width() {
            return width;
        }

        int height() {
            return height;
        }

        int[] rgb() {
            return rgb;
        }
    }

    /** Where a guest's screen is on the display. */
    record Place(int x, int y) {}

    private Viewer(XServer display, Daemon daemon, Path folder, Path log, Process process) {
        this.display = display;
        this.daemon = daemon;
        this.folder = folder;
        this.log = log;
        this.process = process;
    }

    static Viewer start(XServer display, Daemon daemon, Path folder, String... words) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Checkout.root().resolve("bin/virt-viewer").toString(), "-v", "-c", daemon.uri()));
        command.addAll(List.of(words));
        Path log = Files.createTempFile(folder, "viewer", ".log");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("DISPLAY", display.display());
        return new Viewer(display, daemon, folder, log, builder.start());
    }

    String said() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it has said something. */
    void expect(String text) {
        Programs.await("virt-viewer says '" + text + "': " + said(), () -> {
            if (!process.isAlive() && !said().contains(text)) {
                throw new AssertionError("virt-viewer ended with " + process.exitValue() + ": " + said());
            }
            return said().contains(text);
        });
    }

    /** Waits until its window shows just what the daemon says is on a guest's screen, and tells where. */
    Place awaitScreenOf(String domain) {
        var found = new ArrayList<Place>();
        Programs.await("the window shows the guest's screen", () -> {
            place(screenshot(domain)).ifPresent(found::add);
            return !found.isEmpty();
        });
        return found.getFirst();
    }

    /** Waits until its window shows something else where a guest's screen was. */
    void awaitNoScreenOf(String domain, Place place) {
        Programs.await("the window shows something else", () -> {
            var screen = screenshot(domain);
            try {
                return differences(screen, display.pixels(), place) > MAX_CURSOR_PIXELS;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Whether a guest's screen becomes another one within some seconds. */
    boolean changes(String domain, Picture before) {
        for (int look = 0; look < LOOKS; look++) {
            var now = screenshot(domain);
            if (now.width() != before.width()
                    || now.height() != before.height()
                    || IntStream.range(0, now.rgb().length)
                                    .filter(i -> now.rgb()[i] != before.rgb()[i])
                                    .count()
                            > MAX_CURSOR_PIXELS) {
                return true;
            }
            LockSupport.parkNanos(100_000_000);
        }
        return false;
    }

    private static long differences(Picture picture, int[] seen, Place place) {
        return IntStream.range(0, picture.rgb().length)
                .filter(i -> {
                    int at = (place.y() + i / picture.width()) * XServer.WIDTH + place.x() + i % picture.width();
                    return picture.rgb()[i] != seen[at];
                })
                .count();
    }

    /** What the daemon says is on the screen. */
    Picture screenshot(String domain) {
        Path file = folder.resolve("screenshot.png");
        daemon.virsh("screenshot", domain, file.toString()).succeeded();
        try {
            var image = ImageIO.read(file.toFile());
            int[] rgb = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
            return new Picture(
                    image.getWidth(),
                    image.getHeight(),
                    Arrays.stream(rgb).map(pixel -> pixel & 0xffffff).toArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<Place> place(Picture picture) {
        if (Arrays.stream(picture.rgb()).distinct().count() < 2) {
            // A black screen is found anywhere.
            return Optional.empty();
        }
        try {
            int[] seen = display.pixels();
            for (int y = 0; y < Math.min(MAX_OFFSET, XServer.HEIGHT - picture.height()); y++) {
                for (int x = 0; x < Math.min(MAX_OFFSET, XServer.WIDTH - picture.width()); x++) {
                    if (isAt(picture, seen, x, y)) {
                        return Optional.of(new Place(x, y));
                    }
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isAt(Picture picture, int[] seen, int x, int y) {
        for (int row = 0; row < picture.height(); row++) {
            int from = (y + row) * XServer.WIDTH + x;
            int own = row * picture.width();
            if (Arrays.mismatch(seen, from, from + picture.width(), picture.rgb(), own, own + picture.width()) >= 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Gives the window the keyboard, as a window manager would: without one, it has to be given to the invisible window
     * by which the JDK takes keys.
     */
    void focus() {
        Programs.await("the window takes the keyboard", () -> {
            List<String> proxies = display.windows("FocusProxy");
            return !proxies.isEmpty()
                    && display.xdotool("windowfocus", proxies.getLast()).status() == 0;
        });
    }

    /** Types a line, with Return at its end. */
    void type(String line) {
        display.xdotool("type", "--delay", "30", line).succeeded();
        display.xdotool("key", "Return").succeeded();
    }

    void click(int x, int y) {
        display.xdotool("mousemove", Integer.toString(x), Integer.toString(y), "click", "1")
                .succeeded();
    }

    /** Waits for it to end by itself. */
    int end() throws InterruptedException {
        if (!process.waitFor(Programs.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("virt-viewer did not end: " + said());
        }
        return process.exitValue();
    }

    /** Ends it as Ctrl-C does. */
    int interrupt() throws InterruptedException {
        Programs.run("kill", "-INT", Long.toString(process.pid())).succeeded();
        return end();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
