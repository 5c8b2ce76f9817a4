package dev.posada.install;

import dev.posada.client.ClientSettings;
import dev.posada.client.Connection;
import dev.posada.install.Arguments.Given;
import dev.posada.model.PosadaException;
import dev.posada.osinfo.OsDatabase;
import dev.posada.terminal.Console;
import dev.posada.terminal.Tool;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** {@code virt-install}: makes a guest of what a command line says, and installs a system into it. */
public final class VirtInstall implements Tool {
    /** The version of virt-install whose options these are. */
    static final String VERSION = "4.1.0";

    private static final int FAILED = 1;
    private static final int MISUSED = 2;

    @Override
    public int run(List<String> words, Console console) {
        var arguments = Arguments.read("virt-install", "--name NAME --memory MB STORAGE INSTALL [options]");
        try {
            var given = arguments.parse(words);
            if (given.has("help")) {
                console.out().print(arguments.help("Creates a virtual machine and installs a system into it."));
                return 0;
            }
            if (given.has("version")) {
                console.out().println(VERSION);
                return 0;
            }
            if (!given.has("debug")) {
                return run(given, console);
            }
            var traced = console.traced("virt-install");
            traced.trace().begin(VERSION, words);
            return run(given, traced);
        } catch (Arguments.UsageException e) {
            console.err().println(arguments.usage());
            console.err().println(arguments.program() + ": error: " + e.getMessage());
            return MISUSED;
        }
    }

    private static int run(Given given, Console console) {
        given.text("print-step").ifPresent(step -> given.put("print-xml", List.of(step)));
        boolean prints = given.has("print-xml") || given.has("test-media-detection");
        var messages = new Messages(console, prints || given.has("quiet"));
        try {
            var table = OptionTable.read();
            if (OptionHelp.show(given, table, console)) {
                return 0;
            }
            return new Run(given, table, messages).run();
        } catch (PosadaException | InstallException e) {
            messages.error(e);
            return FAILED;
        }
    }

    /** One use of the program. */
    private static final class Run {
        private final Given given;
        private final OptionTable table;
        private final Messages messages;
        private final Checks checks = new Checks();
        private final LazyDatabase database = new LazyDatabase();

        Run(Given given, OptionTable table, Messages messages) {
            this.given = given;
            this.table = table;
            this.messages = messages;
        }

        int run() {
            for (var text : given.has("check") ? given.all("check") : List.<String>of()) {
                new PlainOption(table.section("check"), text)
                        .values()
                        .forEach((name, value) ->
                                checks.want(name, value.filter("yes"::equals).isPresent()));
            }
            if (given.has("prompt")) {
                messages.warn("--prompt mode is no longer supported.");
            }
            new OldOptions(given, messages).convert();
            for (var option : List.of("disk", "network", "graphics")) {
                if (given.has(option)) {
                    messages.trace().tell("cli", () -> "Distilled --" + option + " options: " + given.all(option));
                }
            }
            if (given.has("force")) {
                checks.want("all", false);
            }
            var uri = ClientSettings.ofThisUser().resolve(given.text("connect"));
            try (var connection = messages.connect(uri)) {
                return run(connection);
            }
        }

        private int run(Connection connection) {
            var host = new Host(connection, given.text("connect"), messages.trace());
            if (given.text("test-media-detection").isPresent()) {
                return detect(host, given.text("test-media-detection").get());
            }
            var order = ElementOrder.read();
            Function<Node, Guest> open = document -> new Guest(host, messages, order, database::get, document);
            var install = given.text("install").map(text -> new PlainOption(table.section("install"), text));
            var choice = OsChoice.parse(
                    given.text("os-variant").or(() -> install.flatMap(option -> option.text("os"))),
                    table,
                    database::get);
            var again = given.text("reinstall").map(name -> DomainLookup.find(connection, name));
            var before = again.map(domain -> Node.of(Host.document(domain, domain.isActive())));
            var guest = open.apply(before.map(Node::copy).orElseGet(() -> new Node("domain")));
            var builder = new GuestBuilder(given, table, guest, checks);
            if (again.isEmpty()) {
                builder.begin();
            }
            var request = new RequestReader(given, table, guest).read();
            try (var media = InstallMedia.open(connection, request, messages.console(), database.get())) {
                choose(guest, choice, media, request);
                var boots = new BootMedia(guest, request, again.isPresent());
                if (again.isEmpty()) {
                    builder.complete(request, boots);
                } else {
                    boots.attach();
                }
                var planned = new PlannedGuest(guest, request, boots, before, open);
                if (given.has("print-xml") || given.has("dry-run")) {
                    return print(host, planned, media);
                }
                return new Installation(connection, request, planned, messages.console()).run(media);
            }
        }

        private int detect(Host host, String location) {
            var request = InstallRequest.of(new InstallSource.Location(location, Optional.empty(), Optional.empty()));
            try (var media = InstallMedia.open(host.connection(), request, messages.console(), database.get())) {
                var architecture =
                        given.text("arch").or(() -> host.capabilities().architecture());
                messages.print(media.operatingSystem(architecture.orElse("")).orElse("None"));
                return 0;
            }
        }

        /** Settles which system the guest gets: the one that was named, or the one on the media. */
        private void choose(Guest guest, OsChoice choice, InstallMedia media, InstallRequest request) {
            guest.setSystem(GuestSystem.generic(database.get()));
            boolean known = choice.name().isPresent();
            choice.name().ifPresent(name -> guest.setSystem(GuestSystem.named(database.get(), name)));
            var found = detected(guest, media);
            if (choice.detect() && found.isPresent()) {
                known = true;
                guest.setSystem(GuestSystem.named(database.get(), found.get()));
            }
            messages.trace()
                    .tell(
                            "os",
                            () -> "Guest's system: " + guest.system().name() + ", on the media: "
                                    + found.orElse("nothing known"));
            boolean matters = choice.require() == OsChoice.Require.USUALLY && guest.isHvm();
            if (!known && (choice.require() == OsChoice.Require.YES || matters)) {
                OsRequired.tell(choice.require(), request, database.get(), messages);
            }
        }

        private static Optional<String> detected(Guest guest, InstallMedia media) {
            try {
                return media.operatingSystem(guest.architecture().orElse(""));
            } catch (InstallException e) {
                throw new InstallException("Error validating install location: " + e.getMessage(), e);
            }
        }

        private int print(Host host, PlannedGuest planned, InstallMedia media) {
            var boot = media.prepare(planned);
            if (!given.has("dry-run") && !given.has("reinstall")) {
                // So that what is printed can be defined and started as it is.
                planned.volumes().forEach(volume -> StoragePaths.make(host, volume));
            }
            var phases = planned.phases(boot);
            var first = phases.install().orElse(phases.after());
            var second = phases.install().map(_ -> phases.after());
            if (!given.has("print-xml")) {
                messages.say("Dry run completed successfully");
                return 0;
            }
            var step = given.text("print-xml").orElse("all");
            messages.print(
                    switch (step) {
                        case "1" -> first;
                        case "2" ->
                            second.orElseThrow(() -> new BadWord("Requested installation does not have XML step 2"));
                        case "all" -> first + second.orElse("");
                        default -> throw new BadWord("Unknown XML step request '" + step + "', must be 1, 2, or all");
                    });
            return 0;
        }
    }

    /** Opens the database of systems when it is first asked. */
    static final class LazyDatabase {
        private Optional<OsDatabase> opened = Optional.empty();

        OsDatabase get() {
            if (opened.isEmpty()) {
                opened = Optional.of(OsDatabase.open());
            }
            return opened.get();
        }
    }
}
