package dev.posada.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.posix.Descriptor;
import dev.posada.posix.ExitStatus;
import dev.posada.posix.OpenFlag;
import dev.posada.posix.Poller;
import dev.posada.posix.Signals;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChildrenTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Path SHELL = Path.of("/bin/sh");
    private static final Ending KILLED = new Ending.Known(new ExitStatus.Killed(Signals.KILL, false));

    @TempDir
    Path folder;

    private final Poller poller = new Poller();
    private final Children children = new Children(poller);
    private final List<Child> started = new ArrayList<>();

    @AfterEach
    void close() {
        started.forEach(Child::kill);
        started.forEach(child -> child.awaitEnd(LONG));
        children.close();
        poller.close();
    }

    private Child start(ChildCommand command) {
        var child = children.start(command);
        started.add(child);
        return child;
    }

    private static ChildCommand shell(String script) {
        return ChildCommand.of(SHELL, List.of("-c", script));
    }

    private static Ending exited(int code) {
        return new Ending.Known(new ExitStatus.Exited(code));
    }

    @Test
    void exitCodesAndSignalsAreReported() {
        assertThat(start(shell("exit 0")).awaitEnd(LONG)).contains(exited(0));
        assertThat(start(shell("exit 42")).awaitEnd(LONG)).contains(exited(42));
        assertThat(start(shell("kill -ABRT $$")).awaitEnd(LONG))
                .get()
                .satisfies(ending -> assertThat(ending)
                        .isInstanceOfSatisfying(
                                Ending.Known.class,
                                known -> assertThat(known.status())
                                        .isInstanceOfSatisfying(
                                                ExitStatus.Killed.class,
                                                killed -> assertThat(killed.signal())
                                                        .isEqualTo(Signals.ABRT))));
    }

    @Test
    void runningChildIsWaitedForNoLongerThanAsked() {
        var child = start(shell("exec sleep 60"));
        assertThat(child.awaitEnd(Duration.ofMillis(20))).isEmpty();
        assertThat(child.isRunning()).isTrue();
        assertThat(child.ending()).isEmpty();
        assertThat(child.kill()).isTrue();
        assertThat(child.awaitEnd(LONG)).contains(KILLED);
        assertThat(child.isRunning()).isFalse();
        assertThat(child.ending()).contains(KILLED);
        assertThat(child.kill()).as("an ended child takes no signal").isFalse();
    }

    @Test
    void endedChildLeavesNoZombie() {
        var child = start(shell("exit 0"));
        child.awaitEnd(LONG);
        assertThat(ProcessFacts.of(child.pid())).isEmpty();
        assertThat(children.count()).isZero();
    }

    @Test
    void killIsNoticedAtOnce() {
        var nanos = new ArrayList<Long>();
        for (int i = 0; i < 50; i++) {
            var child = start(shell("exec sleep 60"));
            long from = System.nanoTime();
            child.kill();
            assertThat(child.awaitEnd(LONG)).contains(KILLED);
            nanos.add(System.nanoTime() - from);
        }
        // About a millisecond on an idle machine; on a busy one the quickest tells whether somebody looks only at
        // times.
        assertThat(Duration.ofNanos(Collections.min(nanos))).isLessThan(Duration.ofMillis(50));
    }

    @Test
    void endIsToldOnceToEveryAction() throws Exception {
        var child = start(shell("exec sleep 60"));
        var times = new AtomicInteger();
        var early = new CompletableFuture<Ending>();
        child.onEnd(ending -> {
            times.incrementAndGet();
            early.complete(ending);
        });
        child.kill();
        assertThat(early.get(2, TimeUnit.MINUTES)).isEqualTo(KILLED);
        var late = new CompletableFuture<Boolean>();
        child.onEnd(ending -> late.complete(Thread.currentThread().isVirtual()));
        assertThat(late.get(2, TimeUnit.MINUTES)).isTrue();
        assertThat(times).hasValue(1);
    }

    @Test
    void outputGoesToTheLogAndIsAppended() throws IOException {
        var log = new LogFile(folder.resolve("child.log"));
        log.append("starting\n");
        start(shell("echo out; echo err >&2").withLog(log)).awaitEnd(LONG);
        start(shell("echo again").withLog(log)).awaitEnd(LONG);
        assertThat(log.path()).hasContent("starting\nout\nerr\nagain");
        assertThat((Integer) Files.getAttribute(log.path(), "unix:mode") & 0777).isEqualTo(0600);
    }

    @Test
    void commandReachesTheChildWhole() throws IOException {
        var log = new LogFile(folder.resolve("log"));
        var command = ChildCommand.of(
                        SHELL, List.of("-c", "echo \"$X|$1|$2\"; pwd; umask; cat /proc/self/fd/7", "sh", "a b", "ü\"$"))
                .withEnvironment(Map.of("X", "x=y"))
                .withDirectory(folder)
                .withUmask(0027)
                .withPidFile(folder.resolve("pid"))
                .withLog(log);
        try (var given = Descriptor.open(Files.writeString(folder.resolve("given"), "given\n"), OpenFlag.READ)) {
            var child = start(command.withDescriptor(7, given));
            assertThat(child.awaitEnd(LONG)).contains(exited(0));
            assertThat(folder.resolve("pid")).hasContent(child.pid() + "");
        }
        assertThat(Files.readString(log.path())).isEqualTo("x=y|a b|ü\"$\n" + folder.toRealPath() + "\n0027\ngiven\n");
    }

    @Test
    void whatCannotBeStartedSaysWhyAndLeavesNothing() throws IOException {
        var program = folder.resolve("none");
        assertThatThrownBy(() -> children.start(ChildCommand.of(program, List.of())))
                .isInstanceOfSatisfying(
                        ProcessException.class, e -> assertThat(e.kind()).isEqualTo(ProcessException.Kind.CANNOT_START))
                .hasMessageContaining("cannot start " + program)
                .hasMessageContaining("No such file or directory");
        assertThatThrownBy(() -> children.start(shell("exit 0").withLog(new LogFile(folder.resolve("no/folder/log")))))
                .isInstanceOf(ProcessException.class);
        var marker = "marker-" + UUID.randomUUID();
        assertThatThrownBy(() ->
                        children.start(shell("sleep 60; : " + marker).withPidFile(folder.resolve("no/folder/pid"))))
                .isInstanceOf(ProcessException.class);
        assertThat(ProcessTable.find(arguments -> arguments.toString().contains(marker)))
                .isEmpty();
        assertThat(children.count()).isZero();
    }

    @Test
    void childOfAKilledProgramIsAdopted() throws Exception {
        var log = folder.resolve("orphan.log");
        var parent = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OrphanMaker.class.getName(),
                        log.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        ProcessIdentity identity;
        try (var out = parent.inputReader(StandardCharsets.UTF_8)) {
            identity = ProcessIdentity.parse(out.readLine()).orElseThrow();
        }
        parent.destroyForcibly().waitFor();

        long before = Files.size(log);
        Eventually.holds("the child goes on writing", () -> size(log) > before);
        var child = children.adopt(identity).orElseThrow();
        started.add(child);
        assertThat(child.identity()).isEqualTo(identity);
        assertThat(child.isRunning()).isTrue();
        assertThat(child.kill()).isTrue();
        assertThat(child.awaitEnd(LONG)).contains(new Ending.Unknown());
        assertThat(children.adopt(identity)).isEmpty();
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void onlyTheVeryProcessIsAdopted() {
        var child = start(shell("exec sleep 60"));
        var identity = child.identity();
        assertThat(identity.exists()).isTrue();
        assertThat(children.adopt(new ProcessIdentity(identity.pid(), identity.startTicks() + 1, identity.bootId())))
                .isEmpty();
        assertThat(children.adopt(new ProcessIdentity(identity.pid(), identity.startTicks(), "another-boot")))
                .isEmpty();
        child.kill();
        child.awaitEnd(LONG);
        assertThat(children.adopt(identity)).isEmpty();
        assertThat(identity.exists()).isFalse();
    }

    @Test
    void identityIsKeptAsText() {
        var identity = ProcessIdentity.of((int) ProcessHandle.current().pid()).orElseThrow();
        assertThat(ProcessIdentity.parse(identity.text() + "\n")).contains(identity);
        for (var other : List.of("", "1", "1 2", "x y z", "-1 2 a", "99999999999 1 a", "1 2 3 4", "1 2 ../x")) {
            assertThat(ProcessIdentity.parse(other)).as(other).isEmpty();
        }
    }

    @Test
    void processIsFoundByItsCommandLine() {
        var marker = "marker-" + UUID.randomUUID();
        // It waits without starting another process, which would show the same arguments for a moment.
        var script = "kill -STOP $$; exit";
        var child = start(ChildCommand.of(SHELL, List.of("-c", script, marker, "a b", "")));
        var found = ProcessTable.find(arguments -> arguments.contains(marker));
        assertThat(found).singleElement().satisfies(process -> {
            assertThat(process.identity()).isEqualTo(child.identity());
            assertThat(process.commandLine()).containsExactly("/bin/sh", "-c", script, marker, "a b", "");
        });
        assertThat(ProcessFacts.commandLine(child.pid())).contains(marker);
    }

    @Test
    void manyChildrenAtOnceLeaveNothingBehind() throws Exception {
        start(shell("exit 0")).awaitEnd(LONG);
        int before = openDescriptors();
        int count = 200;
        var ended = new CountDownLatch(count);
        var wrong = new AtomicInteger();
        for (int i = 0; i < count; i++) {
            int code = i % 100;
            Thread.startVirtualThread(() -> {
                var child = children.start(shell("exit " + code));
                child.onEnd(ending -> {
                    wrong.addAndGet(ending.equals(exited(code)) ? 0 : 1);
                    ended.countDown();
                });
            });
        }
        assertThat(ended.await(2, TimeUnit.MINUTES)).isTrue();
        assertThat(wrong).hasValue(0);
        assertThat(children.count()).isZero();
        Eventually.holds("descriptors are closed", () -> openDescriptors() <= before);
        assertThat(zombiesOfOurs()).isEmpty();
    }

    private static int openDescriptors() {
        try (var all = Files.list(Path.of("/proc/self/fd"))) {
            return (int) all.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<ProcessFacts> zombiesOfOurs() throws IOException {
        int us = (int) ProcessHandle.current().pid();
        try (var all = Files.list(Path.of("/proc"))) {
            return all.flatMap(path -> ProcFiles.number(path).stream())
                    .flatMap(pid -> ProcessFacts.of(pid).stream())
                    .filter(facts -> facts.parent() == us && facts.state() == ProcessFacts.State.ZOMBIE)
                    .toList();
        }
    }

    @Test
    void childrenOfTheJdkKeepTheirStatus() throws Exception {
        for (int i = 0; i < 20; i++) {
            var other = new ProcessBuilder("/bin/sh", "-c", "exit 3").start();
            start(shell("exit 0")).awaitEnd(LONG);
            assertThat(other.waitFor()).isEqualTo(3);
        }
    }

    @Test
    void closingEndsTheWaitAndNotTheChild() throws Exception {
        var child = start(shell("exec sleep 60"));
        var identity = child.identity();
        var told = new AtomicInteger();
        child.onEnd(ending -> told.incrementAndGet());
        var waiting = CompletableFuture.supplyAsync(() -> child.awaitEnd(LONG), Thread::startVirtualThread);
        started.clear();
        children.close();
        assertThatThrownBy(() -> waiting.get(2, TimeUnit.MINUTES))
                .cause()
                .isInstanceOfSatisfying(
                        ProcessException.class, e -> assertThat(e.kind()).isEqualTo(ProcessException.Kind.CLOSED));
        assertThat(identity.exists()).isTrue();
        assertThatThrownBy(() -> children.start(shell("exit 0"))).isInstanceOf(ProcessException.class);
        try (var later = new Children(poller)) {
            var again = later.adopt(identity).orElseThrow();
            again.kill();
            assertThat(again.awaitEnd(LONG))
                    .as("still our own child, so its status is known")
                    .contains(KILLED);
        }
        assertThat(told).hasValue(0);
    }

    @Test
    void factsOfAProcessAreTold() {
        var facts = ProcessFacts.of((int) ProcessHandle.current().pid()).orElseThrow();
        assertThat(facts.name()).isEqualTo("java");
        assertThat(facts.cpuTime()).isPositive();
        assertThat(facts.residentBytes()).isGreaterThan(10 << 20);
        assertThat(facts.threadCount()).isGreaterThan(3);
        assertThat(facts.lastCpu()).isBetween(0, 8191);
        assertThat(facts.parent())
                .isEqualTo((int) ProcessHandle.current().parent().orElseThrow().pid());
        var threads = ProcessFacts.threads(facts.id());
        assertThat(threads).hasSizeGreaterThan(3).anyMatch(thread -> thread.id() == facts.id());
        assertThat(ProcessFacts.scheduling(facts.id(), facts.id()).orElseThrow().run())
                .isPositive();
        assertThat(ProcessFacts.of(0x3fffffff)).isEmpty();
        assertThat(ProcessFacts.threads(0x3fffffff)).isEmpty();
    }

    @Test
    void statesOfAProcessAreTold() {
        var child = start(shell("while :; do :; done"));
        Eventually.holds("running", () -> stateOf(child) == ProcessFacts.State.RUNNING);
        child.signal(Signals.STOP);
        Eventually.holds("stopped", () -> stateOf(child) == ProcessFacts.State.STOPPED);
    }

    private static ProcessFacts.State stateOf(Child child) {
        return ProcessFacts.of(child.pid()).orElseThrow().state();
    }

    @Test
    void nameWithBlanksAndParenthesesIsRead() throws IOException {
        var program = folder.resolve("a) (R b");
        Files.copy(Path.of("/bin/sleep"), program);
        var child = start(ChildCommand.of(program, List.of("60")));
        var facts = ProcessFacts.of(child.pid()).orElseThrow();
        assertThat(facts.name()).isEqualTo("a) (R b");
        assertThat(facts.startTicks()).isEqualTo(child.identity().startTicks());
        assertThat(StatLine.parse("1 (x) S 1 2")).isEmpty();
        assertThat(StatLine.parse("")).isEmpty();
    }
}
