package dev.posada.jvm;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/** The program that domains of these tests run; the first argument says what it does. It is packed into a jar of its own. */
public final class Guest {
    private static final int PIECE_BYTES = 1 << 20;
    private static final int PAGE_BYTES = 4096;

    private Guest() {}

    public static void main(String[] arguments) throws Exception {
        System.out.println("guest says " + String.join(" ", arguments));
        switch (arguments[0]) {
            case "idle" -> idle();
            case "exit" -> System.exit(Integer.parseInt(arguments[1]));
            case "complain" -> {
                System.err.println("the configuration is missing");
                System.exit(1);
            }
            case "throw" -> throw new IllegalStateException("no luck today");
            case "echo" -> echo();
            case "window" -> window();
            case "heap" -> eatHeap();
            case "memory" -> eatMemory();
            case "spin" -> spin();
            case "hook" -> {
                Runtime.getRuntime().addShutdownHook(new Thread(() -> write(Path.of(arguments[1]), "hooks ran")));
                System.out.println("ready");
                idle();
            }
            case "await" -> {
                // Fails as soon as a file is there.
                System.out.println("awaiting");
                while (Files.notExists(Path.of(arguments[1]))) {
                    LockSupport.parkNanos(5_000_000);
                }
                System.err.println("it came");
                System.exit(7);
            }
            case "once" -> {
                // Crashes at its first run, and is well at its second.
                var mark = Path.of(arguments[1]);
                if (Files.notExists(mark)) {
                    write(mark, "crashed");
                    System.exit(4);
                }
                System.out.println("well again");
                idle();
            }
            case "surroundings" -> {
                System.getenv().forEach((name, value) -> System.out.println("env " + name + "=" + value));
                System.out.println("dir " + Path.of("").toAbsolutePath());
                System.out.println("property " + System.getProperty("greeting"));
                System.out.println("processors " + Runtime.getRuntime().availableProcessors());
                try (var lines = Files.lines(Path.of("/proc/self/status"))) {
                    lines.forEach(line -> System.out.println("status " + line.replace('\t', ' ')));
                }
                System.out.println("temporary " + Files.createTempFile("guest", ""));
                System.out.println("told");
                idle();
            }
            default -> System.exit(64);
        }
    }

    private static void idle() throws InterruptedException {
        new CountDownLatch(1).await();
    }

    private static void echo() throws IOException {
        var keyboard = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (var line = keyboard.readLine(); line != null; line = keyboard.readLine()) {
            if (line.equals("break down")) {
                System.exit(7);
            }
            System.out.println("heard " + line.toUpperCase(Locale.ROOT));
        }
    }

    /** Says how large its terminal is whenever a line is typed. */
    private static void window() throws Exception {
        var keyboard = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (var line = keyboard.readLine(); line != null; line = keyboard.readLine()) {
            System.out.println("at " + line);
            var stty = new ProcessBuilder("stty", "size").inheritIO().start();
            System.out.println("asked, status " + stty.waitFor());
        }
    }

    private static void eatHeap() {
        List<byte[]> kept = new ArrayList<>();
        while (kept.size() < Integer.MAX_VALUE) {
            kept.add(new byte[PIECE_BYTES]);
        }
    }

    /** Outside of the heap, where only the kernel sees to it. */
    private static void eatMemory() {
        List<ByteBuffer> kept = new ArrayList<>();
        while (kept.size() < Integer.MAX_VALUE) {
            var piece = ByteBuffer.allocateDirect(PIECE_BYTES);
            for (int at = 0; at < PIECE_BYTES; at += PAGE_BYTES) {
                piece.put(at, (byte) 1);
            }
            kept.add(piece);
        }
    }

    private static void spin() {
        long sum = 0;
        while (true) {
            sum++;
            if (sum == Long.MIN_VALUE) {
                System.out.println(sum);
            }
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
