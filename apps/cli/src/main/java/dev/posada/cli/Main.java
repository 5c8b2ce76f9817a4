package dev.posada.cli;

import dev.posada.terminal.Cancellation;
import dev.posada.terminal.Console;
import dev.posada.terminal.Tool;
import dev.posada.virsh.VirshTool;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One program of several names: the first word is the name it was called by, the others are the user's. */
public final class Main {
    /** So long an interrupted command may take to remove what it has half made. */
    private static final int CLEAN_UP_SECONDS = 10;

    private static final int UNKNOWN_TOOL = 127;

    private Main() {}

    public static void main(String[] words) {
        var cancellation = new Cancellation();
        var ended = new CountDownLatch(1);
        // On Ctrl-C the JVM runs this and then ends, whatever other threads do: so they are told, and waited for.
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
            cancellation.request();
            await(ended);
        }));
        int status;
        // The JDK's standard output writes each line by itself, which is slow for long maps.
        try (var out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8)) {
            var console = new Console(System.in, out, System.err, cancellation);
            status = run(words[0], List.of(Arrays.copyOfRange(words, 1, words.length)), console);
            out.flush();
        } finally {
            ended.countDown();
        }
        if (status != 0) {
            // To return is the quicker way out: System.exit looks for a logger to tell, through all of the class path.
            System.exit(status);
        }
    }

    private static void await(CountDownLatch ended) {
        try {
            ended.await(CLEAN_UP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static int run(String name, List<String> words, Console console) {
        return tool(name).map(tool -> tool.run(words, console)).orElseGet(() -> {
            console.err().println("posada: there is no program '" + name + "'");
            return UNKNOWN_TOOL;
        });
    }

    /** Loads the classes of that tool alone. */
    private static Optional<Tool> tool(String name) {
        return switch (name) {
            case "posada" -> Optional.of(new PosadaTool());
            case "virsh" -> Optional.of(new VirshTool());
            default -> Optional.empty();
        };
    }
}
