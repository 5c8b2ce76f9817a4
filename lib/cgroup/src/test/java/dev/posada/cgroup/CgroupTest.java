package dev.posada.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupTest {
    @TempDir
    Path folder;

    private static final String NAME = "posada-test-" + ProcessHandle.current().pid();

    @Test
    void theKernelTakesEveryLimitAndGivesItBack() {
        var group = realGroup();
        try {
            group.processorQuota(50_000, 25_000);
            assertThat(group.processorPeriodMicros()).isEqualTo(50_000);
            assertThat(group.processorQuotaMicros()).isEqualTo(25_000);
            group.processorQuota(100_000, Cgroup.UNLIMITED);
            assertThat(group.processorQuotaMicros()).isEqualTo(Cgroup.UNLIMITED);
            group.processorShares(512);
            assertThat(group.processorShares()).isEqualTo(512);
            assertThat(group.memoryLimitBytes()).isEmpty();
            group.limitMemory(64L << 20);
            assertThat(group.memoryLimitBytes()).isEqualTo(OptionalLong.of(64L << 20));
            group.limitMemory(Cgroup.UNLIMITED);
            assertThat(group.memoryLimitBytes()).isEmpty();
        } finally {
            assertThat(group.remove()).isTrue();
        }
        assertThat(CgroupHost.detect().find(NAME)).isEmpty();
    }

    @Test
    void aProcessIsHeldAndAccounted() throws Exception {
        var group = realGroup();
        var child = new ProcessBuilder("sh", "-c", "read go; i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done").start();
        try {
            group.add(child.pid());
            try (var in = child.outputWriter()) {
                in.write("go\n");
            }
            assertThat(child.waitFor(2, TimeUnit.MINUTES)).isTrue();
            assertThat(group.processorNanos()).isPositive();
        } finally {
            child.destroyForcibly();
            child.waitFor();
            assertThat(group.remove()).isTrue();
        }
    }

    @Test
    void aStoppedGroupStandsStillUntilItIsLetGo() throws Exception {
        var group = realGroup();
        assumeTrue(group.canFreeze(), "no freezer here");
        var child = new ProcessBuilder("sh", "-c", "read go; echo went").start();
        try {
            group.add(child.pid());
            assertThat(group.processes()).containsExactly(child.pid());
            group.freeze();
            try (var in = child.outputWriter()) {
                in.write("go\n");
            }
            assertThat(child.waitFor(200, TimeUnit.MILLISECONDS)).isFalse();
            assertThat(child.getInputStream().available()).isZero();
            group.thaw();
            assertThat(child.waitFor(2, TimeUnit.MINUTES)).isTrue();
            assertThat(group.processes()).isEmpty();
        } finally {
            group.thaw();
            child.destroyForcibly();
            child.waitFor();
            assertThat(group.remove()).isTrue();
        }
    }

    @Test
    void aMemoryLimitEndsWhoTakesMore() throws Exception {
        var group = realGroup();
        var child = new ProcessBuilder("sh", "-c", "read go; ulimit -v 400000; exec tail /dev/zero").start();
        try {
            group.limitMemory(16L << 20);
            assumeTrue(noSwap(), "the host could swap what does not fit");
            group.add(child.pid());
            try (var in = child.outputWriter()) {
                in.write("go\n");
            }
            assertThat(child.waitFor(2, TimeUnit.MINUTES)).isTrue();
            assertThat(child.exitValue()).isEqualTo(137);
            assertThat(group.memoryKills()).isPositive();
        } finally {
            child.destroyForcibly();
            child.waitFor();
            assertThat(group.remove()).isTrue();
        }
    }

    @Test
    void childGroupsGoWithTheirParent() {
        var group = realGroup();
        group.child("vcpu0", Controller.CPU).processorQuota(100_000, 50_000);
        assertThat(group.remove()).isTrue();
        assertThat(CgroupHost.detect().find(NAME + "/vcpu0")).isEmpty();
    }

    /** Version 2's files, written where a tree looks like one: what would reach the kernel is read back as text. */
    @Test
    void versionTwoWritesItsOwnFiles() throws IOException {
        var host = unifiedTree("cpuset cpu io memory pids");
        var group = host.create("machine/one");
        var files = folder.resolve("unified/machine/one");
        group.processorQuota(100_000, 50_000);
        assertThat(files.resolve("cpu.max")).hasContent("50000 100000");
        assertThat(group.processorQuotaMicros()).isEqualTo(50_000);
        assertThat(group.processorPeriodMicros()).isEqualTo(100_000);
        group.processorQuota(100_000, Cgroup.UNLIMITED);
        assertThat(files.resolve("cpu.max")).hasContent("max 100000");
        group.limitMemory(1 << 20);
        group.limitMemoryAndSwap(3 << 20);
        assertThat(files.resolve("memory.swap.max")).hasContent(Integer.toString(2 << 20));
        assertThat(group.memoryAndSwapLimitBytes()).isEqualTo(OptionalLong.of(3 << 20));
        assertThat(folder.resolve("unified/cgroup.subtree_control")).exists();
        assertThat(folder.resolve("unified/machine/cgroup.subtree_control")).exists();
    }

    @Test
    void aDiskIsLimitedByItsNumber() throws IOException {
        var device = Path.of("/dev/vda");
        assumeTrue(Files.exists(device), "no /dev/vda to limit");
        var group = realGroup();
        try {
            group.limitDisk(device, Cgroup.DiskRate.READ_BYTES, 1 << 20);
            group.limitDisk(device, Cgroup.DiskRate.READ_BYTES, Cgroup.UNLIMITED);
            assertThatThrownBy(() -> group.limitDisk(Path.of("/etc/passwd"), Cgroup.DiskRate.READ_BYTES, 1))
                    .hasMessageContaining("/etc/passwd is not a device");
        } finally {
            group.remove();
        }
    }

    @Test
    void memoryIsTakenBackWhereTheKernelOffersThat() throws IOException {
        var group = unifiedTree("memory").create("machine/three");
        var files = folder.resolve("unified/machine/three");
        assertThat(group.softLimitSlowsDown()).isTrue();
        group.reclaimTo(1 << 20);
        assertThat(files.resolve("memory.reclaim")).doesNotExist();
        Files.writeString(files.resolve("memory.reclaim"), "");
        Files.writeString(files.resolve("memory.current"), (3 << 20) + "\n");
        group.reclaimTo(4 << 20);
        assertThat(files.resolve("memory.reclaim")).isEmptyFile();
        group.reclaimTo(1 << 20);
        assertThat(files.resolve("memory.reclaim")).hasContent(Integer.toString(2 << 20));
    }

    /** Hosts that mount version 2 beside version 1 for its tree alone. */
    @Test
    void aTreeWithoutControllersIsLeftAlone() throws IOException {
        var host = unifiedTree("");
        for (var controller : Controller.values()) {
            assertThat(host.offers(controller)).as(controller.name()).isFalse();
        }
    }

    @Test
    void aMissingControllerIsNamed() throws IOException {
        var group = unifiedTree("cpu").create("machine/two");
        assertThatThrownBy(() -> group.limitMemory(1 << 20))
                .isInstanceOf(CgroupException.class)
                .hasMessageContaining("'memory'");
    }

    @Test
    void aHostWithoutControlGroupsOffersNothing() throws IOException {
        var host = CgroupHost.detect(Files.writeString(folder.resolve("mounts"), "proc /proc proc rw 0 0\n"));
        for (var controller : Controller.values()) {
            assertThat(host.offers(controller)).isFalse();
        }
    }

    @Test
    void aPathStaysBelowTheRoot() {
        var host = CgroupHost.detect();
        assertThatThrownBy(() -> host.create("../up")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> host.create("/up")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> host.find("a/../../up")).isInstanceOf(IllegalArgumentException.class);
    }

    private CgroupHost unifiedTree(String controllers) throws IOException {
        var unified = Files.createDirectories(folder.resolve("unified"));
        Files.writeString(unified.resolve("cgroup.controllers"), controllers + "\n");
        return CgroupHost.detect(
                Files.writeString(folder.resolve("mounts"), "cgroup2 " + unified + " cgroup2 rw,relatime 0 0\n"));
    }

    private static Cgroup realGroup() {
        var host = CgroupHost.detect();
        assumeTrue(host.offers(Controller.CPU) && host.offers(Controller.MEMORY), "no cpu and memory control groups");
        try {
            return host.create(NAME);
        } catch (CgroupException e) {
            assumeTrue(false, "control groups need root: " + e.getMessage());
            throw e;
        }
    }

    private static boolean noSwap() throws IOException {
        return Files.readAllLines(Path.of("/proc/swaps")).size() <= 1;
    }
}
