package dev.posada.virsh;

import dev.posada.client.Flag;
import dev.posada.client.GuestAgent;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/** What the agent inside a guest is asked for: file systems, names, accounts. */
final class GuestInside {
    private static final int MOST_KEY_FILE_BYTES = 64 << 10;

    /** What there is to ask for, by the options. */
    private static final Map<String, GuestAgent.Topic> TOPICS = Map.of(
            "user", GuestAgent.Topic.USERS,
            "os", GuestAgent.Topic.OS,
            "timezone", GuestAgent.Topic.TIMEZONE,
            "hostname", GuestAgent.Topic.HOSTNAME,
            "filesystem", GuestAgent.Topic.FILESYSTEMS,
            "disk", GuestAgent.Topic.DISKS,
            "interface", GuestAgent.Topic.INTERFACES);

    private GuestInside() {}

    static Command freeze() {
        return Command.named("domfsfreeze")
                .summary("stop a guest's file systems")
                .description("Has the guest write out its file systems and stop them, all or those at some places.")
                .options(running(), Option.rest("mountpoint", "where a file system is mounted"))
                .action(call -> {
                    var domain = Domains.of(call);
                    int count = call.attempt(
                            "Unable to freeze filesystems", () -> domain.agent().freeze(call.all("mountpoint")));
                    call.extra("Froze " + count + " filesystem(s)\n");
                });
    }

    static Command thaw() {
        return Command.named("domfsthaw")
                .summary("let a guest's file systems go on")
                .options(running(), Option.rest("mountpoint", "where a file system is mounted"))
                .action(call -> {
                    var domain = Domains.of(call);
                    int count = call.attempt(
                            "Unable to thaw filesystems", () -> domain.agent().thaw(call.all("mountpoint")));
                    call.extra("Thawed " + count + " filesystem(s)\n");
                });
    }

    static Command trim() {
        return Command.named("domfstrim")
                .summary("have a guest tell its disks what is free")
                .options(
                        running(),
                        Option.number("minimum", "bytes: shorter runs of free blocks may be passed over"),
                        Option.text("mountpoint", "only the file system mounted there"))
                .action(call -> {
                    var domain = Domains.of(call);
                    long least = call.number("minimum", 0, Long.MAX_VALUE).orElse(0L);
                    var place = call.text("mountpoint").orElse(null);
                    call.attempt("Unable to invoke fstrim", () -> domain.agent().trim(place, least));
                });
    }

    static Command fileSystems() {
        return Command.named("domfsinfo")
                .summary("list the file systems a guest has mounted")
                .options(running())
                .action(GuestInside::fileSystems);
    }

    private static void fileSystems(Call call) {
        var domain = Domains.of(call);
        var list = call.attempt(
                "Unable to get filesystem information", () -> domain.agent().fileSystems());
        if (list.isEmpty() && !call.json()) {
            call.extra("No filesystems are mounted in the domain");
            return;
        }
        var table = Table.of("Mountpoint", "Name", "Type", "Target");
        for (var each : list) {
            table.row(each.mountPoint(), each.device(), each.type(), String.join(",", each.targets()));
        }
        call.print(table);
    }

    static Command hostname() {
        return Command.named("domhostname")
                .summary("tell a guest's host name")
                .options(
                        running(),
                        Option.text("source", "who is asked: lease or agent")
                                .completing(Completer.words("lease", "agent")))
                .action(GuestInside::hostname);
    }

    private static void hostname(Call call) {
        var domain = Domains.of(call);
        var word = call.text("source");
        GuestAgent.NameSource source = switch (word.orElse("")) {
            case "" -> GuestAgent.NameSource.ANY;
            case "lease" -> GuestAgent.NameSource.LEASE;
            case "agent" -> GuestAgent.NameSource.AGENT;
            default -> throw new CommandException("Unknown data source '" + word.orElse("") + "'");
        };
        var name = call.attempt("failed to get hostname", () -> domain.agent().hostname(source));
        if (call.json()) {
            call.printJson(Map.of("hostname", name));
        } else {
            call.println(name);
        }
    }

    static Command info() {
        return Command.named("guestinfo")
                .summary("show what a guest knows of itself")
                .description("Shows what the agent inside a guest tells; all of it where no option is given.")
                .options(
                        running(),
                        Option.flag("user", "who is logged in"),
                        Option.flag("os", "the operating system"),
                        Option.flag("timezone", "the time zone"),
                        Option.flag("hostname", "the host name"),
                        Option.flag("filesystem", "mounted file systems"),
                        Option.flag("disk", "disks"),
                        Option.flag("interface", "network cards and their addresses"))
                .action(GuestInside::info);
    }

    private static void info(Call call) {
        var topics = EnumSet.noneOf(GuestAgent.Topic.class);
        TOPICS.forEach((option, topic) -> {
            if (call.has(option)) {
                topics.add(topic);
            }
        });
        var known = Domains.of(call).agent().about(topics);
        if (call.json()) {
            call.printJson(Parameters.json(known));
            return;
        }
        var fields = new StringBuilder();
        for (var each : known) {
            fields.append(each.name())
                    .append(" ".repeat(Math.max(0, 20 - each.name().length())))
                    .append(": ")
                    .append(Parameters.text(each))
                    .append('\n');
        }
        call.print(fields.toString());
    }

    static Command sshKeys() {
        return Command.named("get-user-sshkeys")
                .summary("list the keys that open a guest's account")
                .options(running(), Option.value("user", "whose account"))
                .action(call -> {
                    var domain = Domains.of(call);
                    var keys = domain.agent().sshKeys(call.required("user"));
                    if (call.json()) {
                        call.printJson(Map.of("keys", keys));
                    } else {
                        keys.forEach(call::println);
                    }
                });
    }

    static Command setSshKeys() {
        return Command.named("set-user-sshkeys")
                .summary("change the keys that open a guest's account")
                .description("Adds the keys in a file to those that open an account inside a guest.")
                .options(
                        running(),
                        Option.value("user", "whose account"),
                        Option.text("file", "a file with keys, one a line"),
                        Option.flag("reset", "forget the keys there are first"),
                        Option.flag("remove", "remove these keys instead"))
                .action(GuestInside::setSshKeys);
    }

    private static void setSshKeys(Call call) {
        call.requires("remove", "file");
        call.exclusive("reset", "remove");
        var domain = Domains.of(call);
        var user = call.required("user");
        var file = call.text("file");
        if (file.isEmpty() && !call.has("reset")) {
            throw new CommandException("Option --file is required");
        }
        var keys = List.<String>of();
        if (file.isPresent()) {
            keys = TextFiles.text(call, file.get(), MOST_KEY_FILE_BYTES)
                    .lines()
                    .filter(line -> !line.isEmpty())
                    .toList();
            if (keys.isEmpty()) {
                throw new CommandException("File " + file.get() + " contains no keys");
            }
        }
        GuestAgent.KeyChange change = GuestAgent.KeyChange.APPEND;
        if (call.has("reset")) {
            change = GuestAgent.KeyChange.RESET;
        } else if (call.has("remove")) {
            change = GuestAgent.KeyChange.REMOVE;
        }
        domain.agent().changeSshKeys(user, keys, change);
    }

    static Command setPassword() {
        return Command.named("set-user-password")
                .summary("change a password inside a guest")
                .options(
                        running(),
                        Option.value("user", "whose password"),
                        Option.value("password", "the new password"),
                        Option.flag("encrypted", "it is encrypted as the guest keeps it"))
                .action(call -> {
                    var domain = Domains.of(call);
                    var user = call.required("user");
                    domain.agent().setPassword(user, call.required("password"), call.has("encrypted"));
                    call.extra("Password set successfully for " + user + " in " + domain.name());
                });
    }

    private static Option running() {
        return Domains.option().completing(Proposals.domains(Flag.List.ACTIVE));
    }
}
