package dev.posada.posix;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Other network namespaces than our own: setns(2). A thread that enters one stays in it, so each call has a thread of the
 * kernel for itself, which ends with it. A socket belongs to the namespace in which it was made, whoever uses it then, and keeps
 * that namespace alive.
 */
public final class NetworkNamespace {
    private static final int NEW_NETWORK = 0x40000000;
    private static final NativeCall SETNS = NativeCall.of("setns");

    private NetworkNamespace() {}

    /** Something that is to happen in a namespace. */
    @FunctionalInterface
    public interface Act<T> {
        T run() throws IOException;
    }

    /**
     * Does something in the network namespace of a process, and waits for it.
     *
     * @throws PosixException when there is no such process, or we may not
     * @throws IOException what the act throws
     */
    public static <T> T of(long process, Act<T> act) throws IOException {
        var outcome = new CompletableFuture<T>();
        Thread.ofPlatform().daemon().name("namespace-of-" + process).start(() -> {
            try (var namespace =
                    Descriptor.open(Path.of("/proc", Long.toString(process), "ns", "net"), OpenFlag.READ)) {
                SETNS.checked("network of process " + process, namespace.number(), NEW_NETWORK);
                outcome.complete(act.run());
            } catch (IOException | RuntimeException | Error e) {
                outcome.completeExceptionally(e);
            }
        });
        try {
            return outcome.join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case IOException failed -> throw failed;
                case PosixException failed -> throw failed;
                case null, default -> throw new IllegalStateException("in the network of process " + process, e);
            }
        }
    }
}
