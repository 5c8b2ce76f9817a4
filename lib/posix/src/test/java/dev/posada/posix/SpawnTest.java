package dev.posada.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SpawnTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Path SHELL = Path.of("/bin/sh");

    @TempDir
    Path folder;

    private final Poller poller = new Poller();

    @AfterEach
    void close() {
        poller.close();
    }

    private ExitStatus end(int pid) throws IOException {
        try (var process = ProcessDescriptor.open(pid).orElseThrow()) {
            assertThat(poller.await(process.descriptor(), Readiness.READABLE, LONG))
                    .isTrue();
            return process.reap().orElseThrow();
        }
    }

    private String outputOf(String script, Spawn spawn) throws IOException {
        var file = folder.resolve("out");
        try (var out = Descriptor.open(file, Set.of(OpenFlag.WRITE, OpenFlag.CREATE, OpenFlag.TRUNCATE), 0600)) {
            int pid = spawn.descriptor(1, out).descriptor(2, out).start();
            assertThat(end(pid)).as(script).isEqualTo(new ExitStatus.Exited(0));
        }
        return Files.readString(file);
    }

    private static Spawn shell(String script, String... arguments) {
        var all = new ArrayList<>(List.of("sh", "-c", script, "name"));
        all.addAll(List.of(arguments));
        return new Spawn(SHELL, all);
    }

    private String outputOf(String script) throws IOException {
        return outputOf(script, shell(script));
    }

    @Test
    void exitCodeIsReported() throws IOException {
        assertThat(end(shell("exit 0").start()).success()).isTrue();
        assertThat(end(shell("exit 7").start())).isEqualTo(new ExitStatus.Exited(7));
    }

    @Test
    void endBySignalIsReported() throws IOException {
        var status = end(shell("kill -TERM $$").start());
        assertThat(status).isEqualTo(new ExitStatus.Killed(Signals.TERM, false));
        assertThat(status.success()).isFalse();
    }

    @Test
    void runningChildIsNotReaped() throws IOException {
        int pid = shell("exec sleep 60").start();
        try (var process = ProcessDescriptor.open(pid).orElseThrow()) {
            assertThat(process.reap()).isEmpty();
            assertThat(process.signal(Signals.NONE)).isTrue();
            assertThat(process.signal(Signals.KILL)).isTrue();
            assertThat(poller.await(process.descriptor(), Readiness.READABLE, LONG))
                    .isTrue();
            assertThat(process.reap()).contains(new ExitStatus.Killed(Signals.KILL, false));
            assertThat(process.signal(Signals.TERM))
                    .as("a reaped process takes no signal")
                    .isFalse();
            assertThatThrownBy(process::reap).hasMessageContaining("ECHILD");
        }
        assertThat(ProcessDescriptor.open(pid)).isEmpty();
    }

    @Test
    void argumentsArriveUnchanged() throws IOException {
        var script = "for a; do printf '<%s>' \"$a\"; done";
        assertThat(outputOf(script, shell(script, "a b", "", "\"'$x", "ü→😀"))).isEqualTo("<a b><><\"'$x><ü→😀>");
    }

    @Test
    void environmentIsJustTheGivenOne() throws IOException {
        var spawn = new Spawn(Path.of("/usr/bin/env"), List.of("env")).environment(Map.of("A", "1", "B", "x=y"));
        assertThat(outputOf("env", spawn).lines()).containsExactlyInAnyOrder("A=1", "B=x=y");
    }

    @Test
    void workingDirectoryIsTheGivenOne() throws IOException {
        assertThat(outputOf("pwd -P", shell("pwd -P").directory(folder)).strip())
                .isEqualTo(folder.toRealPath().toString());
    }

    @Test
    void childSeesOnlyTheDescriptorsItIsGiven() throws IOException {
        var script = "ls -l /proc/self/fd | sed -n 's/.* \\([0-9]*\\) -> /\\1 /p'";
        try (var file = Descriptor.open(Files.createFile(folder.resolve("given")), OpenFlag.READ);
                var other = Descriptor.open(Files.createFile(folder.resolve("other")), OpenFlag.READ)) {
            assertThat(other.isOpen()).isTrue();
            var lines =
                    outputOf(script, shell(script).descriptor(9, file)).lines().toList();
            assertThat(lines).anyMatch(line -> line.equals("9 " + folder.resolve("given")));
            assertThat(lines).anyMatch(line -> line.equals("0 /dev/null"));
            // 0 to 2, 9 and the directory that ls reads.
            assertThat(lines).hasSize(5);
        }
    }

    @Test
    void descriptorsMaySwapTheirNumbers() throws IOException {
        var a = Files.writeString(folder.resolve("a"), "from a");
        var b = Files.writeString(folder.resolve("b"), "from b");
        try (var first = Descriptor.open(a, OpenFlag.READ);
                var second = Descriptor.open(b, OpenFlag.READ)) {
            int low = Math.min(first.number(), second.number());
            int high = Math.max(first.number(), second.number());
            var lowSource = low == first.number() ? second : first;
            var highSource = low == first.number() ? first : second;
            var viaProc = "cat /proc/self/fd/" + low + " /proc/self/fd/" + high;
            var spawn = shell(viaProc).descriptor(low, lowSource).descriptor(high, highSource);
            assertThat(outputOf(viaProc, spawn)).isEqualTo(low == first.number() ? "from bfrom a" : "from afrom b");
        }
    }

    @Test
    void newSessionHasItsOwnLeader() throws IOException {
        // Fields 5 and 6 of stat: process group and session.
        var own = outputOf("x", shell("cut -d' ' -f1,5,6 < /proc/$$/stat").newSession())
                .strip()
                .split(" ", -1);
        assertThat(own[1]).isEqualTo(own[0]);
        assertThat(own[2]).isEqualTo(own[0]);
        var shared = outputOf("cut -d' ' -f1,5,6 < /proc/$$/stat").strip().split(" ", -1);
        assertThat(shared[2]).isNotEqualTo(shared[0]);
    }

    @Test
    void noSignalIsBlockedOrIgnored() throws IOException {
        var status = outputOf("cat /proc/self/status");
        assertThat(status)
                .containsPattern("SigBlk:\\s+0000000000000000")
                .containsPattern("SigIgn:\\s+0000000000000000");
    }

    @Test
    void missingProgramIsAnErrorOfTheParent() {
        assertThatThrownBy(() -> new Spawn(Path.of("/no/such/program"), List.of("x")).start())
                .isInstanceOfSatisfying(
                        PosixException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT))
                .hasMessageContaining("/no/such/program");
    }

    @Test
    void programWithoutPermissionIsAnErrorOfTheParent() throws IOException {
        var file = Files.writeString(folder.resolve("not-executable"), "#!/bin/sh\n");
        assertThatThrownBy(() -> new Spawn(file, List.of("x")).start()).hasMessageContaining("EACCES");
    }

    @Test
    void processThatDoesNotExistCannotBeOpened() {
        assertThat(ProcessDescriptor.open(0x3fffffff)).isEmpty();
        assertThat(CurrentProcess.signal(0x3fffffff, Signals.NONE)).isFalse();
    }

    @Test
    void affinityIsReadAndSet() throws IOException {
        int pid = shell("exec sleep 60").start();
        var one = new java.util.BitSet();
        one.set(CpuAffinity.of(0).nextSetBit(0));
        CpuAffinity.confine(pid, one);
        assertThat(CpuAffinity.of(pid)).isEqualTo(one);
        assertThatThrownBy(() -> CpuAffinity.confine(pid, new java.util.BitSet()))
                .hasMessageContaining("EINVAL");
        CurrentProcess.signal(pid, Signals.KILL);
        end(pid);
        assertThatThrownBy(() -> CpuAffinity.of(pid)).hasMessageContaining("ESRCH");
    }

    @Test
    void spawningLeavesNoDescriptorBehind() throws IOException {
        end(shell("exit 0").start());
        int before = OpenDescriptors.targets().size();
        for (int i = 0; i < 20; i++) {
            outputOf("echo " + i);
        }
        OpenDescriptors.assertNoMoreThan(before);
    }

    @Test
    void limitsOfAChildAreReadAndSet() throws IOException {
        int pid = shell("exec sleep 60").start();
        ResourceLimit.OPEN_FILES.set(pid, new ResourceLimit.Values(77, 88));
        assertThat(ResourceLimit.OPEN_FILES.of(pid)).isEqualTo(new ResourceLimit.Values(77, 88));
        assertThat(Files.readString(Path.of("/proc/" + pid + "/limits"))).containsPattern("Max open files\\s+77\\s+88");
        assertThat(ResourceLimit.OPEN_FILES.of(0)).isNotEqualTo(new ResourceLimit.Values(77, 88));
        CurrentProcess.signal(pid, Signals.KILL);
        end(pid);
        assertThatThrownBy(() -> ResourceLimit.CORE_BYTES.of(pid)).hasMessageContaining("CORE_BYTES of process " + pid);
    }

    @Test
    void orphansComeToASubreaper() throws IOException {
        CurrentProcess.becomeSubreaper();
        int orphan =
                Integer.parseInt(outputOf("sleep 60 >/dev/null 2>&1 & echo $!").strip());
        var status = Files.readString(Path.of("/proc/" + orphan + "/status"));
        assertThat(status).containsPattern("PPid:\\s+" + CurrentProcess.pid());
        assertThat(CurrentProcess.signal(orphan, Signals.TERM)).isTrue();
        assertThat(end(orphan)).isEqualTo(new ExitStatus.Killed(Signals.TERM, false));
    }

    @Test
    void childOfOursCanBeEndedByNumber() {
        int pid = shell("exec sleep 60").start();
        CurrentProcess.killChild(pid);
        assertThat(ProcessDescriptor.open(pid)).isEmpty();
        assertThatThrownBy(() -> CurrentProcess.killChild(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void umaskIsInheritedAndRestored() throws IOException {
        int before = CurrentProcess.changeUmask(0037);
        try {
            assertThat(outputOf("umask").strip()).isEqualTo("0037");
        } finally {
            assertThat(CurrentProcess.changeUmask(before)).isEqualTo(0037);
        }
    }
}
