package dev.posada.network;

import dev.posada.link.HostCommands;
import dev.posada.link.LinkException;
import dev.posada.model.ErrorCode;
import dev.posada.posix.Signals;
import dev.posada.process.Child;
import dev.posada.process.ChildCommand;
import dev.posada.process.Children;
import dev.posada.process.Executables;
import dev.posada.process.LogFile;
import dev.posada.process.ProcessException;
import dev.posada.process.ProcessIdentity;
import dev.posada.process.ProcessTable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The dnsmasq of one network: a child that outlives the daemon, is found again, and started again when it dies.
 *
 * <p>State is guarded by this object's monitor, which is never held while something is waited for; the engine never has two
 * changing calls of one network under way, and a death that is noticed meanwhile only starts what nobody else starts.
 */
final class Dnsmasq {
    private static final System.Logger LOG = System.getLogger("posada.network");

    /** How long it may take until it serves, on a busy host. */
    private static final Duration START_TIMEOUT = Duration.ofSeconds(15);

    private static final Duration GLANCE = Duration.ofMillis(3);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

    /** Dying more often than this in that time is no accident: it is left dead, and the log says so. */
    private static final int RESTARTS_MAX = 5;

    private static final Duration RESTARTS_SPAN = Duration.ofMinutes(1);
    private static final int LOG_TAIL_BYTES = 16 << 10;

    /** A line of its log, or what it says before it has one; the last part is for people. */
    private static final Pattern LOG_LINE = Pattern.compile("^dnsmasq[a-z-]*(?:\\[[0-9]+])?: (.*)$");

    /** What follows the reason in the log of one that cannot start. */
    private static final String FAILED = "FAILED to start up";

    private final String network;
    private final NetworkFiles files;
    private final Children children;
    private final Deque<Instant> restarts = new ArrayDeque<>();
    private Optional<Child> child = Optional.empty();

    /** Grows with every stop and restart: who has been starting one since before must end it again. */
    private int epoch;

    Dnsmasq(String network, NetworkFiles files, Children children) {
        this.network = network;
        this.files = files;
        this.children = children;
    }

    /** Refuses a network that needs it where it is not installed; before anything is touched. */
    static void require(String network) {
        try {
            HostCommands.require("network '" + network + "' needs dnsmasq", "dnsmasq");
        } catch (LinkException e) {
            throw NetworkErrors.failed(e);
        }
    }

    /** Writes its files and starts it; when this returns it serves. */
    void start(NetworkPlan plan) {
        write(plan);
        launch(epoch());
    }

    /** Takes over the one that runs, or starts it. */
    void find(NetworkPlan plan) {
        boolean changed = write(plan);
        var running = StateFiles.read(files.identity())
                .flatMap(ProcessIdentity::parse)
                .or(() -> strays().map(ProcessTable.Found::identity).findFirst())
                .flatMap(children::adopt);
        if (running.isEmpty()) {
            LOG.log(Level.WARNING, "dnsmasq of network ''{0}'' was gone: it is started again", network);
            launch(epoch());
            return;
        }
        watch(running.get(), epoch());
        if (changed) {
            restart();
        }
    }

    /** Follows a changed definition. */
    void update(NetworkPlan plan) {
        var conf = conf(plan);
        boolean main = StateFiles.writeIfChanged(files.dnsmasq().main(), conf.main());
        boolean hosts = StateFiles.writeIfChanged(files.dnsmasq().hosts(), conf.hosts());
        hosts |= StateFiles.writeIfChanged(files.dnsmasq().names(), conf.names());
        if (main || current().isEmpty()) {
            restart();
        } else if (hosts) {
            current().ifPresent(running -> running.signal(Signals.HUP));
        }
    }

    /** Ends it; its leases stay. */
    void stop() {
        forget();
        var running = StateFiles.read(files.identity())
                .flatMap(ProcessIdentity::parse)
                .flatMap(children::adopt);
        running.ifPresent(this::end);
        if (running.isEmpty()) {
            // One whose number was never written down: a daemon was killed at the wrong moment.
            strays().flatMap(found -> children.adopt(found.identity()).stream()).forEach(this::end);
        }
        StateFiles.delete(files.identity());
        StateFiles.delete(files.dnsmasq().pid());
        StateFiles.delete(files.dnsmasq().main());
        StateFiles.delete(files.dnsmasq().hosts());
        StateFiles.delete(files.dnsmasq().names());
    }

    /** Lets go of it: it serves on. */
    synchronized void forget() {
        epoch++;
        child = Optional.empty();
    }

    private synchronized int epoch() {
        return epoch;
    }

    private synchronized Optional<Child> current() {
        return child.filter(Child::isRunning);
    }

    private void restart() {
        var old = current();
        forget();
        old.ifPresent(this::end);
        launch(epoch());
    }

    private boolean write(NetworkPlan plan) {
        var conf = conf(plan);
        StateFiles.writeIfChanged(files.dnsmasq().names(), conf.names());
        StateFiles.writeIfChanged(files.dnsmasq().hosts(), conf.hosts());
        return StateFiles.writeIfChanged(files.dnsmasq().main(), conf.main());
    }

    private DnsmasqConf conf(NetworkPlan plan) {
        return DnsmasqConf.of(plan, files.dnsmasq(), user());
    }

    /**
     * Whom it becomes once its sockets are open. It reads the hosts again on a signal, so it stays root where that user could
     * not reach them: under a folder that is closed to others.
     */
    private String user() {
        for (var folder = files.dnsmasq().hosts().toAbsolutePath().getParent();
                folder != null;
                folder = folder.getParent()) {
            if (Files.isDirectory(folder) && !permissions(folder).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                return "root";
            }
        }
        return UnprivilegedUser.name();
    }

    private static Set<PosixFilePermission> permissions(Path folder) {
        try {
            return Files.getPosixFilePermissions(folder);
        } catch (IOException unreadable) {
            return Set.of();
        }
    }

    private void launch(int since) {
        StateFiles.delete(files.dnsmasq().pid());
        var program = Executables.find("dnsmasq")
                .orElseThrow(() -> NetworkErrors.of(
                        ErrorCode.OPERATION_FAILED,
                        "network '" + network + "' needs dnsmasq: install the package dnsmasq-base"));
        // None but these: what a daemon was started with is not dnsmasq's business.
        var environment = new HashMap<String, String>();
        environment.put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        environment.put("LC_ALL", "C");
        Child started;
        try {
            Files.createDirectories(files.log().getParent());
            started = children.start(ChildCommand.of(program, List.of(argument()))
                    .withEnvironment(environment)
                    .withLog(new LogFile(files.log())));
        } catch (ProcessException e) {
            throw NetworkErrors.of(ErrorCode.OPERATION_FAILED, "network '" + network + "': " + e.getMessage());
        } catch (IOException e) {
            throw NetworkErrors.failed("cannot make the folder of '" + files.log() + "'", e);
        }
        boolean serves = false;
        try {
            StateFiles.write(files.identity(), started.identity().text() + "\n");
            awaitService(started);
            serves = true;
        } finally {
            if (!serves) {
                end(started);
            }
        }
        watch(started, since);
    }

    private String argument() {
        return "--conf-file=" + files.dnsmasq().main();
    }

    /** It says so in its log once it has all it wants, and ends when it cannot have it; its number is written before. */
    private void awaitService(Child started) {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        var words = "dnsmasq[" + started.pid() + "]: started,";
        while (logTail().lines().noneMatch(line -> line.startsWith(words))) {
            if (started.awaitEnd(GLANCE).isPresent()) {
                throw NetworkErrors.of(
                        ErrorCode.OPERATION_FAILED,
                        "dnsmasq of network '" + network + "' ended at once: " + lastWords());
            }
            if (System.nanoTime() > deadline) {
                throw NetworkErrors.of(
                        ErrorCode.OPERATION_TIMEOUT,
                        "dnsmasq of network '" + network + "' did not begin to serve within "
                                + START_TIMEOUT.toSeconds() + " s: its log is " + files.log());
            }
        }
    }

    private String lastWords() {
        return logTail()
                .lines()
                .map(LOG_LINE::matcher)
                .filter(Matcher::matches)
                .map(line -> line.group(1))
                .filter(words -> !words.equals(FAILED))
                .reduce((_, last) -> last)
                .orElse("its log is " + files.log());
    }

    /** The end of its log; empty while there is none. */
    private String logTail() {
        try (var log = FileChannel.open(files.log())) {
            log.position(Math.max(0, log.size() - LOG_TAIL_BYTES));
            var bytes = ByteBuffer.allocate(LOG_TAIL_BYTES);
            while (bytes.hasRemaining() && log.read(bytes) > 0) {
                // Until the end of the file, or of the room.
            }
            return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
        } catch (IOException none) {
            return "";
        }
    }

    private void watch(Child running, int since) {
        boolean late;
        synchronized (this) {
            late = epoch != since;
            child = late ? child : Optional.of(running);
        }
        if (late) {
            end(running);
        } else {
            running.onEnd(_ -> died(running, since));
        }
    }

    private void died(Child who, int since) {
        synchronized (this) {
            if (epoch != since || child.filter(who::equals).isEmpty()) {
                return;
            }
            var now = Instant.now();
            restarts.removeIf(before -> before.isBefore(now.minus(RESTARTS_SPAN)));
            if (restarts.size() >= RESTARTS_MAX) {
                LOG.log(
                        Level.ERROR,
                        "dnsmasq of network ''{0}'' died {1} times within a minute and is left dead: {2}; it is started"
                                + " again with the network, with a change of it, or with the daemon",
                        network,
                        RESTARTS_MAX + 1,
                        lastWords());
                return;
            }
            restarts.add(now);
        }
        LOG.log(Level.WARNING, "dnsmasq of network ''{0}'' died: it is started again", network);
        try {
            launch(since);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "dnsmasq of network ''{0}'' cannot be started again: {1}", network, e.getMessage());
        }
    }

    private void end(Child running) {
        running.signal(Signals.TERM);
        if (running.awaitEnd(STOP_TIMEOUT).isEmpty()) {
            running.kill();
            running.awaitEnd(STOP_TIMEOUT);
        }
    }

    private Stream<ProcessTable.Found> strays() {
        return ProcessTable.find(line -> !line.isEmpty()
                        && line.contains(argument())
                        && line.getFirst().endsWith("dnsmasq"))
                .stream();
    }
}
