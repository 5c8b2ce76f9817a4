package dev.posada.system;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A network namespace with a {@code /sys} of its own, for tests that change links and filters. Needs root. */
final class Island implements AutoCloseable {
    /** Words of the shell that give a mount namespace the /sys of its network; the control groups stay in reach. */
    static final String OWN_SYS =
            "mount --make-rprivate / && groups=$(mktemp -d) && mount --rbind /sys/fs/cgroup $groups"
                    + " && mount -t sysfs sysfs /sys && mount --move $groups /sys/fs/cgroup && rmdir $groups";

    private final Process keeper;

    private Island(Process keeper) {
        this.keeper = keeper;
    }

    /** Makes one; skips the test where that cannot be done. */
    static Island make() throws IOException {
        Programs.need("unshare", "nsenter", "ip");
        Programs.needRoot();
        var keeper = new ProcessBuilder(
                        "unshare", "-n", "-m", "sh", "-c", OWN_SYS + " && ip link set lo up && echo ready && exec cat")
                .redirectErrorStream(true)
                .start();
        var island = new Island(keeper);
        if (!"ready".equals(keeper.inputReader().readLine())) {
            island.close();
            Assumptions.abort("no network namespace with a /sys of its own can be made here");
        }
        return island;
    }

    /** Who lives in it, for those who move links there. */
    long pid() {
        return keeper.pid();
    }

    /** The words that run a command in it. */
    List<String> entering() {
        return List.of("nsenter", "-t", Long.toString(keeper.pid()), "-n", "-m", "--");
    }

    /** Runs a script of the shell in it. */
    Outcome run(String script) {
        var command = new ArrayList<>(entering());
        command.addAll(List.of("sh", "-c", script));
        return Programs.run(command.toArray(String[]::new));
    }

    /** Starts a daemon in it. */
    Daemon daemon(Path root) throws IOException {
        return Daemon.startWithin(entering(), root);
    }

    @Override
    public void close() {
        keeper.destroyForcibly();
        try {
            keeper.waitFor(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
