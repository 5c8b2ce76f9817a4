package dev.posada.install;

import dev.posada.client.ClientSettings;
import dev.posada.client.Connection;
import dev.posada.client.Domain;
import dev.posada.client.Flag;
import dev.posada.install.Arguments.Given;
import dev.posada.model.Element;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.terminal.Console;
import dev.posada.terminal.Terminals;
import dev.posada.terminal.Tool;
import dev.posada.xml.Documents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** {@code virt-xml}: changes a domain's document by the options of virt-install. */
public final class VirtXml implements Tool {
    private static final int FAILED = 1;
    private static final int MISUSED = 2;
    private static final List<String> ACTIONS = List.of("edit", "add-device", "remove-device", "build-xml");

    /** The options that change something, in the order in which complaints name them. */
    private static final List<String> CHANGES = List.of(
            "disk",
            "network",
            "graphics",
            "metadata",
            "memory",
            "cpu",
            "vcpus",
            "iothreads",
            "seclabel",
            "keywrap",
            "cputune",
            "numatune",
            "memtune",
            "blkiotune",
            "memorybacking",
            "features",
            "clock",
            "pm",
            "events",
            "resource",
            "sysinfo",
            "qemu-commandline",
            "launchSecurity",
            "boot",
            "idmap",
            "controller",
            "input",
            "serial",
            "parallel",
            "channel",
            "console",
            "hostdev",
            "filesystem",
            "sound",
            "audio",
            "watchdog",
            "video",
            "smartcard",
            "redirdev",
            "memballoon",
            "tpm",
            "rng",
            "panic",
            "shmem",
            "memdev",
            "vsock",
            "iommu",
            "xml");

    @Override
    public int run(List<String> words, Console console) {
        var arguments = Arguments.read("virt-xml", "[options]");
        try {
            var given = arguments.parse(words);
            if (given.has("help")) {
                console.out().print(arguments.help("Changes a domain's document by options."));
                return 0;
            }
            if (given.has("version")) {
                console.out().println(VirtInstall.VERSION);
                return 0;
            }
            if (!given.has("debug")) {
                return run(given, console);
            }
            var traced = console.traced("virt-xml");
            traced.trace().begin(VirtInstall.VERSION, words);
            return run(given, traced);
        } catch (Arguments.UsageException e) {
            console.err().println(arguments.usage());
            console.err().println(arguments.program() + ": error: " + e.getMessage());
            return MISUSED;
        }
    }

    private static int run(Given given, Console console) {
        boolean shows = List.of("confirm", "print-xml", "print-diff", "build-xml").stream()
                .anyMatch(given::has);
        var messages = new Messages(console, given.has("quiet") && !shows);
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
        private final VirtInstall.LazyDatabase database = new VirtInstall.LazyDatabase();
        private boolean define;
        private boolean printXml;
        private boolean printDiff;

        Run(Given given, OptionTable table, Messages messages) {
            this.given = given;
            this.table = table;
            this.messages = messages;
        }

        int run() {
            var input = input();
            printXml = given.has("print-xml");
            printDiff = given.has("print-diff");
            define = given.has("define");
            if (!printXml && !printDiff) {
                if (input.isPresent()) {
                    printXml = !define;
                } else {
                    define = !given.has("no-define");
                }
            }
            printDiff |= given.has("confirm") && !printXml;
            checkActions();
            var section = table.section(change());
            if (given.has("update") && !section.hasElement()) {
                throw new BadWord("Don't know how to --update for --" + section.name());
            }
            var uri = ClientSettings.ofThisUser().resolve(given.text("connect"));
            try (var connection = messages.connect(uri)) {
                return new Change(this, connection, section, input).run();
            }
        }

        /** The document that a pipe gives, when no domain is named. */
        private Optional<String> input() {
            if (given.has("domain") || given.has("build-xml")) {
                return Optional.empty();
            }
            if (Terminals.isTerminal(Terminals.Descriptor.IN)) {
                throw new BadWord("A domain must be specified");
            }
            for (var option : List.of("confirm", "update")) {
                if (given.has(option)) {
                    throw new BadWord("Can't use --" + option + " with stdin input.");
                }
            }
            try {
                var text = new String(
                        messages.console().in().readNBytes(Documents.MAX_LENGTH + 1),
                        java.nio.charset.StandardCharsets.UTF_8);
                return Optional.of(text);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read standard input", e);
            }
        }

        private void checkActions() {
            var wanted =
                    ACTIONS.stream().filter(given::has).map(name -> "--" + name).toList();
            if (wanted.isEmpty()) {
                throw new BadWord("One of "
                        + String.join(
                                ", ", ACTIONS.stream().map(name -> "--" + name).toList())
                        + " must be specified.");
            }
            if (wanted.size() > 1) {
                throw new BadWord("Conflicting options " + String.join(", ", wanted));
            }
        }

        private String change() {
            var wanted = CHANGES.stream().filter(given::has).toList();
            if (wanted.isEmpty()) {
                throw new BadWord("No change specified.");
            }
            if (wanted.size() > 1) {
                throw new BadWord("Only one change operation may be specified (conflicting options ["
                        + String.join(
                                ", ",
                                wanted.stream().map(name -> "'--" + name + "'").toList())
                        + "])");
            }
            return wanted.getFirst();
        }
    }

    /** One change to one domain. */
    private static final class Change {
        private final Run run;
        private final Given given;
        private final Messages messages;
        private final Connection connection;
        private final OptionTable.Section section;
        private final Optional<String> input;
        private final Function<Node, Guest> open;

        Change(Run run, Connection connection, OptionTable.Section section, Optional<String> input) {
            this.run = run;
            this.connection = connection;
            this.section = section;
            this.input = input;
            given = run.given;
            messages = run.messages;
            var host = new Host(connection, given.text("connect"), messages.trace());
            var order = ElementOrder.read();
            open = document -> new Guest(host, messages, order, run.database::get, document);
        }

        /** A changed document and the elements that were changed. */
        private record Changed(Guest guest, List<Draft> elements, String xml) {}

        int run() {
            var domain = given.text("domain").map(name -> DomainLookup.find(connection, name));
            boolean running = domain.filter(Domain::isActive).isPresent();
            var lasting = domain.map(found -> Node.of(Host.document(found, running)))
                    .or(() -> input.map(Change::read))
                    .orElseGet(() -> new Node("domain"));
            if (given.has("build-xml")) {
                return build(lasting);
            }
            boolean updated = false;
            if (given.has("update")) {
                if (given.has("start")) {
                    throw new BadWord("Cannot use --update and --start at the same time");
                }
                if (running) {
                    update(domain.orElseThrow());
                    updated = true;
                } else {
                    messages.warn("The VM is not running, --update is inapplicable.");
                }
                if (!run.define) {
                    return 0;
                }
            }
            var changed = change(lasting);
            if (!run.define) {
                if (given.has("start")) {
                    startTransient(changed);
                }
                return 0;
            }
            return define(changed, lasting, running, updated);
        }

        private static Node read(String xml) {
            Element root = Documents.parse(xml, "domain", ErrorOrigin.XML);
            if (!root.name().equals("domain")) {
                throw new InstallException(
                        "XML did not have expected root element name 'domain', found '" + root.name() + "'");
            }
            return Node.of(root);
        }

        private int build(Node document) {
            var guest = open.apply(document);
            for (var element : new XmlEdit(given, run.table, section, guest).build()) {
                element.write();
                messages.print(element.isEmpty() ? "" : DocumentText.of(element.make()));
            }
            return 0;
        }

        /** Changes a copy of a document and shows what was asked to be shown. */
        private Changed change(Node document) {
            var before = DocumentText.of(document);
            var guest = open.apply(document.copy());
            var elements = new XmlEdit(given, run.table, section, guest).apply();
            var after = DocumentText.of(guest.write());
            var diff = TextDiff.of(before, after, "Original XML", "Altered XML");
            messages.trace().tell("xml", () -> "XML diff:\n" + diff);
            if (diff.isEmpty()) {
                messages.warn("No XML diff was generated. The requested changes will have no effect.");
            }
            if (run.printDiff) {
                if (!diff.isEmpty()) {
                    messages.say(diff);
                }
            } else if (run.printXml) {
                messages.say(after);
            }
            return new Changed(guest, elements, after);
        }

        private void update(Domain domain) {
            var changed = change(Node.of(Host.document(domain, false)));
            var action = XmlEdit.action(given);
            var word = switch (action) {
                case UPDATE -> "update";
                case PLUG -> "hotplug";
                case UNPLUG -> "hotunplug";
            };
            for (var element : changed.elements) {
                var xml = DocumentText.of(element.make(), 2);
                if (given.has("confirm") && !confirmed(question(xml, action, domain.name()))) {
                    continue;
                }
                makeVolume(changed.guest, element, action);
                try {
                    switch (action) {
                        case UPDATE -> domain.updateDevice(xml, Flag.Impact.LIVE);
                        case PLUG -> domain.attachDevice(xml, Flag.Impact.LIVE);
                        case UNPLUG -> domain.detachDevice(xml, Flag.Impact.LIVE);
                    }
                } catch (PosadaException e) {
                    throw new BadWord("Error attempting device " + word + ": " + e.getMessage());
                }
                messages.say("Device " + word + " successful.");
                if (given.has("confirm")) {
                    messages.say("");
                }
            }
        }

        private static String question(String xml, XmlEdit.Action action, String name) {
            return xml + "\n\n"
                    + switch (action) {
                        case UPDATE -> "Update this device for the guest '";
                        case PLUG -> "Hotplug this device to the guest '";
                        case UNPLUG -> "Hotunplug this device from the guest '";
                    }
                    + name + "'?";
        }

        private static void makeVolume(Guest guest, Draft element, XmlEdit.Action action) {
            if (action == XmlEdit.Action.PLUG
                    && guest.knowsStorage(element)
                    && guest.storage(element) instanceof DiskStorage.Planned planned) {
                StoragePaths.make(guest.host(), planned.volume());
                guest.setStorage(element, new DiskStorage.Untouched(planned.path()));
            }
        }

        private boolean confirmed(String question) {
            while (true) {
                messages.console().out().print(question + " (y/n): ");
                messages.console().out().flush();
                switch (line().strip().toLowerCase(java.util.Locale.ROOT)) {
                    case "y", "yes" -> {
                        return true;
                    }
                    case "n", "no" -> {
                        return false;
                    }
                    default -> messages.say("Please enter 'yes' or 'no'.");
                }
            }
        }

        private String line() {
            var line = new StringBuilder();
            try {
                int c = messages.console().in().read();
                if (c < 0) {
                    return "no";
                }
                while (c >= 0 && c != '\n') {
                    line.append((char) c);
                    c = messages.console().in().read();
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read standard input", e);
            }
            return line.toString();
        }

        private void startTransient(Changed changed) {
            var name = changed.guest.name().orElse("");
            if (given.has("confirm") && !confirmed("Start '" + name + "' with the changed XML?")) {
                return;
            }
            changed.elements.forEach(element -> makeVolume(changed.guest, element, XmlEdit.action(given)));
            try {
                connection.create(changed.xml);
            } catch (PosadaException e) {
                throw new BadWord("Failed starting domain '" + name + "': " + e.getMessage());
            }
            messages.say("Domain '" + name + "' started successfully.");
        }

        private int define(Changed changed, Node before, boolean running, boolean updated) {
            var name = changed.guest.name().orElse("");
            if (given.has("confirm") && !confirmed("Define '" + name + "' with the changed XML?")) {
                return 0;
            }
            if (!updated) {
                changed.elements.forEach(element -> makeVolume(changed.guest, element, XmlEdit.action(given)));
            }
            var domain = connection.define(changed.xml);
            messages.say("Domain '" + name + "' defined successfully.");
            if (given.has("start")) {
                try {
                    domain.start();
                } catch (PosadaException e) {
                    throw new BadWord("Failed starting domain '" + name + "': " + e.getMessage());
                }
                messages.say("Domain '" + name + "' started successfully.");
            } else if (running && !updated) {
                messages.say("Changes will take effect after the domain is fully powered off.");
            } else if (DocumentText.of(Node.of(Host.document(domain, true))).equals(DocumentText.of(before))) {
                messages.warn("XML did not change after domain define. You may have changed a value that libvirt is"
                        + " setting by default.");
            }
            return 0;
        }
    }
}
