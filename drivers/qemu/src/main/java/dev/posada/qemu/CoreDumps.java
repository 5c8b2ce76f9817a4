package dev.posada.qemu;

import dev.posada.driver.Abilities.DumpForm;
import dev.posada.model.DomainDefinition;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.posix.Descriptor;
import dev.posada.posix.Errno;
import dev.posada.posix.OpenFlag;
import dev.posada.posix.PosixException;
import dev.posada.qmp.Json;
import dev.posada.qmp.QmpEvent;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Writes guests' memory to files, for whoever finds out why they crashed. One at a time. */
final class CoreDumps {
    private static final System.Logger LOG = System.getLogger("posada.qemu");

    /** A terabyte at the pace of a slow disk. */
    private static final Duration PATIENCE = Duration.ofHours(4);

    /** How often it is looked whether the machine is still there. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    /** From QEMU's word that a state is written to its end with it, mostly less than a millisecond. */
    private static final Duration FINALIZING_PATIENCE = Duration.ofSeconds(30);

    private static final Duration FINALIZING_LOOK = Duration.ofMillis(5);

    private static final int OWNER_ALONE = 0600;

    /** The name QEMU knows the open file by. */
    private static final String FILE = "dump";

    private static final String DUMP_COMPLETED = "DUMP_COMPLETED";
    private static final String MIGRATION = "MIGRATION";

    /** In bytes a second; QEMU keeps a reserve below the largest number. */
    private static final long BANDWIDTH_UNLIMITED = Long.MAX_VALUE / (1 << 20) * (1 << 20);

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
     * Dumps a crashed guest's memory into the dump folder and waits until that is done. A dump that fails is reported in
     * the log: what was to follow it still has to.
     */
    void dump(DomainDefinition definition) {
        var id = definition.root().attribute("id", "0");
        var file = folder.resolve(id + "-" + definition.name() + "-" + TIME.format(clock.instant()));
        try {
            Folders.make(folder);
            try (var open = create(file)) {
                write(open, DumpForm.ELF);
            }
            LOG.log(Level.INFO, "domain {0}: memory dumped to {1}", definition.name(), file);
        } catch (PosadaException e) {
            LOG.log(Level.ERROR, "domain {0}: cannot dump to {1}: {2}", definition.name(), file, e.getMessage());
        }
    }

    /**
     * Makes a file for a dump, for its owner alone; one that is there is written anew.
     *
     * @throws PosadaException {@code SYSTEM_ERROR} when it cannot be made
     */
    static Descriptor create(Path file) {
        try {
            return Descriptor.open(file, EnumSet.of(OpenFlag.WRITE, OpenFlag.CREATE, OpenFlag.TRUNCATE), OWNER_ALONE);
        } catch (PosixException e) {
            throw PosadaException.system(
                    ErrorOrigin.QEMU,
                    e.errno(),
                    "Failed to create file '" + file + "': " + Errno.description(e.errno()));
        }
    }

    /**
     * Writes into an open file and waits until that is done.
     *
     * @throws PosadaException {@code INVALID_ARG} when this QEMU does not write the form, {@code OPERATION_FAILED} when it
     *     gave up
     */
    void write(Descriptor file, DumpForm form) {
        if (form == DumpForm.MACHINE) {
            writeMachine(file);
            return;
        }
        var format = format(form);
        boolean known = monitor.execute("query-dump-guest-memory-capability").member("formats").stream()
                .flatMap(formats -> formats.elements().stream())
                .anyMatch(Json.of(format)::equals);
        if (!known) {
            throw new PosadaException(
                    ErrorCode.INVALID_ARG,
                    ErrorOrigin.QEMU,
                    "unsupported dumpformat '" + format + "' for this QEMU binary");
        }
        completions.clear();
        monitor.give(FILE, file);
        monitor.execute(
                "dump-guest-memory",
                Json.object()
                        .with("paging", false)
                        .with("protocol", "fd:" + FILE)
                        .with("detach", true)
                        .with("format", format));
        var error = QmpHappenings.text(awaitCompletion(DUMP_COMPLETED).data(), "error");
        if (!error.isEmpty()) {
            throw failed("memory-only dump failed: " + error);
        }
    }

    /** The machine's whole state is what another QEMU would be sent. */
    void writeMachine(Descriptor file) {
        monitor.execute(
                "migrate-set-capabilities",
                Json.object()
                        .with(
                                "capabilities",
                                Json.array(List.of(Json.object()
                                        .with("capability", "events")
                                        .with("state", true)))));
        monitor.execute("migrate-set-parameters", Json.object().with("max-bandwidth", BANDWIDTH_UNLIMITED));
        completions.clear();
        monitor.give(FILE, file);
        monitor.execute("migrate", Json.object().with("uri", "fd:" + FILE));
        while (true) {
            switch (QmpHappenings.text(awaitCompletion(MIGRATION).data(), "status")) {
                case "completed" -> {
                    awaitFinalized();
                    return;
                }
                case "failed", "cancelled" -> {
                    var why = QmpHappenings.text(monitor.execute("query-migrate"), "error-desc");
                    throw failed("the machine's state was not written: " + (why.isEmpty() ? "broken off" : why));
                }
                default -> {} // on the way
            }
        }
    }

    /** QEMU says that all is written a moment before it would let the machine go on. */
    private void awaitFinalized() {
        long deadline = System.nanoTime() + FINALIZING_PATIENCE.toNanos();
        while (QmpHappenings.text(monitor.execute("query-status"), "status").equals("finish-migrate")) {
            if (System.nanoTime() - deadline > 0) {
                throw failed("the machine's state was written, but QEMU does not come to an end with it");
            }
            LockSupport.parkNanos(FINALIZING_LOOK.toNanos());
        }
    }

    private static String format(DumpForm form) {
        return switch (form) {
            case MACHINE, ELF -> "elf";
            case KDUMP_ZLIB -> "kdump-zlib";
            case KDUMP_LZO -> "kdump-lzo";
            case KDUMP_SNAPPY -> "kdump-snappy";
            case WIN_DMP -> "win-dmp";
        };
    }

    private QmpEvent awaitCompletion(String name) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (true) {
                var event = completions.poll(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
                if (event != null && event.name().equals(name)) {
                    return event;
                }
                if (event == null && !monitor.isOpen()) {
                    throw failed("domain is not running any more");
                }
                if (System.nanoTime() - deadline > 0) {
                    throw failed("the dump took too long");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PosadaException(ErrorCode.OPERATION_ABORTED, ErrorOrigin.QEMU, "interrupted while dumping", e);
        }
    }

    private static PosadaException failed(String detail) {
        return new PosadaException(ErrorCode.OPERATION_FAILED, ErrorOrigin.QEMU, detail);
    }

    /** A dump is done, well or not, or has come further. */
    void completed(QmpEvent completion) {
        completions.add(completion);
    }
}
