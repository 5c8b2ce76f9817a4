package dev.posada.virsh;

import dev.posada.client.Flag;
import dev.posada.client.GuestAddresses;
import dev.posada.client.GuestAddresses.Address;
import dev.posada.client.GuestAddresses.Card;
import dev.posada.model.Element;
import dev.posada.terminal.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code domif-getlink}, {@code domifaddr}, {@code domiflist}, {@code domifstat}. */
final class LookAtCards {
    private static final List<String> SOURCES = List.of("bridge", "dev", "network", "name", "path");
    private static final int NAME_WIDTH = 10;
    private static final int MAC_WIDTH = 17;
    private static final int PROTOCOL_WIDTH = 12;

    private LookAtCards() {}

    static Command domifGetlink() {
        return Command.named("domif-getlink")
                .summary("show whether a network card is plugged in")
                .options(
                        Domains.option(),
                        Option.value("interface", "the card's hardware address or its device on the host")
                                .completing(DomainParts.cards()),
                        Option.alias("persistent", "config"),
                        Option.flag("config", "what the definition says"))
                .action(LookAtCards::domifGetlink);
    }

    private static void domifGetlink(Call call) {
        var wanted = call.required("interface");
        var domain = Domains.of(call);
        var document =
                call.has("config") ? DomainParts.document(domain, Flag.Xml.INACTIVE) : DomainParts.document(domain);
        var state = DomainParts.value(find(document, wanted), "link", "state").orElse("up");
        if (call.json()) {
            call.printJson(Map.of(wanted, state));
        } else {
            call.print(wanted + " " + state);
        }
    }

    /** The one card with this hardware address or this device on the host. */
    static Element find(Element document, String wanted) {
        var mac = HardwareAddress.normal(wanted);
        var found = new ArrayList<Element>();
        for (var card : DomainParts.devices(document, "interface")) {
            var target = DomainParts.value(card, "target", "dev");
            var address = DomainParts.value(card, "mac", "address");
            if (target.equals(Optional.of(wanted)) || (mac.isPresent() && address.equals(mac))) {
                found.add(card);
            }
        }
        if (found.isEmpty()) {
            throw new CommandException(mac.map(each -> "Interface (mac: " + each + ") not found.")
                    .orElse("Interface (dev: " + wanted + ") not found."));
        }
        if (found.size() > 1) {
            throw new CommandException("multiple matching interfaces found");
        }
        return found.getFirst();
    }

    static Command domiflist() {
        return Command.named("domiflist")
                .summary("list a domain's network cards")
                .options(
                        Domains.option(),
                        Option.flag("inactive", "those of the definition, not of the running instance"))
                .action(LookAtCards::domiflist);
    }

    private static void domiflist(Call call) {
        var domain = Domains.of(call);
        var document =
                call.has("inactive") ? DomainParts.document(domain, Flag.Xml.INACTIVE) : DomainParts.document(domain);
        var table = Table.of("Interface", "Type", "Source", "Model", "MAC");
        for (var card : DomainParts.devices(document, "interface")) {
            table.row(
                    DomainParts.value(card, "target", "dev").orElse("-"),
                    card.attribute("type", ""),
                    DomainParts.firstValue(card, "source", SOURCES).orElse("-"),
                    DomainParts.value(card, "model", "type").orElse("-"),
                    DomainParts.value(card, "mac", "address").orElse("-"));
        }
        call.print(table);
    }

    static Command domifstat() {
        return Command.named("domifstat")
                .summary("show the traffic of a network card")
                .options(
                        Domains.option(),
                        Option.value("interface", "the card's device on the host or its hardware address")
                                .completing(DomainParts.cards()))
                .action(LookAtCards::domifstat);
    }

    private static void domifstat(Call call) {
        var domain = Domains.of(call);
        var card = call.required("interface");
        var traffic = call.attempt(
                "Failed to get interface stats " + call.required("domain") + " " + card,
                () -> domain.figures().traffic(card));
        var figures = new LinkedHashMap<String, Object>();
        figures.put("rx_bytes", traffic.rxBytes());
        figures.put("rx_packets", traffic.rxPackets());
        figures.put("rx_errs", traffic.rxErrors());
        figures.put("rx_drop", traffic.rxDrops());
        figures.put("tx_bytes", traffic.txBytes());
        figures.put("tx_packets", traffic.txPackets());
        figures.put("tx_errs", traffic.txErrors());
        figures.put("tx_drop", traffic.txDrops());
        figures.values().removeIf(each -> each instanceof Long number && number < 0);
        if (call.json()) {
            call.printJson(figures);
        } else {
            figures.forEach((name, figure) -> call.println(card + " " + name + " " + figure));
        }
    }

    static Command domifaddr() {
        return Command.named("domifaddr")
                .summary("show the addresses of a running domain's network cards")
                .options(
                        Domains.option(),
                        Option.text("interface", "of this card only").completing(DomainParts.cards()),
                        Option.flag("full", "with names and hardware addresses in every line"),
                        Option.text("source", "whom to ask: lease, agent or arp")
                                .onlyNamed()
                                .completing(Completer.words("lease", "agent", "arp")))
                .action(LookAtCards::domifaddr);
    }

    private static void domifaddr(Call call) {
        var wanted = call.text("interface");
        var source = source(call.text("source").orElse("lease"));
        var domain = Domains.of(call);
        var cards =
                call
                        .attempt(
                                "Failed to query for interfaces addresses",
                                () -> domain.addresses().from(source))
                        .stream()
                        .filter(card -> wanted.isEmpty() || card.name().equals(wanted.get()))
                        .toList();
        if (call.json()) {
            call.println(Json.text(cards.stream().map(LookAtCards::json).toList()));
            return;
        }
        call.extra(" " + padded("Name", NAME_WIDTH) + " " + padded("MAC address", 20) + " " + padded("Protocol", 8)
                + "     Address\n" + "-".repeat(79) + "\n");
        for (var card : cards) {
            lines(call, card);
        }
    }

    private static GuestAddresses.Source source(String word) {
        return switch (word) {
            case "lease" -> GuestAddresses.Source.LEASE;
            case "agent" -> GuestAddresses.Source.AGENT;
            case "arp" -> GuestAddresses.Source.ARP;
            default -> throw new CommandException("Unknown data source '" + word + "'");
        };
    }

    private static void lines(Call call, Card card) {
        if (card.addresses().isEmpty()) {
            line(call, card.name(), card.hardwareAddress().orElse("N/A"), "N/A", "N/A");
        }
        boolean first = true;
        for (var address : card.addresses()) {
            boolean whole = first || call.has("full");
            line(
                    call,
                    whole ? card.name() : "-",
                    whole ? card.hardwareAddress().orElse("") : "-",
                    address.version4() ? "ipv4" : "ipv6",
                    address.text() + "/" + address.prefixBits());
            first = false;
        }
    }

    private static void line(Call call, String name, String mac, String protocol, String address) {
        call.println(" " + padded(name, NAME_WIDTH) + " " + padded(mac, MAC_WIDTH) + "    "
                + padded(protocol, PROTOCOL_WIDTH) + " " + address);
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private static Map<String, Object> json(Card card) {
        var object = new LinkedHashMap<String, Object>();
        object.put("name", card.name());
        card.hardwareAddress().ifPresent(address -> object.put("mac-address", address));
        object.put("addresses", card.addresses().stream().map(LookAtCards::json).toList());
        return object;
    }

    private static Map<String, Object> json(Address address) {
        var object = new LinkedHashMap<String, Object>();
        object.put("protocol", address.version4() ? "ipv4" : "ipv6");
        object.put("address", address.text());
        object.put("prefix", address.prefixBits());
        return object;
    }
}
