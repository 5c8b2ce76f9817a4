package dev.posada.jvm;

import dev.posada.driver.Abilities.DumpForm;
import dev.posada.jvm.AttachException.Kind;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.model.TypedParameter;
import dev.posada.process.ProcessIdentity;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Looks into one running JVM: its figures, what its own commands answer, its heap, its recordings. Nothing is kept open and
 * nothing is loaded before it is used; what the JVM does not answer in time fails, and the JVM is none the worse for it.
 *
 * <p>Safe for use by several threads; the JVM itself answers one question after the other.
 */
final class Diagnostics {
    private static final System.Logger LOG = System.getLogger("posada.jvm");

    /** For a figure among many: rather none than a late one. */
    private static final Duration FIGURE_PATIENCE = Duration.ofSeconds(1);

    private static final Duration COMMAND_PATIENCE = Duration.ofSeconds(60);

    /** A hundred GiB at the pace of a slow disk. */
    private static final Duration WRITING_PATIENCE = Duration.ofHours(1);

    private static final int FIGURE_BYTES_MAX = 64 << 10;

    /** A text on the wire has at most 4 MiB; what JSON adds to one must have room. */
    private static final int ANSWER_BYTES_MAX = 3 << 20;

    private static final String JCMD = "jcmd";

    private final String name;
    private final ProcessIdentity process;
    private final Optional<Path> exchange;
    private final AttachSocket socket;

    /**
     * @param name the domain's, for messages
     * @param exchange a folder of the JVM's user alone that it sees under the same name as we do, if there is one
     */
    Diagnostics(String name, ProcessIdentity process, Optional<Path> exchange) {
        this.name = name;
        this.process = process;
        this.exchange = exchange;
        this.socket = new AttachSocket(process);
    }

    /**
     * The figures of {@code domstats}' group for JVMs.
     *
     * @param mayAsk whether the JVM may be asked for what it does not keep where others can read it. One that nobody ever
     *     asked anything is not asked even so: it would begin to listen because of us.
     */
    List<TypedParameter> figures(boolean mayAsk) {
        if (!process.exists()) {
            return List.of();
        }
        var data = PerfFile.read(process.pid()).orElseGet(PerfData::none);
        return JvmFigures.of(process.pid(), data, mayAsk ? heap() : Optional.empty());
    }

    private Optional<HeapNow> heap() {
        try {
            return socket.listens()
                    ? HeapNow.parse(socket.ask(JCMD, List.of("GC.heap_info"), FIGURE_PATIENCE, FIGURE_BYTES_MAX))
                    : Optional.empty();
        } catch (AttachException e) {
            LOG.log(Level.DEBUG, "domain {0}: {1}", name, e.description());
            return Optional.empty();
        }
    }

    /**
     * Has the JVM listen, so that figures are complete from the first time on. Returns at once; a JVM that does not want to is
     * left alone.
     */
    void invite() {
        Thread.ofVirtual().name("jvm-invite-" + process.pid()).start(() -> {
            try {
                var _ = socket.ask(JCMD, List.of("VM.version"), COMMAND_PATIENCE, FIGURE_BYTES_MAX);
            } catch (AttachException e) {
                LOG.log(Level.DEBUG, "domain {0}: {1}", name, e.description());
            }
        });
    }

    /**
     * What one of the JVM's own diagnostic commands answers.
     *
     * @param line as {@code Thread.print -l}
     * @throws AttachException of kind {@code REFUSED} with what the JVM said
     * @throws PosadaException when it cannot be asked
     */
    String command(String line) {
        return ask(JCMD, List.of(line), COMMAND_PATIENCE);
    }

    /** The same for a command that writes a file. */
    String writingCommand(String line) {
        return ask(JCMD, List.of(line), WRITING_PATIENCE);
    }

    /**
     * Writes the heap with all that is in it, as {@code jmap} does.
     *
     * @param wanted made anew, for its owner alone; gone again when this throws
     */
    void dumpHeap(Path wanted, DumpForm form) {
        switch (form) {
            case MACHINE, ELF -> {}
            case KDUMP_ZLIB, KDUMP_LZO, KDUMP_SNAPPY, WIN_DMP ->
                throw Refusal.argument("a JVM writes its heap in its own format alone (hprof); leave --format out");
        }
        write(wanted, ".hprof", to -> ask("dumpheap", List.of(to.toString(), "-all"), WRITING_PATIENCE));
    }

    /** Has the JVM write a file. */
    @FunctionalInterface
    interface Writing {
        /** Has it write to a path, and answers what the JVM said to that. */
        String write(Path to);
    }

    /**
     * Has the JVM write a file that ends up where it is wanted.
     *
     * @return its size in bytes
     */
    long write(Path wanted, String suffix, Writing writing) {
        boolean done = false;
        try (var file = Handover.create(wanted)) {
            try (var handover = Handover.prepare(process.pid(), wanted, exchange, suffix)) {
                String said;
                try {
                    said = writing.write(handover.theirs());
                } catch (AttachException e) {
                    throw new PosadaException(ErrorCode.OPERATION_FAILED, Refusal.ORIGIN, e.description(), e);
                }
                LOG.log(Level.DEBUG, "domain {0}: {1}", name, said);
                long bytes = handover.deliver(file).orElse(0);
                if (bytes == 0) {
                    throw Refusal.failed("the JVM wrote nothing: " + Refusal.shown(said.strip()));
                }
                done = true;
                return bytes;
            }
        } finally {
            if (!done) {
                remove(wanted);
            }
        }
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot remove {0}: {1}", file, e.getMessage());
        }
    }

    /** Waits for a JVM that has only been started until it can be asked. */
    void awaitReady() {
        socket.awaitReady();
    }

    private String ask(String word, List<String> arguments, Duration patience) {
        try {
            return socket.ask(word, arguments, patience, ANSWER_BYTES_MAX);
        } catch (AttachException e) {
            if (e.kind() == Kind.REFUSED) {
                throw e;
            }
            throw translated(e);
        }
    }

    private PosadaException translated(AttachException e) {
        var what = "domain '" + name + "': " + e.description();
        return switch (e.kind()) {
            case TIMED_OUT -> new PosadaException(ErrorCode.OPERATION_TIMEOUT, Refusal.ORIGIN, what, e);
            case TOO_LONG -> Refusal.failed(what + "; have the JVM write to a file instead", e);
            case CLOSED, FORBIDDEN, REFUSED -> Refusal.failed(what, e);
        };
    }
}
