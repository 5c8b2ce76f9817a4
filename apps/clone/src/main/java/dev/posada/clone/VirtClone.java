package dev.posada.clone;

import dev.posada.client.ClientSettings;
import dev.posada.client.Connection;
import dev.posada.client.ConnectionOptions;
import dev.posada.model.Element;
import dev.posada.model.PosadaException;
import dev.posada.terminal.Console;
import dev.posada.terminal.Meter;
import dev.posada.terminal.Tool;
import dev.posada.xml.Documents;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/** {@code virt-clone}: a second domain from a first one, with copies of its disks. */
public final class VirtClone implements Tool {
    /** The release whose interface this is. */
    private static final String VERSION = "4.1.0";

    private static final int FAILED = 1;
    private static final int USAGE = 2;

    @Override
    public int run(List<String> words, Console console) {
        CloneOptions options;
        try {
            options = CommandLine.parse(words);
        } catch (UsageException e) {
            console.err().println("usage: virt-clone --original [NAME] ...");
            console.err().println("virt-clone: error: " + e.getMessage());
            return USAGE;
        }
        if (options.flags().contains("help")) {
            console.out().print(Help.TEXT);
            return 0;
        }
        if (options.flags().contains("version")) {
            console.out().println(VERSION);
            return 0;
        }
        var told = options.debug() ? console.traced("virt-clone") : console;
        told.trace().begin(VERSION, words);
        var notices = new Notices(told, options.quiet() || options.printXml());
        try {
            clone(options, notices);
            return 0;
        } catch (CloneException | PosadaException e) {
            notices.error(e);
        } catch (CancellationException e) {
            console.err().println("Installation aborted at user request");
        }
        return FAILED;
    }

    private static void clone(CloneOptions options, Notices notices) {
        var checks = options.wantedChecks();
        if (options.prompt()) {
            notices.warn("--prompt mode is no longer supported.");
        }
        var uri = ClientSettings.ofThisUser().resolve(options.connect());
        notices.debug("Requesting libvirt URI " + uri.text());
        try (var connection = Connection.open(uri, ConnectionOptions.DEFAULT)) {
            if (options.files().isEmpty() && !options.autoClone()) {
                throw new CloneException(
                        "Either --auto-clone or --file is required, use '--auto-clone or --file' and try again.");
            }
            if (options.linked() && (options.reflink() || options.preserveData())) {
                throw new CloneException("Cannot use --linked and --"
                        + (options.reflink() ? "reflink" : "preserve-data") + " at the same time");
            }
            var source = Source.of(options, connection);
            source.refuseUnsafe(options);
            new Cloning(connection, options, checks, notices, source).run();
        }
    }

    /** One clone on its way from a source to a domain. */
    private static final class Cloning {
        private final Connection connection;
        private final CloneOptions options;
        private final Checks checks;
        private final Notices notices;
        private final Source source;
        private final Storehouse storehouse;
        private final Neighbours neighbours;
        private final Identity identity;
        private final CopyPlanner planner;

        Cloning(Connection connection, CloneOptions options, Checks checks, Notices notices, Source source) {
            this.connection = connection;
            this.options = options;
            this.checks = checks;
            this.notices = notices;
            this.source = source;
            this.storehouse = new Storehouse(connection, notices);
            this.neighbours = new Neighbours(connection);
            this.identity = new Identity(connection, neighbours);
            this.planner = new CopyPlanner(
                    storehouse, options, checks, notices, source.state().active());
        }

        void run() {
            var name = options.name()
                    .orElseGet(() -> CloneNames.domain(
                            source.name(),
                            taken -> connection.domainByName(taken).isPresent()));
            var who = new NewIdentity(name, options.uuid().orElseGet(identity::uuid), identity.uuid(), identity::mac);
            var clone = CloneDocument.renewed(source.document(), who, notices);
            var plans = plans();
            if (options.name().isEmpty() && !options.autoClone()) {
                throw new CloneException(
                        "A name is required for the new virtual machine, use '--name NEW_VM_NAME' to specify one.");
            }
            clone = CloneDocument.withMacs(clone, checkedMacs());
            givenPlaces(plans);
            if (!options.replace() && connection.domainByName(name).isPresent()) {
                throw new CloneException("Invalid name for new guest: Guest name '" + name + "' is already in use.");
            }
            automaticPlaces(plans, name);
            for (var plan : plans) {
                var copy = plan.copy();
                if (copy.isPresent()) {
                    clone = CloneDocument.withDisk(
                            clone,
                            plan.target(),
                            copy.get().type(),
                            copy.get().path(),
                            copy.get().format());
                }
            }
            var copies = new ArrayList<>(
                    plans.stream().flatMap(plan -> plan.copy().stream()).toList());
            var nvram = CloneDocument.nvram(source.document());
            if (nvram.isPresent()) {
                var path = nvramPath(nvram.get(), name);
                if (!options.preserveData()) {
                    planner.nvram(nvram.get(), path).ifPresent(copies::add);
                }
                clone = CloneDocument.withNvram(clone, path);
            }
            plans.forEach(this::checkPlace);
            notices.console().trace().tell("clone", xmlOf(clone));
            if (options.printXml()) {
                notices.console().out().print(Documents.formatDoubleQuoted(clone) + "\n");
            } else {
                duplicate(clone, copies);
            }
        }

        private static Supplier<String> xmlOf(Element clone) {
            return () -> "Clone's definition:\n" + Documents.formatDoubleQuoted(clone);
        }

        private void duplicate(Element clone, List<CopyTarget> copies) {
            var meter = notices.quiet()
                    ? Optional.<Meter>empty()
                    : Optional.of(Meter.on(notices.console().out()));
            new Duplication(connection, notices, meter, storehouse.made())
                    .run(clone, copies, options.replace(), () -> source.hasKeptStill(options));
            notices.say("");
            notices.say("Clone '" + clone.childText("name").orElse("") + "' created successfully.");
            if (copies.stream().anyMatch(CopyTarget.Overlay.class::isInstance)) {
                notices.warn("The clone's disks lie over those of '" + source.name()
                        + "': it must not be started again," + " nor its disks be changed, while the clone is needed.");
            }
        }

        private List<DiskPlan> plans() {
            var plans = new ArrayList<DiskPlan>();
            for (var disk : CloneDocument.disks(source.document())) {
                var plan = new DiskPlan(disk, planner.original(disk));
                if (options.forceCopy().contains(plan.target())) {
                    plan.act(DiskPlan.Action.COPY);
                }
                if (options.skipCopy().contains(plan.target())) {
                    plan.act(DiskPlan.Action.SHARE);
                }
                if (options.preserveData() && plan.action() == DiskPlan.Action.COPY) {
                    plan.act(DiskPlan.Action.PRESERVE);
                }
                plans.add(plan);
            }
            return plans;
        }

        private List<String> checkedMacs() {
            var macs = options.macs();
            if (macs.isEmpty() || macs.getFirst().equals("RANDOM")) {
                return List.of();
            }
            for (var mac : macs) {
                if (!mac.equals("RANDOM") && neighbours.hasMac(mac)) {
                    checks.refuse(
                            "mac_in_use",
                            "The MAC address '" + mac + "' is in use by another virtual machine.",
                            notices,
                            true);
                }
            }
            return macs;
        }

        /** Gives the disks the places the command line names, in their order. */
        private void givenPlaces(List<DiskPlan> plans) {
            var places = new ArrayDeque<>(options.files());
            for (var plan : plans) {
                if (plan.action() == DiskPlan.Action.SHARE) {
                    continue;
                }
                if (places.isEmpty() && options.autoClone()) {
                    return;
                }
                refuseObstacle(plan);
                if (plan.original().path().isEmpty()) {
                    places.pollFirst();
                    continue;
                }
                var place = Optional.ofNullable(places.pollFirst())
                        .filter(given -> !given.isEmpty())
                        .orElseThrow(() -> new CloneException("Disk '" + plan.target()
                                + "' needs a place for its copy: name it with another --file, or use --auto-clone."));
                plan.copyTo(planner.target(plan, place));
            }
        }

        /** Gives the others places beside the originals. */
        private void automaticPlaces(List<DiskPlan> plans, String name) {
            var planned = new HashSet<String>();
            plans.forEach(plan -> plan.copy().ifPresent(copy -> planned.add(copy.path())));
            for (var plan : plans) {
                if (plan.action() == DiskPlan.Action.SHARE || plan.copy().isPresent()) {
                    continue;
                }
                refuseObstacle(plan);
                var original = plan.original().path();
                if (original.isEmpty()) {
                    continue;
                }
                var like = options.linked() ? CloneNames.withSuffix(original.get(), ".qcow2") : original.get();
                var path = CloneNames.disk(
                        source.name(), name, like, taken -> planned.contains(taken) || storehouse.exists(taken));
                planned.add(path);
                plan.copyTo(planner.target(plan, path));
            }
        }

        private static void refuseObstacle(DiskPlan plan) {
            if (plan.action() == DiskPlan.Action.COPY) {
                plan.original().obstacle().ifPresent(reason -> {
                    throw new CloneException("Could not determine original disk information: " + reason);
                });
            }
        }

        private String nvramPath(String original, String name) {
            return options.nvram()
                    .orElseGet(() -> original.substring(0, original.lastIndexOf('/') + 1) + name + "_VARS.fd");
        }

        private void checkPlace(DiskPlan plan) {
            var copy = plan.copy();
            if (copy.isEmpty()) {
                return;
            }
            var path = copy.get().path();
            if (plan.action() == DiskPlan.Action.COPY && storehouse.exists(path)) {
                checks.refuse("path_exists", "This will overwrite the existing path '" + path + "'", notices, true);
            }
            var users = neighbours.usersOf(path, storehouse);
            if (!users.isEmpty()) {
                var names = users.stream().map(user -> "'" + user + "'").toList();
                checks.refuse(
                        "path_in_use",
                        "Disk " + path + " is already in use by other guests [" + String.join(", ", names) + "].",
                        notices,
                        true);
            }
        }
    }
}
