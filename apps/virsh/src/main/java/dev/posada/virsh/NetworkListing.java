package dev.posada.virsh;

import dev.posada.client.Flag;
import dev.posada.client.VirtualNetwork;
import dev.posada.model.DhcpLease;
import dev.posada.model.PosadaException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** {@code net-list}, {@code net-info}, {@code net-dhcp-leases}. */
final class NetworkListing {
    private NetworkListing() {}

    static Command list() {
        return Command.named("net-list")
                .summary("list networks")
                .description("Lists the networks that run, or others as the options say.")
                .options(
                        Option.flag("inactive", "those that do not run"),
                        Option.flag("all", "those that run and those that do not"),
                        Option.flag("persistent", "those with a definition"),
                        Option.flag("transient", "those without a definition"),
                        Option.flag("autostart", "those that start with the host"),
                        Option.flag("no-autostart", "those that do not"),
                        Option.flag("uuid", "print uuids alone"),
                        Option.flag("name", "print names alone"),
                        Option.flag("table", "print a table, as is done without these"))
                .action(NetworkListing::list);
    }

    private static void list(Call call) {
        if (count(call, "table", "name", "uuid") > 1) {
            throw new CommandException("Only one argument from --table, --name and --uuid may be specified.");
        }
        var networks =
                call
                        .attempt(
                                "Failed to list networks",
                                () -> call.connection().networks().list(filter(call)))
                        .stream()
                        .sorted(Comparator.comparing(VirtualNetwork::name, String::compareToIgnoreCase))
                        .toList();
        if (call.has("uuid") || call.has("name")) {
            call.print(
                    call.has("uuid") ? "uuid" : "name",
                    networks.stream()
                            .map(network -> call.has("uuid") ? network.uuid().toString() : network.name())
                            .toList());
            return;
        }
        var table = Table.of("Name", "State", "Autostart", "Persistent");
        for (var network : networks) {
            table.row(
                    network.name(),
                    network.isActive() ? "active" : "inactive",
                    autostart(network),
                    CommonOptions.yesOrNo(network.isPersistent()));
        }
        call.print(table);
    }

    private static int count(Call call, String... options) {
        int count = 0;
        for (var option : options) {
            count += call.has(option) ? 1 : 0;
        }
        return count;
    }

    private static String autostart(VirtualNetwork network) {
        try {
            return CommonOptions.yesOrNo(network.autostart());
        } catch (PosadaException e) {
            return "no autostart";
        }
    }

    private static Flag.NetworkList[] filter(Call call) {
        var flags = new ArrayList<Flag.NetworkList>();
        if (call.has("all") || !call.has("inactive")) {
            flags.add(Flag.NetworkList.ACTIVE);
        }
        if (call.has("all") || call.has("inactive")) {
            flags.add(Flag.NetworkList.INACTIVE);
        }
        add(call, "persistent", Flag.NetworkList.PERSISTENT, flags);
        add(call, "transient", Flag.NetworkList.TRANSIENT, flags);
        add(call, "autostart", Flag.NetworkList.AUTOSTART, flags);
        add(call, "no-autostart", Flag.NetworkList.NO_AUTOSTART, flags);
        return flags.toArray(Flag.NetworkList[]::new);
    }

    private static void add(Call call, String option, Flag.NetworkList flag, List<Flag.NetworkList> flags) {
        if (call.has(option)) {
            flags.add(flag);
        }
    }

    static Command info() {
        return Command.named("net-info")
                .summary("show what a network is and what it does")
                .options(Networks.option())
                .action(NetworkListing::info);
    }

    private static void info(Call call) {
        var network = Networks.of(call);
        var fields = Fields.plain()
                .add("Name", network.name())
                .add("UUID", network.uuid())
                .add("Active", CommonOptions.yesOrNo(network.isActive()))
                .add("Persistent", CommonOptions.yesOrNo(network.isPersistent()))
                .add("Autostart", autostart(network));
        try {
            fields.add("Bridge", network.bridge());
        } catch (PosadaException e) {
            // A network that only hands out devices of the host has none.
        }
        call.print(fields);
    }

    static Command dhcpLeases() {
        return Command.named("net-dhcp-leases")
                .summary("list the addresses a network has given out")
                .options(
                        Networks.option(Flag.NetworkList.ACTIVE),
                        Option.text("mac", "those of this hardware address alone"))
                .action(NetworkListing::dhcpLeases);
    }

    private static void dhcpLeases(Call call) {
        var mac = call.text("mac");
        var network = Networks.of(call);
        var leases = call.attempt(
                "Failed to get leases info for " + call.required("network"),
                () -> mac.isPresent() ? network.leases(mac.get()) : network.leases());
        var table = Table.of("Expiry Time", "MAC address", "Protocol", "IP address", "Hostname", "Client ID or DUID");
        var time = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
        var sorted = leases.stream()
                .sorted(Comparator.comparing(DhcpLease::mac, String::compareToIgnoreCase))
                .toList();
        for (var lease : sorted) {
            table.row(
                    time.format(Instant.ofEpochSecond(lease.expirySeconds()).atZone(ZoneId.systemDefault())),
                    lease.mac().isEmpty() ? "-" : lease.mac(),
                    lease.ipv6() ? "ipv6" : "ipv4",
                    lease.address() + "/" + lease.prefixLength(),
                    lease.hostname().orElse("-"),
                    lease.clientId().orElse("-"));
        }
        call.print(table);
    }
}
