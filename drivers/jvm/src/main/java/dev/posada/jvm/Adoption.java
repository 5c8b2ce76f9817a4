package dev.posada.jvm;

import dev.posada.driver.Arrivals;
import dev.posada.driver.DomainRecord;
import dev.posada.driver.InstanceState;
import dev.posada.driver.LiveDomain;
import dev.posada.driver.LiveListener;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainState;
import dev.posada.model.DomainStatus;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.LifecycleChange;
import dev.posada.model.PosadaException;
import dev.posada.posix.CurrentProcess;
import dev.posada.process.Child;
import dev.posada.process.ProcessFacts;
import dev.posada.process.ProcessIdentity;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Takes Java virtual machines for domains that somebody else started: those it is told to, and with {@code discover = "all"}
 * each there is, except the daemon itself, Posada's own tools and the programs of its domains. A daemon that is not root's sees
 * its own user's alone.
 *
 * <p>A JVM is known by a uuid made of its number, its start and the boot, so that it is the same domain for the next daemon and
 * no other process ever is.
 */
final class Adoption implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("posada.jvm");

    /** How often it is looked for new ones. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

    /** Most processes of a host that are looked at. */
    private static final int PROCESSES_MAX = 100_000;

    /** Most that are listed. */
    private static final int CANDIDATES_MAX = 4096;

    private static final String OURS = "dev.posada.";

    private final Workshop workshop;
    private final Predicate<Integer> ours;

    /** Those looked at before that are no JVM of interest; only the watching thread has it in hand. */
    private final Set<ProcessIdentity> passedOver = new HashSet<>();

    private volatile Optional<Arrivals> arrivals = Optional.empty();
    private final CountDownLatch closed = new CountDownLatch(1);

    /** @param ours whether a process is the program of a domain already */
    Adoption(Workshop workshop, Predicate<Integer> ours) {
        this.workshop = workshop;
        this.ours = ours;
    }

    /** From now on those that are adopted are told of here. */
    void watch(Arrivals told) {
        arrivals = Optional.of(told);
        if (workshop.settings().discoversAll()) {
            Thread.ofVirtual().name("jvm-discovery").start(this::discover);
        }
    }

    /**
     * Adopts a process.
     *
     * @return the uuid of its domain
     * @throws PosadaException {@code INVALID_ARG} when it is no JVM or none of ours to look after, {@code OPERATION_INVALID}
     *     when it is a domain already
     */
    UUID adopt(long process) {
        var jvm = candidate(process);
        arrive(jvm);
        new Diagnostics(jvm.name(), jvm.identity(), Optional.empty()).invite();
        return jvm.uuid();
    }

    /** What a process would be defined as. */
    DomainDefinition definition(String process) {
        try {
            return complete(candidate(Long.parseLong(process)));
        } catch (NumberFormatException notOne) {
            throw Refusal.argument("'" + Refusal.shown(process) + "' is not the number of a process");
        }
    }

    /** The JVMs that could be adopted now, as a document. */
    Element listing() {
        var listing = Element.of("candidates");
        for (var jvm : candidates()) {
            var version = jvm.data().text("java.property.java.vm.version").orElse("");
            listing = listing.plus(Element.of(
                    "jvm",
                    "pid",
                    Integer.toString(jvm.pid()),
                    "name",
                    jvm.name(),
                    "user",
                    jvm.user(),
                    "version",
                    version,
                    "program",
                    jvm.program()));
        }
        return listing;
    }

    private DomainDefinition complete(HostJvm jvm) {
        return Completion.of(jvm.definition(), workshop.architecture());
    }

    private HostJvm candidate(long process) {
        if (process < 1
                || process > Integer.MAX_VALUE
                || ProcessFacts.of((int) process).isEmpty()) {
            throw Refusal.argument("there is no process " + process);
        }
        int pid = (int) process;
        if (!mayLookAfter(pid)) {
            throw Refusal.argument(
                    "process " + pid + " is another user's; a session's daemon looks after its own user's alone");
        }
        if (pid == CurrentProcess.pid()) {
            throw Refusal.argument("process " + pid + " is a part of Posada itself");
        }
        var found = HostJvm.of(pid);
        if (ours.test(pid) || found.filter(this::isStarting).isPresent()) {
            throw Refusal.invalid("process " + pid + " is the program of a domain already");
        }
        var jvm = found.orElseThrow(() -> Refusal.argument(
                "process " + pid + " is no HotSpot JVM, or one that has only begun or takes no signals (-Xrs)"));
        if (isPosada(jvm)) {
            throw Refusal.argument("process " + pid + " is a part of Posada itself");
        }
        return jvm;
    }

    private static boolean mayLookAfter(int pid) {
        int self = CurrentProcess.effectiveUid();
        return self == 0
                || ProcessStatus.of(pid).filter(status -> status.uid() == self).isPresent();
    }

    private static boolean isPosada(HostJvm jvm) {
        return jvm.pid() == CurrentProcess.pid()
                || jvm.program().startsWith(OURS)
                || jvm.data().text("sun.rt.javaCommand").orElse("").startsWith(OURS);
    }

    private void arrive(HostJvm jvm) {
        var told = arrivals.orElseThrow(() -> Refusal.invalid("the daemon is not yet ready to adopt"));
        var definition = complete(jvm);
        told.running(definition, false, (id, listener, journal) -> {
            journal.accept(AdoptedJvm.journal(jvm.identity()));
            var process = workshop.children()
                    .adopt(jvm.identity())
                    .orElseThrow(() -> Refusal.invalid("process " + jvm.pid() + " has ended"));
            var live = new DomainDefinition(definition.root().with("id", Integer.toString(id)));
            var domain = new AdoptedJvm(workshop, new InstanceState(live, listener), process);
            boolean stopped = isStopped(process);
            domain.begin(
                    stopped ? DomainStatus.PAUSED_USER : DomainStatus.RUNNING_UNKNOWN, LifecycleChange.STARTED_BOOTED);
            return domain;
        });
    }

    private static boolean isStopped(Child process) {
        return ProcessFacts.of(process.pid())
                .filter(facts -> facts.state() == ProcessFacts.State.STOPPED)
                .isPresent();
    }

    /** Finds an adopted JVM again, or that it has ended. */
    Optional<LiveDomain> recover(DomainRecord record, LiveListener listener) {
        var process = record.journal().flatMap(AdoptedJvm::process).flatMap(workshop.children()::adopt);
        if (process.isEmpty()) {
            listener.ended(
                    DomainStatus.SHUTOFF_UNKNOWN,
                    LifecycleChange.STOPPED_SHUTDOWN,
                    "the process ended while no daemon looked on");
            return Optional.empty();
        }
        var recorded = record.definition().root();
        var live = new DomainDefinition(
                recorded.attribute("id").isPresent() ? recorded : recorded.with("id", Integer.toString(record.id())));
        var domain = new AdoptedJvm(workshop, new InstanceState(live, listener), process.get());
        boolean paused = record.status().state() == DomainState.PAUSED;
        domain.begin(
                isStopped(process.get())
                        ? DomainStatus.PAUSED_USER
                        : paused ? DomainStatus.RUNNING_UNKNOWN : record.status());
        return Optional.of(domain);
    }

    /** The JVMs that could be adopted now. */
    List<HostJvm> candidates() {
        var found = new ArrayList<HostJvm>();
        var taken = arrivals.map(Arrivals::known).orElse(List.of()).stream()
                .map(known -> known.identity().uuid())
                .toList();
        for (int pid : processes()) {
            look(pid).filter(jvm -> !taken.contains(jvm.uuid())).ifPresent(found::add);
            if (found.size() == CANDIDATES_MAX) {
                break;
            }
        }
        return found;
    }

    private Optional<HostJvm> look(int pid) {
        return mayLookAfter(pid) && !ours.test(pid)
                ? HostJvm.of(pid).filter(jvm -> !isPosada(jvm) && !isStarting(jvm))
                : Optional.empty();
    }

    /** Whether it is the program of a domain that is just being started, and not yet among those that are. */
    private boolean isStarting(HostJvm jvm) {
        return jvm.property("java.io.tmpdir")
                .filter(folder -> Path.of(folder).startsWith(workshop.context().stateDirectory()))
                .isPresent();
    }

    private static List<Integer> processes() {
        var pids = new ArrayList<Integer>();
        try (var folders = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
            for (var folder : folders) {
                pids.add(Integer.parseInt(String.valueOf(folder.getFileName())));
                if (pids.size() == PROCESSES_MAX) {
                    break;
                }
            }
        } catch (IOException | DirectoryIteratorException | NumberFormatException e) {
            LOG.log(Level.DEBUG, "cannot list /proc: {0}", e.getMessage());
        }
        return pids;
    }

    private void discover() {
        try {
            do {
                lookAround();
            } while (!closed.await(LOOK_AGAIN.toNanos(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Tells of each JVM there is that was not told of before. */
    private void lookAround() {
        var there = new HashSet<ProcessIdentity>();
        for (int pid : processes()) {
            var identity = ProcessIdentity.of(pid);
            if (identity.isEmpty()) {
                continue;
            }
            there.add(identity.get());
            if (!passedOver.contains(identity.get())) {
                discovered(identity.get());
            }
        }
        passedOver.retainAll(there);
    }

    private void discovered(ProcessIdentity identity) {
        var jvm = look(identity.pid());
        if (jvm.isEmpty()) {
            // It may become one: a shell script, or a JVM that has only begun.
            if (ProcessFacts.of(identity.pid()).filter(Adoption::isOld).isPresent()) {
                passedOver.add(identity);
            }
            return;
        }
        passedOver.add(identity);
        try {
            arrive(jvm.get());
        } catch (PosadaException e) {
            var level = e.code() == ErrorCode.OPERATION_INVALID ? Level.DEBUG : Level.WARNING;
            LOG.log(level, "process {0} is not adopted: {1}", Integer.toString(identity.pid()), e.getMessage());
        }
    }

    /** Whether it has had time enough to become what it is to be. */
    private static boolean isOld(ProcessFacts facts) {
        return JvmFigures.uptimeMillis(facts).orElse(0) > 10 * LOOK_AGAIN.toMillis();
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
