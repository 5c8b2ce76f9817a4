package dev.posada.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posada.posix.CurrentProcess;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/**
 * Runs a test's body in a network namespace of its own. A namespace belongs to a thread and to what it starts: the body runs
 * on a platform thread made for it, and the network is gone with the thread and its children.
 */
final class OwnNetwork {
    private static final int CLONE_NEWNET = 0x40000000;

    private OwnNetwork() {}

    static void run(Callable<?> body) throws Exception {
        assumeTrue(CurrentProcess.effectiveUid() == 0, "needs root");
        assumeTrue(Files.exists(Path.of("/dev/net/tun")), "needs /dev/net/tun");
        assumeTrue(Files.isExecutable(Path.of("/usr/sbin/ip")), "ip is not installed (package iproute2)");
        var task = new FutureTask<>(() -> {
            enter();
            return body.call();
        });
        var thread = Thread.ofPlatform().start(task);
        thread.join();
        task.get();
    }

    // "restricted" marks what can break the JVM; unshare(2) is the one call the JDK and lib/posix lack here.
    @SuppressWarnings("restricted")
    private static void enter() {
        var linker = Linker.nativeLinker();
        var unshare = linker.downcallHandle(
                linker.defaultLookup().find("unshare").orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        try {
            assumeTrue((int) unshare.invokeExact(CLONE_NEWNET) == 0, "the kernel gives no network namespace");
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Runs a program in the network of the calling thread. */
    static void command(String... words) throws Exception {
        var process =
                new ProcessBuilder(List.of(words)).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}
