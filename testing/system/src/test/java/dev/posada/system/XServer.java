package dev.posada.system;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An X server without a monitor, on a display number it finds free itself. Its picture is read from the file it draws
 * into, in the format of {@code xwd}: a header of big-endian words, a table of colours, the pixels.
 */
final class XServer implements AutoCloseable {
    static final int WIDTH = 1280;
    static final int HEIGHT = 1000;

    private static final int COLOUR_BYTES = 12;

    private final Process process;
    private final String display;
    private final Path picture;

    private XServer(Process process, String display, Path picture) {
        this.process = process;
        this.display = display;
        this.picture = picture;
    }

    /** Starts one, or skips the test where it or {@code xdotool} is missing. */
    static XServer start(Path folder) throws IOException {
        Programs.need("Xvfb", "xdotool");
        var jdk = Programs.run(Checkout.root().resolve("bin/find-jdk").toString())
                .out()
                .strip();
        assumeTrue(Files.exists(Path.of(jdk, "lib", "libawt_xawt.so")), "this JDK has no windows");
        var process = new ProcessBuilder(
                        "Xvfb",
                        "-displayfd",
                        "1",
                        "-fbdir",
                        folder.toString(),
                        "-screen",
                        "0",
                        WIDTH + "x" + HEIGHT + "x24",
                        "-nolisten",
                        "tcp")
                .redirectError(folder.resolve("xvfb.log").toFile())
                .start();
        BufferedReader out = process.inputReader();
        String number = out.readLine();
        if (number == null) {
            throw new AssertionError("Xvfb did not start:\n" + Files.readString(folder.resolve("xvfb.log")));
        }
        return new XServer(process, ":" + number, folder.resolve("Xvfb_screen0"));
    }

    String display() {
        return display;
    }

    /** Runs xdotool on this display. */
    Outcome xdotool(String... words) {
        var command = new ArrayList<>(List.of("env", "DISPLAY=" + display, "xdotool"));
        command.addAll(List.of(words));
        return Programs.run(command.toArray(String[]::new));
    }

    /** The numbers of the windows whose name matches. */
    List<String> windows(String name) {
        return xdotool("search", "--name", name).out().lines().toList();
    }

    /** What is to be seen now: each pixel {@code 0xRRGGBB}, row by row. */
    int[] pixels() throws IOException {
        var file = ByteBuffer.wrap(Files.readAllBytes(picture));
        int header = file.getInt(0);
        int rowBytes = file.getInt(12 * Integer.BYTES);
        int colours = file.getInt(19 * Integer.BYTES);
        int start = header + colours * COLOUR_BYTES;
        int[] pixels = new int[WIDTH * HEIGHT];
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                // The pixels are little-endian, whatever the header's words are.
                pixels[y * WIDTH + x] =
                        Integer.reverseBytes(file.getInt(start + y * rowBytes + x * Integer.BYTES)) & 0xffffff;
            }
        }
        return pixels;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
