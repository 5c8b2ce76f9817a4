package dev.posada.rfb;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A machine without a disk but for one sector that paints the screen, with QEMU's own VNC server on a unix socket. */
final class Qemu implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/bin/qemu-system-x86_64");
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Path folder;
    private final Process process;
    private SocketChannel monitor;
    private BufferedReader answers;
    private OutputStream questions;

    private Qemu(Path folder, Process process) {
        this.folder = folder;
        this.process = process;
    }

    static boolean isInstalled() {
        return Files.isExecutable(PROGRAM);
    }

    /**
     * Starts it and waits for its monitor.
     *
     * @param vnc what follows the socket's name in the option of that name
     */
    static Qemu start(Path folder, String vnc, String... more) throws IOException {
        return start(folder, painter(0xf4, 0xeb, 0xfd /* hlt; jmp to it */), vnc, more);
    }

    /** The same, but from text to picture and back for ever; it waits to be told to begin. */
    static Qemu startRestless(Path folder) throws IOException {
        return start(
                folder, painter(0xb8, 0x03, 0x00, 0xcd, 0x10, 0xeb, 0xe4 /* mov ax, 3; int 10h; jmp to 0 */), "", "-S");
    }

    private static Qemu start(Path folder, byte[] content, String vnc, String... more) throws IOException {
        var disk = folder.resolve("painter.img");
        Files.write(disk, content);
        List<String> words = new ArrayList<>(List.of(
                PROGRAM.toString(),
                "-nodefaults",
                "-machine",
                "pc,accel=tcg",
                "-m",
                "32",
                "-display",
                "none",
                "-vga",
                "std",
                "-drive",
                "file=" + disk + ",format=raw,if=ide",
                "-qmp",
                "unix:" + folder.resolve("qmp") + ",server=on,wait=off",
                "-vnc",
                "unix:" + folder.resolve("vnc") + vnc));
        words.addAll(List.of(more));
        var process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        var qemu = new Qemu(folder, process);
        try {
            qemu.openMonitor();
            return qemu;
        } catch (IOException | RuntimeException | Error e) {
            qemu.close();
            throw e;
        }
    }

    /** Mode 13h, and each of its pixels the low half of its place combined with the high; then what is given. */
    private static byte[] painter(int... then) {
        int[] code = {
            0xb8,
            0x13,
            0x00,
            0xcd,
            0x10, // mov ax, 13h; int 10h
            0xb8,
            0x00,
            0xa0,
            0x8e,
            0xc0, // mov ax, a000h; mov es, ax
            0x31,
            0xff, // xor di, di
            0x89,
            0xf8,
            0x30,
            0xe0,
            0xaa, // mov ax, di; xor al, ah; stosb
            0x09,
            0xff,
            0x75,
            0xf7 // or di, di; jnz to the mov before
        };
        byte[] disk = new byte[1 << 20];
        for (int i = 0; i < code.length; i++) {
            disk[i] = (byte) code[i];
        }
        for (int i = 0; i < then.length; i++) {
            disk[code.length + i] = (byte) then[i];
        }
        disk[510] = 0x55;
        disk[511] = (byte) 0xaa;
        return disk;
    }

    private void openMonitor() throws IOException {
        await("QEMU's monitor", () -> {
            if (!process.isAlive()) {
                throw new AssertionError("QEMU ended: " + log());
            }
            try {
                monitor = connect("qmp");
                return true;
            } catch (IOException notYet) {
                return false;
            }
        });
        answers = new BufferedReader(new InputStreamReader(Channels.newInputStream(monitor), StandardCharsets.UTF_8));
        questions = Channels.newOutputStream(monitor);
        answers.readLine();
        execute("{\"execute\":\"qmp_capabilities\"}");
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Connects to one of its sockets, {@code vnc} or {@code qmp}. */
    SocketChannel connect(String name) throws IOException {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(folder.resolve(name)));
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    void execute(String json) throws IOException {
        questions.write((json + "\n").getBytes(StandardCharsets.UTF_8));
        questions.flush();
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            if (line.startsWith("{\"return\"")) {
                return;
            }
            if (line.startsWith("{\"error\"")) {
                throw new IOException(line);
            }
        }
        throw new IOException("QEMU has gone: " + log());
    }

    /** What QEMU itself says that the screen shows: width, height and the pixels. */
    TestEncoder.Picture screendump() throws IOException {
        var file = folder.resolve("dump.ppm");
        execute("{\"execute\":\"screendump\",\"arguments\":{\"filename\":\"" + file + "\"}}");
        byte[] ppm = Files.readAllBytes(file);
        int at = 0;
        int[] head = new int[4];
        for (int i = 0; i < 4; i++) {
            int end = at;
            while (ppm[end] > ' ') {
                end++;
            }
            String word = new String(ppm, at, end - at, StandardCharsets.US_ASCII);
            head[i] = i == 0 ? 0 : Integer.parseInt(word);
            at = end + 1;
        }
        int[] rgb = new int[head[1] * head[2]];
        for (int i = 0; i < rgb.length; i++, at += 3) {
            rgb[i] = (ppm[at] & 0xff) << 16 | (ppm[at + 1] & 0xff) << 8 | (ppm[at + 2] & 0xff);
        }
        return new TestEncoder.Picture(head[1], head[2], rgb);
    }

    /** Whether a screen shows just what QEMU says it does. */
    boolean shows(Framebuffer screen) throws IOException {
        var dump = screendump();
        return dump.width() == screen.width()
                && dump.height() == screen.height()
                && Arrays.equals(dump.rgb(), screen.pixels());
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("no " + what + " within " + PATIENCE);
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        if (monitor != null) {
            monitor.close();
        }
        process.onExit().join();
    }
}
