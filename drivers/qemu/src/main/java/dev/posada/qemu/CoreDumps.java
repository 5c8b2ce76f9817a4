package dev.posada.qemu;

import dev.posada.model.DomainDefinition;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.qmp.Json;
import dev.posada.qmp.QmpEvent;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Writes a crashed guest's memory to a file, for whoever finds out why it crashed. */
final class CoreDumps {
    private static final System.Logger LOG = System.getLogger("posada.qemu");

    /** A terabyte at the pace of a slow disk. */
    private static final Duration PATIENCE = Duration.ofHours(4);

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd-HH:mm:ss").withZone(ZoneOffset.UTC);

    private final Monitor monitor;
    private final Path folder;
    private final InstantSource clock;
    private final LinkedBlockingQueue<QmpEvent> completions = new LinkedBlockingQueue<>();

    CoreDumps(Monitor monitor, Path folder, InstantSource clock) {
        this.monitor = monitor;
        this.folder = folder;
        this.clock = clock;
    }

    /**
     * Dumps the guest's memory and waits until that is done. A dump that fails is reported in the log: what was to follow
     * it still has to.
     */
    void dump(DomainDefinition definition) {
        var id = definition.root().attribute("id", "0");
        var file = folder.resolve(id + "-" + definition.name() + "-" + TIME.format(clock.instant()));
        try {
            Folders.make(folder);
            completions.clear();
            monitor.execute(
                    "dump-guest-memory",
                    Json.object()
                            .with("paging", false)
                            .with("protocol", "file:" + file)
                            .with("detach", true));
            var completion = completions.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            var error = completion == null ? "it took too long" : QmpHappenings.text(completion.data(), "error");
            if (!error.isEmpty()) {
                throw new PosadaException(ErrorCode.OPERATION_FAILED, ErrorOrigin.QEMU, error);
            }
            LOG.log(Level.INFO, "domain {0}: memory dumped to {1}", definition.name(), file);
        } catch (PosadaException e) {
            LOG.log(Level.ERROR, "domain {0}: cannot dump to {1}: {2}", definition.name(), file, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A dump is done, well or not. */
    void completed(QmpEvent completion) {
        completions.add(completion);
    }
}
