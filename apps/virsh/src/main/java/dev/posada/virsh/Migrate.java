package dev.posada.virsh;

import dev.posada.client.Connection;
import dev.posada.client.Domain;
import dev.posada.client.Flag;
import dev.posada.client.Migration;
import dev.posada.model.PosadaException;
import dev.posada.model.TypedParameter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** {@code migrate}. */
final class Migrate {
    private static final Duration NEVER = Duration.ofNanos(Long.MAX_VALUE);
    private static final int FIRST_PASS = 1;

    /** An option, what it stands for on the wire, and what kind of value it has. */
    private record Parameter(String option, String name, Kind kind) {}

    private enum Kind {
        TEXT,
        FILE,
        LIST,
        INT,
        UNSIGNED_LONG
    }

    /** In the order of the synopsis. */
    private static final List<Parameter> PARAMETERS = List.of(
            new Parameter("migrateuri", "migrate_uri", Kind.TEXT),
            new Parameter("graphicsuri", "graphics_uri", Kind.TEXT),
            new Parameter("listen-address", "listen_address", Kind.TEXT),
            new Parameter("dname", "destination_name", Kind.TEXT),
            new Parameter("migrate-disks", "migrate_disks", Kind.LIST),
            new Parameter("disks-port", "disks_port", Kind.INT),
            new Parameter("disks-uri", "disks_uri", Kind.TEXT),
            new Parameter("comp-methods", "compression", Kind.LIST),
            new Parameter("comp-mt-level", "compression.mt.level", Kind.INT),
            new Parameter("comp-mt-threads", "compression.mt.threads", Kind.INT),
            new Parameter("comp-mt-dthreads", "compression.mt.dthreads", Kind.INT),
            new Parameter("comp-xbzrle-cache", "compression.xbzrle.cache", Kind.UNSIGNED_LONG),
            new Parameter("xml", "destination_xml", Kind.FILE),
            new Parameter("persistent-xml", "persistent_xml", Kind.FILE),
            new Parameter("auto-converge-initial", "auto_converge.initial", Kind.INT),
            new Parameter("auto-converge-increment", "auto_converge.increment", Kind.INT),
            new Parameter("bandwidth", "bandwidth", Kind.UNSIGNED_LONG),
            new Parameter("postcopy-bandwidth", "bandwidth.postcopy", Kind.UNSIGNED_LONG),
            new Parameter("parallel-connections", "parallel.connections", Kind.INT),
            new Parameter("tls-destination", "tls.destination", Kind.TEXT));

    private Migrate() {}

    static Command command() {
        return Command.named("migrate")
                .summary("move a domain to another host")
                .description("Moves a domain to another host; with --live while its guest runs.")
                .options(
                        Domains.option().completing(Proposals.domains(Flag.List.ACTIVE)),
                        Option.value(
                                "desturi", "the other daemon's address: seen from here, or from the source with --p2p"),
                        Option.flag("live", "while the guest runs"),
                        Option.flag("offline", "only the definition; the guest does not run"),
                        Option.flag("p2p", "the daemons do it between themselves"),
                        Option.flag("direct", "the hypervisors do it between themselves"),
                        Option.flag("tunnelled", "through the daemons' own connection"),
                        Option.flag("persistent", "keep its definition at the destination"),
                        Option.flag("undefinesource", "forget its definition at the source"),
                        Option.flag("suspend", "leave it suspended at the destination"),
                        Option.flag("copy-storage-all", "copy its disks"),
                        Option.flag("copy-storage-inc", "copy what its disks have beyond their bases"),
                        Option.flag("copy-storage-synchronous-writes", "make the guest's writes wait for both sides"),
                        Option.flag("change-protection", "let nobody change it meanwhile"),
                        Option.flag("unsafe", "even where data may be lost"),
                        SaveDomain.verbose(),
                        Option.flag("compressed", "compress pages that are sent again"),
                        Option.flag("auto-converge", "slow the guest down if it changes too much"),
                        Option.flag("rdma-pin-all", "pin all memory before RDMA begins"),
                        Option.flag("abort-on-error", "give up when a disk fails meanwhile"),
                        Option.flag("postcopy", "allow 'migrate-postcopy' to let the guest run there first"),
                        Option.flag("postcopy-after-precopy", "do so by itself after all was sent once"),
                        Option.flag("postcopy-resume", "go on with what was interrupted after that"),
                        Option.flag("zerocopy", "send without copying in the host"))
                .options(
                        Option.text("migrateuri", "where the hypervisor of the destination listens"),
                        Option.text("graphicsuri", "where viewers find the guest afterwards"),
                        Option.text("listen-address", "the address the destination listens at"),
                        Option.text("dname", "its name at the destination"),
                        Option.number("timeout", "seconds after which one of the next two is done"),
                        Option.flag("timeout-suspend", "suspend the guest, so that it can be moved"),
                        Option.flag("timeout-postcopy", "let the guest run at the destination"),
                        Option.text("xml", "a file with its document for the destination"),
                        Option.text("migrate-disks", "targets of the disks to copy, with commas")
                                .completing(DomainParts.disks()),
                        Option.number("disks-port", "the port the disks are sent to"),
                        Option.text("disks-uri", "where the disks are sent to"),
                        Option.text("comp-methods", "ways to compress, with commas")
                                .completing(Completer.words("xbzrle", "mt", "zlib", "zstd")),
                        Option.number("comp-mt-level", "how hard mt tries, 0 to 9"),
                        Option.number("comp-mt-threads", "threads that compress"),
                        Option.number("comp-mt-dthreads", "threads that expand"),
                        Option.number("comp-xbzrle-cache", "bytes for pages that are sent again"),
                        Option.number("auto-converge-initial", "how much the guest is slowed down first, in percent"),
                        Option.number("auto-converge-increment", "how much more each time, in percent"),
                        Option.text("persistent-xml", "a file with the definition to keep at the destination"),
                        Option.flag("tls", "encrypt what the hypervisors send"),
                        Option.number("postcopy-bandwidth", "MiB a second while the guest runs there"),
                        Option.flag("parallel", "over several connections"),
                        Option.number("parallel-connections", "how many"),
                        Option.number("bandwidth", "MiB a second"),
                        Option.text("tls-destination", "the name in the destination's certificate"))
                .action(Migrate::run);
    }

    private static void run(Call call) {
        check(call);
        var domain = Domains.of(call);
        var patience = call.timeout();
        if (patience.isPresent() && !call.has("live")) {
            throw new CommandException("migrate: Unexpected timeout for offline migration");
        }
        if (patience.isEmpty() && (call.has("timeout-suspend") || call.has("timeout-postcopy"))) {
            throw new CommandException("migrate: Unexpected --timeout-* option without --timeout");
        }
        var uri = call.required("desturi");
        var options = options(call);
        boolean unmanaged = call.has("p2p") || call.has("direct");
        if (unmanaged) {
            var parameters = parameters(call);
            watch(call, domain, patience.orElse(NEVER), () -> domain.migration().toUri(uri, parameters, options));
            return;
        }
        try (var destination = Connection.open(uri, call.session().settings().connecting())) {
            var parameters = parameters(call);
            watch(call, domain, patience.orElse(NEVER), () -> domain.migration().to(destination, parameters, options));
        }
    }

    private static void check(Call call) {
        call.exclusive("live", "offline");
        call.exclusive("timeout-suspend", "timeout-postcopy");
        call.requires("postcopy-after-precopy", "postcopy");
        call.requires("timeout-postcopy", "postcopy");
        call.requires("persistent-xml", "persistent");
        call.requires("tls-destination", "tls");
    }

    private static void watch(Call call, Domain domain, Duration patience, Runnable migration) {
        var ended = new CountDownLatch(1);
        if (call.has("postcopy-after-precopy")) {
            Thread.ofVirtual().name("virsh-postcopy").start(() -> switchAfterFirstPass(domain, ended));
        }
        try {
            new JobWatch(call, domain, "Migration", call.has("verbose"))
                    .run(migration, patience, () -> late(call, domain));
        } finally {
            ended.countDown();
        }
    }

    private static void late(Call call, Domain domain) {
        try {
            if (call.has("timeout-postcopy")) {
                domain.migrationTuning().switchToPostCopy();
            } else if (domain.isActive()) {
                domain.suspend();
            }
        } catch (PosadaException e) {
            call.complain(call.has("timeout-postcopy") ? "switching to post-copy failed" : "suspending domain failed");
            call.complain(e.getMessage());
        }
    }

    /** Asks the daemon each moment which pass it is in, until it is the second. */
    private static void switchAfterFirstPass(Domain domain, CountDownLatch ended) {
        try {
            while (!ended.await(JobWatch.INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                for (var figure : domain.job().figures().parameters()) {
                    if (figure.name().equals("memory_iteration")
                            && Parameters.json(figure) instanceof Number pass
                            && pass.longValue() > FIRST_PASS) {
                        domain.migrationTuning().switchToPostCopy();
                        return;
                    }
                }
            }
        } catch (PosadaException e) {
            // The migration goes on without, or has ended and says how.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Set<Migration.Option> options(Call call) {
        var options = EnumSet.noneOf(Migration.Option.class);
        for (var option : Migration.Option.values()) {
            if (call.has(name(option))) {
                options.add(option);
            }
        }
        return options;
    }

    private static String name(Migration.Option option) {
        return switch (option) {
            case PEER_TO_PEER -> "p2p";
            case PERSIST_DESTINATION -> "persistent";
            case UNDEFINE_SOURCE -> "undefinesource";
            case PAUSED -> "suspend";
            case COPY_DISKS -> "copy-storage-all";
            case COPY_OVERLAYS -> "copy-storage-inc";
            case SYNCHRONOUS_WRITES -> "copy-storage-synchronous-writes";
            case ZERO_COPY -> "zerocopy";
            default -> OptionNames.of(option);
        };
    }

    private static List<TypedParameter> parameters(Call call) {
        var parameters = new ArrayList<TypedParameter>();
        for (var each : PARAMETERS) {
            if (call.has(each.option())) {
                add(call, each, parameters);
            }
        }
        return parameters;
    }

    private static void add(Call call, Parameter each, List<TypedParameter> parameters) {
        switch (each.kind()) {
            case TEXT -> parameters.add(TypedParameter.ofText(each.name(), call.required(each.option())));
            case LIST -> {
                for (var word : call.required(each.option()).split(",", -1)) {
                    parameters.add(TypedParameter.ofText(each.name(), word));
                }
            }
            case INT ->
                parameters.add(TypedParameter.ofInt(
                        each.name(), call.integer(each.option()).orElseThrow()));
            case UNSIGNED_LONG ->
                parameters.add(TypedParameter.ofUnsigned(
                        each.name(),
                        call.number(each.option(), 0, Long.MAX_VALUE)
                                .orElseThrow()
                                .longValue()));
            case FILE -> {
                var file = call.required(each.option());
                try {
                    parameters.add(TypedParameter.ofText(each.name(), TextFiles.xml(call, file)));
                } catch (CommandException e) {
                    throw new CommandException("cannot read file '" + file + "'", e);
                }
            }
        }
    }
}
