package dev.posada.virsh;

import dev.posada.client.Domain;
import dev.posada.client.DomainBlocks;
import dev.posada.client.DomainBlocks.Abort;
import dev.posada.client.DomainBlocks.Commit;
import dev.posada.client.DomainBlocks.Rebase;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code blockpull}, {@code blockcommit}, {@code blockjob}. */
final class BlockJobs {
    private static final long MIB = 1024 * 1024;
    private static final List<String> TYPES =
            List.of("Unknown job", "Block Pull", "Block Copy", "Block Commit", "Active Block Commit", "Backup");

    private BlockJobs() {}

    static Option path() {
        return Option.value("path", "the disk's target or source").completing(DomainParts.disks());
    }

    static Option bandwidth() {
        return Option.number("bandwidth", "the most it may write a second, in MiB unless a unit follows");
    }

    static Option bytes() {
        return Option.flag("bytes", "a bandwidth without a unit is in bytes");
    }

    /** The bandwidth in MiB, or in bytes where the user speaks of these; 0 for no limit. */
    static long bandwidth(Call call) {
        boolean bytes = call.has("bytes");
        long wanted;
        try {
            wanted = call.bytes("bandwidth", bytes ? 1 : MIB).orElse(0L);
        } catch (CommandException e) {
            throw new CommandException(e.lines().getFirst().replace("<bandwidth>", "<--bandwidth>"));
        }
        return bytes ? wanted : wanted / MIB;
    }

    static Command blockpull() {
        return Command.named("blockpull")
                .summary("merge images of a disk into the one the guest writes to")
                .description("Copies what the guest sees of the images below into the image it writes to.\n"
                        + "Afterwards that one needs none of them, or only those from the base on.")
                .options(
                        Domains.option(),
                        path(),
                        bandwidth(),
                        Option.text("base", "the image to stop at"),
                        Option.flag("wait", "until it is done"),
                        Option.flag("verbose", "with --wait, show how far it is"),
                        Option.number("timeout", "with --wait, give up after so many seconds"),
                        Option.flag("async", "with --wait, do not wait for the end of a job given up"),
                        Option.flag("keep-relative", "keep relative names of images relative"),
                        bytes())
                .action(BlockJobs::blockpull);
    }

    private static void blockpull(Call call) {
        call.requires("verbose", "wait");
        call.requires("async", "wait");
        var path = call.required("path");
        var base = call.text("base");
        long bandwidth = bandwidth(call);
        var timeout = call.timeout();
        var domain = Domains.of(call);
        if (!call.has("wait")) {
            pull(call, domain, path, base, bandwidth);
            call.extra("Block Pull started");
            return;
        }
        try (var wait = BlockJobWait.on(call, domain, path, "Block Pull")) {
            pull(call, domain, path, base, bandwidth);
            switch (wait.await(timeout)) {
                case COMPLETED, READY -> call.extra("\nPull complete");
                case CANCELED -> throw ended(call, "\nPull aborted");
                case FAILED -> throw ended(call, "\nPull failed");
            }
        }
    }

    /** Says how a job ended that did not do what was asked. */
    static CommandException ended(Call call, String how) {
        call.extra(how);
        return CommandException.silent();
    }

    private static void pull(Call call, Domain domain, String path, Optional<String> base, long bandwidth) {
        boolean bytes = call.has("bytes");
        if (base.isEmpty() && !call.has("keep-relative")) {
            domain.blocks().pull(path, bandwidth, bytes);
            return;
        }
        var flags = EnumSet.noneOf(Rebase.class);
        if (call.has("keep-relative")) {
            flags.add(Rebase.RELATIVE);
        }
        if (bytes) {
            flags.add(Rebase.BANDWIDTH_BYTES);
        }
        domain.blocks().rebase(path, base.orElse(null), bandwidth, flags);
    }

    static Command blockcommit() {
        return Command.named("blockcommit")
                .summary("merge images of a disk downwards")
                .description("Copies what stands in the images from top down into the base, which takes their place.")
                .options(
                        Domains.option(),
                        path(),
                        bandwidth(),
                        Option.text("base", "the image that takes all; the lowest where none is named"),
                        Option.flag("shallow", "into the image right below the top"),
                        Option.text("top", "the highest image to merge; the guest's own where none is named"),
                        Option.flag("active", "also the image the guest writes to"),
                        Option.flag("delete", "delete the images that are not needed any more"),
                        Option.flag("wait", "until it is done, or with --active ready to be ended"),
                        Option.flag("verbose", "with --wait, show how far it is"),
                        Option.number("timeout", "as --wait, and give up after so many seconds"),
                        Option.flag("pivot", "as --active --wait, and then the guest goes on with the base"),
                        Option.flag("keep-overlay", "as --active --wait, and then the guest keeps its image"),
                        Option.flag("async", "with --wait, do not wait for the end of a job given up"),
                        Option.flag("keep-relative", "keep relative names of images relative"),
                        bytes())
                .action(BlockJobs::blockcommit);
    }

    private static void blockcommit(Call call) {
        call.exclusive("pivot", "keep-overlay");
        boolean active = call.has("active") || call.has("pivot") || call.has("keep-overlay");
        boolean waiting = call.has("wait") || call.has("timeout") || call.has("pivot") || call.has("keep-overlay");
        requireWaiting(call, waiting, "--keep-overlay");
        var path = call.required("path");
        long bandwidth = bandwidth(call);
        var timeout = call.timeout();
        var flags = EnumSet.noneOf(Commit.class);
        add(call, flags, "shallow", Commit.SHALLOW);
        add(call, flags, "delete", Commit.DELETE);
        add(call, flags, "keep-relative", Commit.RELATIVE);
        add(call, flags, "bytes", Commit.BANDWIDTH_BYTES);
        if (active) {
            flags.add(Commit.ACTIVE);
        }
        var domain = Domains.of(call);
        if (!waiting) {
            commit(call, domain, path, bandwidth, flags);
            call.extra(active ? "Active Block Commit started" : "Block Commit started");
            return;
        }
        try (var wait = BlockJobWait.on(call, domain, path, "Block commit")) {
            commit(call, domain, path, bandwidth, flags);
            switch (wait.await(timeout)) {
                case COMPLETED -> call.extra("\nCommit complete");
                case READY -> ready(call, domain, path);
                case CANCELED -> throw ended(call, "\nCommit aborted");
                case FAILED -> throw ended(call, "\nCommit failed");
            }
        }
    }

    private static void add(Call call, EnumSet<Commit> flags, String option, Commit flag) {
        if (call.has(option)) {
            flags.add(flag);
        }
    }

    /** Complains of options that only make sense while the command waits. */
    static void requireWaiting(Call call, boolean waiting, String last) {
        for (var option : List.of("verbose", "async")) {
            if (call.has(option) && !waiting) {
                throw new CommandException(
                        "--" + option + " requires at least one of --timeout, --wait, --pivot, or " + last);
            }
        }
    }

    private static void commit(Call call, Domain domain, String path, long bandwidth, Set<Commit> flags) {
        domain.blocks()
                .commit(path, call.text("base").orElse(null), call.text("top").orElse(null), bandwidth, flags);
    }

    private static void ready(Call call, Domain domain, String path) {
        if (call.has("pivot")) {
            pivot(call, domain, path);
            call.extra("\nSuccessfully pivoted");
        } else if (call.has("keep-overlay")) {
            finish(call, domain, path);
            call.extra("\nCommit complete, overlay image kept");
        } else {
            call.extra("\nNow in synchronized phase");
        }
    }

    /** Ends a job so that the guest goes on with the copy. */
    static void pivot(Call call, Domain domain, String path) {
        call.attempt(
                "failed to pivot job for disk " + path, () -> domain.blocks().abort(path, EnumSet.of(Abort.PIVOT)));
    }

    /** Ends a job so that the guest stays with its image. */
    static void finish(Call call, Domain domain, String path) {
        call.attempt(
                "failed to finish job for disk " + path, () -> domain.blocks().abort(path, Set.of()));
    }

    static Command blockjob() {
        return Command.named("blockjob")
                .summary("show, limit or end the job of a disk")
                .options(
                        Domains.option(),
                        path(),
                        Option.flag("abort", "end it"),
                        Option.flag("async", "end it, and do not wait for that"),
                        Option.flag("pivot", "end it, and the guest goes on with the copy"),
                        Option.flag("info", "show it, as is done without these"),
                        Option.flag("bytes", "the bandwidth in bytes, not MiB"),
                        Option.flag("raw", "show its numbers"),
                        Option.number("bandwidth", "the most it may write a second, in MiB unless a unit follows"))
                .action(BlockJobs::blockjob);
    }

    private static void blockjob(Call call) {
        for (var showing : List.of("raw", "info")) {
            for (var other : List.of("abort", "async", "pivot", "bandwidth")) {
                call.exclusive(showing, other);
            }
        }
        for (var other : List.of("abort", "async", "pivot")) {
            call.exclusive("bytes", other);
        }
        var path = call.required("path");
        long bandwidth = bandwidth(call);
        var domain = Domains.of(call);
        if (call.has("abort") || call.has("async") || call.has("pivot")) {
            var flags = EnumSet.noneOf(Abort.class);
            if (call.has("async")) {
                flags.add(Abort.ASYNC);
            }
            if (call.has("pivot")) {
                flags.add(Abort.PIVOT);
            }
            domain.blocks().abort(path, flags);
        } else if (call.has("bandwidth")) {
            domain.blocks().setSpeed(path, bandwidth, call.has("bytes"));
        } else {
            show(call, path, job(call, domain, path));
        }
    }

    private static Optional<DomainBlocks.Job> job(Call call, Domain domain, String path) {
        if (call.has("raw") && !call.has("bytes")) {
            return domain.blocks().job(path, false);
        }
        try {
            return domain.blocks().job(path, true);
        } catch (PosadaException e) {
            if (e.code() != ErrorCode.INVALID_ARG || call.has("bytes")) {
                throw e;
            }
            // An older daemon does not know of bytes.
            return domain.blocks()
                    .job(path, false)
                    .map(job -> new DomainBlocks.Job(job.type(), job.bandwidth() * MIB, job.current(), job.end()));
        }
    }

    private static void show(Call call, String path, Optional<DomainBlocks.Job> found) {
        if (call.json()) {
            call.printJson(found.map(BlockJobs::json).orElse(Map.of()));
            return;
        }
        if (found.isEmpty()) {
            if (!call.has("raw")) {
                call.extra("No current block job for " + path);
            }
            return;
        }
        var job = found.get();
        if (call.has("raw")) {
            call.print(" type=" + type(job) + "\n bandwidth=" + Long.toUnsignedString(job.bandwidth()) + "\n cur="
                    + Long.toUnsignedString(job.current()) + "\n end=" + Long.toUnsignedString(job.end()) + "\n");
            return;
        }
        BlockJobWait.progress(call, type(job), job);
        call.println(
                job.bandwidth() == 0
                        ? ""
                        : "    Bandwidth limit: " + Long.toUnsignedString(job.bandwidth()) + " bytes/s ("
                                + PrettySize.of(job.bandwidth()) + "/s)");
    }

    private static String type(DomainBlocks.Job job) {
        return job.type() >= 0 && job.type() < TYPES.size() ? TYPES.get(job.type()) : TYPES.getFirst();
    }

    private static Map<String, Object> json(DomainBlocks.Job job) {
        var object = new LinkedHashMap<String, Object>();
        object.put("type", type(job));
        object.put("bandwidth", job.bandwidth());
        object.put("current", job.current());
        object.put("end", job.end());
        return object;
    }
}
