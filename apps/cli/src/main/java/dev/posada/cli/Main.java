package dev.posada.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** {@code posada image VERB …}; the exit status is the verb's. */
public final class Main {
    /** So long an interrupted command may take to remove what it has half made. */
    private static final int CLEAN_UP_SECONDS = 10;

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
            status = run(words, new Console(out, System.err, cancellation));
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

    static int run(String[] words, Console console) {
        if (words.length > 0 && words[0].equals("image")) {
            return new ImageCommand(console).run(Arrays.copyOfRange(words, 1, words.length));
        }
        boolean help = words.length > 0 && (words[0].equals("--help") || words[0].equals("-h"));
        (help ? console.out() : console.err())
                .println("usage: posada image VERB ...      works on disk images as qemu-img does\n"
                        + "       posada image --help       lists the verbs");
        return help ? 0 : 1;
    }
}
