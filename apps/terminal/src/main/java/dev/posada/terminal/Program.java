package dev.posada.terminal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Runs a tool as this process. */
public final class Program {
    /** So long an interrupted tool may take to remove what it has half made. */
    private static final int CLEAN_UP_SECONDS = 10;

    private Program() {}

    /** Runs a tool on the standard streams and ends the process with its exit status. */
    public static void run(Tool tool, List<String> words) {
        var cancellation = new Cancellation();
        var ended = new CountDownLatch(1);
        // On Ctrl-C the JVM runs this and then ends, whatever other threads do: so they are told, and waited for.
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
            if (cancellation.request()) {
                await(ended);
            }
        }));
        // The JDK's standard output writes each line by itself, which is slow for long maps.
        var out = new PrintStream(new StandardOutput(), false, StandardCharsets.UTF_8);
        try {
            int status = tool.run(words, new Console(System.in, out, System.err, cancellation));
            out.flush();
            if (!TRAINING) {
                // System.exit would first look for a logger to tell, through all of the class path. And after Ctrl-C
                // it is this that ends the process: a tool that heeded it has a status of its own.
                Runtime.getRuntime().halt(status);
            }
        } finally {
            ended.countDown();
        }
    }

    /** A JVM that learns for its cache must end in the common way. */
    private static final boolean TRAINING = System.getProperty("posada.training") != null;

    /**
     * Standard output. Where nobody reads it any more, as after {@code | head -1}, the process ends without a word, with
     * the status of one that SIGPIPE has killed: the JVM passes that signal over, and a loop would write on for ever.
     */
    private static final class StandardOutput extends OutputStream {
        private static final int KILLED_BY_SIGPIPE = 128 + 13;

        private final FileOutputStream file = new FileOutputStream(FileDescriptor.out);

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            try {
                file.write(bytes, from, count);
            } catch (IOException e) {
                if ("Broken pipe".equals(e.getMessage())) {
                    Runtime.getRuntime().halt(KILLED_BY_SIGPIPE);
                }
                throw e;
            }
        }
    }

    private static void await(CountDownLatch ended) {
        try {
            ended.await(CLEAN_UP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
