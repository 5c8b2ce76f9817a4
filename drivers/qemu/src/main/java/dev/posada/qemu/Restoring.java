package dev.posada.qemu;

import dev.posada.driver.SavedState;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.posix.OpenFlag;
import dev.posada.qmp.Json;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Gives a QEMU that waits for it the state of a machine that was saved. */
final class Restoring {
    /** What is added to the command line. */
    static final List<String> ARGUMENTS = List.of("-incoming", "defer");

    /** The name QEMU knows the open file by. */
    private static final String FILE = "saved";

    /** A terabyte at the pace of a slow disk. */
    private static final Duration PATIENCE = Duration.ofHours(4);

    /** QEMU's events are not heard before the instance is announced, so it is asked. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private Restoring() {}

    /**
     * Has it read the state, and returns when it has. Its processors stand still then.
     *
     * @throws PosadaException {@code OPERATION_FAILED} when it cannot make its machine of that
     */
    static void run(SavedState saved, Monitor monitor) {
        try (var open = Saving.open(saved, OpenFlag.READ)) {
            monitor.give(FILE, open);
            monitor.execute("migrate-incoming", Json.object().with("uri", "fd:" + FILE));
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            var told = monitor.execute("query-migrate");
            switch (QmpHappenings.text(told, "status")) {
                case "completed" -> {
                    return;
                }
                case "failed", "cancelled" -> throw failed(QmpHappenings.text(told, "error-desc"));
                default -> LockSupport.parkNanos(LOOK_AGAIN.toNanos());
            }
            if (System.nanoTime() - deadline > 0) {
                throw failed("it took too long");
            }
        }
    }

    private static PosadaException failed(String why) {
        return new PosadaException(
                ErrorCode.OPERATION_FAILED,
                ErrorOrigin.QEMU,
                "the saved state was not read: " + (why.isEmpty() ? "broken off" : why));
    }
}
