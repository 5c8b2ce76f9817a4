package dev.posada.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The program posadad. */
final class Main {
    private static final System.Logger LOG = System.getLogger("posada.daemon");

    /** How often an otherwise idle daemon with {@code --timeout} looks whether it still is. */
    private static final Duration IDLE_CHECK_MAX = Duration.ofSeconds(5);

    private Main() {}

    public static void main(String[] words) {
        int status;
        try {
            status = run(List.of(words)).number();
        } catch (StartException e) {
            System.err.println("posadad: " + e.getMessage());
            status = e.exit().number();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "the daemon cannot go on; this is a mistake in the program", e);
            status = ExitCode.FAILED.number();
        }
        DaemonLoggers.ofProcess().close();
        System.exit(status);
    }

    private static ExitCode run(List<String> words) {
        var options = Options.parse(words);
        switch (options.show()) {
            case HELP -> System.out.print(Help.text());
            case VERSION -> System.out.println(Help.version());
            case NOTHING -> serve(options);
        }
        return ExitCode.STOPPED;
    }

    private static void serve(Options options) {
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> LOG.log(
                System.Logger.Level.ERROR,
                "uncaught in thread '" + thread.getName() + "'; the daemon goes on",
                thrown));
        var places = Places.of(options.root(), privileged(), System.getenv());
        var settings = Settings.load(options, places, underJournal());
        var book = DaemonLoggers.ofProcess();
        book.open(settings.logs());
        options.pidFile().ifPresent(Main::writePid);
        var daemon = Daemon.start(places, settings);
        // SIGTERM, SIGINT and SIGHUP: to end in order is no failure, so the status is 0 and not the signal's.
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("posada-stop").unstarted(() -> {
                    LOG.log(System.Logger.Level.INFO, "stopping; guests go on");
                    daemon.close();
                    options.pidFile().ifPresent(Main::removePid);
                    book.close();
                    Runtime.getRuntime().halt(ExitCode.STOPPED.number());
                }));
        System.out.println("posadad ready " + daemon.uri());
        LOG.log(System.Logger.Level.INFO, Help.version() + " is ready at " + daemon.uri());
        try (var _ = HeapCare.ofProcess(() -> daemon.counts().calls())) {
            awaitIdle(daemon, options.timeout());
        }
    }

    /** Returns once the daemon has served nobody for as long as given; never without a timeout. */
    private static void awaitIdle(Daemon daemon, Optional<Duration> timeout) {
        var never = new CountDownLatch(1);
        try {
            if (timeout.isEmpty()) {
                never.await();
                return;
            }
            var wait = timeout.get().compareTo(IDLE_CHECK_MAX) < 0 ? timeout.get() : IDLE_CHECK_MAX;
            long idleSince = System.nanoTime();
            while (System.nanoTime() - idleSince < timeout.get().toNanos()) {
                never.await(wait.toMillis(), TimeUnit.MILLISECONDS);
                if (!daemon.idle()) {
                    idleSince = System.nanoTime();
                }
            }
            LOG.log(System.Logger.Level.INFO, "idle for " + timeout.get().toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asked of the kernel's files: a native call would have to load what start-up can do without. */
    private static boolean privileged() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException e) {
            throw new StartException(ExitCode.FAILED, "cannot find out who we are: " + Reasons.of(e), e);
        }
    }

    /** Whether standard error is the connection to the journal systemd made for us, systemd.exec(5). */
    private static boolean underJournal() {
        var stream = System.getenv("JOURNAL_STREAM");
        if (stream == null) {
            return false;
        }
        try {
            var error = Path.of("/proc/self/fd/2");
            return stream.equals(Files.getAttribute(error, "unix:dev") + ":" + Files.getAttribute(error, "unix:ino"));
        } catch (IOException e) {
            return false;
        }
    }

    private static void writePid(Path file) {
        try {
            Files.writeString(file, ProcessHandle.current().pid() + "\n");
        } catch (IOException e) {
            throw new StartException(ExitCode.FAILED, "cannot write --pid-file " + file + ": " + Reasons.of(e), e);
        }
    }

    private static void removePid(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot remove " + file + ": " + Reasons.of(e));
        }
    }
}
