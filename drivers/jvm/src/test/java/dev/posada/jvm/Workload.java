package dev.posada.jvm;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A program for the tests: does what it is told on its standard input, a word a line, and answers each with a line. */
final class Workload {
    private static final List<byte[]> KEPT = new ArrayList<>();
    private static final CountDownLatch NEVER = new CountDownLatch(1);

    private Workload() {}

    public static void main(String[] arguments) throws Exception {
        System.out.println("ready");
        try (var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                switch (line) {
                    case "collect" -> System.gc();
                    case "keep" -> KEPT.add(new byte[8 << 20]);
                    case "thread" -> thread();
                    case "environment" -> System.out.println(Map.copyOf(System.getenv()));
                    default -> System.exit(Integer.parseInt(line));
                }
                System.out.println("done");
            }
        }
    }

    private static void thread() throws InterruptedException {
        var started = new CountDownLatch(1);
        var thread = new Thread(() -> idle(started), "idle-of-workload");
        thread.setDaemon(true);
        thread.start();
        started.await();
    }

    private static void idle(CountDownLatch started) {
        started.countDown();
        try {
            NEVER.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
