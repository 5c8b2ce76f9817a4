package dev.posada.xml;

import static dev.posada.xml.NetworkDocument.given;

import dev.posada.model.Content;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.NetworkDefinition;
import dev.posada.model.PosadaException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One edit of a virtual network's definition ({@code virNetworkUpdate}): an entry of one of its lists is added, deleted or
 * replaced. Pure: {@link #apply} makes another definition and checks it as if it had been read.
 */
public final class NetworkUpdate {
    /** The lists a network has ({@code virNetworkUpdateSection}). */
    public enum Section {
        BRIDGE("bridge"),
        DOMAIN("domain"),
        IP("ip"),
        IP_DHCP_HOST("host"),
        IP_DHCP_RANGE("range"),
        FORWARD("forward"),
        FORWARD_INTERFACE("interface"),
        FORWARD_PF("forward pf"),
        PORTGROUP("portgroup"),
        DNS_HOST("host"),
        DNS_TXT("txt"),
        DNS_SRV("srv");

        /** What an entry is called; for those that cannot be edited, what the section is. */
        private final String word;

        Section(String word) {
            this.word = word;
        }
    }

    /** What is done with an entry ({@code virNetworkUpdateCommand}). */
    public enum Command {
        MODIFY,
        DELETE,
        ADD_LAST,
        ADD_FIRST
    }

    private static final String WHAT = "network_update_xml";

    private final Command command;
    private final Section section;
    private final int parentIndex;
    private final Element item;

    private NetworkUpdate(Command command, Section section, int parentIndex, Element item) {
        this.command = command;
        this.section = section;
        this.parentIndex = parentIndex;
        this.item = item;
    }

    /**
     * Reads an edit as clients ask for it.
     *
     * @param network the network's name, for what is said of errors
     * @param command as {@code virNetworkUpdateCommand} numbers them
     * @param section as {@code virNetworkUpdateSection} numbers them
     * @param parentIndex which {@code ip} element an entry is in, from 0; -1 for the one that hands out addresses
     * @param xml the entry; for a deletion as much of it as tells it from the others
     * @throws PosadaException {@code OPERATION_UNSUPPORTED} for what cannot be edited, {@code XML_ERROR} for another
     *     element than the section has
     */
    public static NetworkUpdate parse(String network, int command, int section, int parentIndex, String xml) {
        if (section < 1 || section > Section.values().length) {
            throw unsupported("can't update unrecognized section of network");
        }
        var place = Section.values()[section - 1];
        switch (place) {
            case BRIDGE, DOMAIN, IP, FORWARD, FORWARD_PF ->
                throw unsupported("can't update '" + place.word + "' section of network '" + network + "'");
            case IP_DHCP_HOST, IP_DHCP_RANGE, FORWARD_INTERFACE, PORTGROUP, DNS_HOST, DNS_TXT, DNS_SRV -> {}
        }
        if (command < 1 || command > Command.values().length) {
            throw unsupported("unrecognized network update command code " + Integer.toUnsignedString(command));
        }
        var item = Documents.parse(xml, WHAT, ErrorOrigin.NETWORK);
        if (!item.name().equals(place.word)) {
            throw NetworkDocument.xml("unexpected element <" + Invalid.shown(item.name()) + ">, expecting <"
                    + place.word + ">, while updating network '" + network + "'");
        }
        return new NetworkUpdate(Command.values()[command - 1], place, parentIndex, item);
    }

    /** The device this takes away from a network's pool, if that is what it does. */
    public Optional<String> deletedDevice() {
        return section == Section.FORWARD_INTERFACE && command == Command.DELETE
                ? given(item, "dev")
                : Optional.empty();
    }

    /**
     * A definition with the edit made.
     *
     * @throws PosadaException {@code OPERATION_INVALID} when there is no such entry, or one like it is there already; what
     *     {@link NetworkXml} refuses is refused here too
     */
    public NetworkDefinition apply(NetworkDefinition definition) {
        var root = definition.root();
        var name = definition.name();
        var changed = switch (section) {
            case IP_DHCP_HOST -> dhcp(root, name, "dhcp host", this::hosts);
            case IP_DHCP_RANGE -> dhcp(root, name, "dhcp range", this::ranges);
            case FORWARD_INTERFACE -> interfaces(root, name);
            case PORTGROUP -> portGroups(root, name);
            case DNS_HOST, DNS_TXT, DNS_SRV ->
                root.withChild(dns(root.child("dns").orElse(Element.of("dns")), name));
            case BRIDGE, DOMAIN, IP, FORWARD, FORWARD_PF -> throw new AssertionError(section);
        };
        return NetworkXml.of(changed);
    }

    private interface DhcpEdit {
        Element edited(Element dhcp, String network);
    }

    private Element dhcp(Element root, String network, String entry, DhcpEdit edit) {
        var all = root.children("ip");
        int index = parentIndex >= 0 ? parentIndex : serving(all);
        if (index < 0 || index >= all.size()) {
            throw invalid("couldn't update " + entry + " entry - no <ip> element found at index " + parentIndex
                    + " in network '" + network + "'");
        }
        var ip = all.get(index);
        boolean adding = command == Command.ADD_FIRST || command == Command.ADD_LAST;
        for (int i = 0; adding && i < all.size(); i++) {
            if (i != index
                    && isIpv6(all.get(i)) == isIpv6(ip)
                    && all.get(i).child("dhcp").isPresent()) {
                var version = isIpv6(ip) ? "IPv6" : "IPv4";
                throw invalid("dhcp is supported only for a single " + version + " address on each network");
            }
        }
        var changed = edit.edited(ip.child("dhcp").orElse(Element.of("dhcp")), network);
        return replaced(root, ip, ip.withChild(changed));
    }

    /** The address whose network hands out addresses; else the first of version 4; -1 when there is none. */
    private static int serving(List<Element> all) {
        int first = -1;
        for (int i = 0; i < all.size(); i++) {
            if (!isIpv6(all.get(i))) {
                if (all.get(i).child("dhcp").isPresent()) {
                    return i;
                }
                first = first < 0 ? i : first;
            }
        }
        return first;
    }

    private static boolean isIpv6(Element ip) {
        return ip.attribute("address", "").indexOf(':') >= 0;
    }

    private Element hosts(Element dhcp, String network) {
        var hosts = dhcp.children("host");
        return switch (command) {
            case MODIFY -> {
                if (given(item, "mac").isEmpty() && given(item, "name").isEmpty()) {
                    throw NetworkDocument.xml(
                            "Static host definition in IPv4 network '" + network + "' must have mac or name attribute");
                }
                var before = hosts.stream()
                        .filter(this::sameHost)
                        .findFirst()
                        .orElseThrow(() -> invalid("couldn't locate an existing dhcp host entry with \"mac='"
                                + item.attribute("mac", "") + "'\" \"name='" + item.attribute("name", "")
                                + "'\" \"ip='" + item.attribute("ip", "") + "'\" in network '" + network + "'"));
                yield replaced(dhcp, before, item);
            }
            case DELETE ->
                without(
                        dhcp,
                        hosts,
                        host -> agrees(host, "mac") && agrees(host, "name") && agrees(host, "ip"),
                        "couldn't locate a matching dhcp host entry in network '" + network + "'");
            case ADD_FIRST, ADD_LAST -> {
                if (hosts.stream().anyMatch(this::hostInTheWay)) {
                    throw invalid("there is an existing dhcp host entry in network '" + network
                            + "' that matches \"<host mac='" + item.attribute("mac", "(null)") + "' name='"
                            + item.attribute("name", "(null)") + "' ip='" + item.attribute("ip", "(null)") + "'/>\"");
                }
                yield added(dhcp);
            }
        };
    }

    /** The entry that is to be replaced: known by its hardware address, or else by its name. */
    private boolean sameHost(Element host) {
        return given(item, "mac").isPresent()
                ? same(host, "mac")
                : given(item, "name").isPresent() && same(host, "name");
    }

    private boolean hostInTheWay(Element host) {
        return same(host, "mac") || same(host, "name") || same(host, "ip");
    }

    private boolean same(Element other, String attribute) {
        var wanted = given(item, attribute);
        return wanted.isPresent() && wanted.get().equalsIgnoreCase(other.attribute(attribute, ""));
    }

    /** Whether the edit says nothing of an attribute, or what the other says. */
    private boolean agrees(Element other, String attribute) {
        return given(item, attribute).isEmpty() || same(other, attribute);
    }

    private Element ranges(Element dhcp, String network) {
        Predicate<Element> same = range -> same(range, "start") && same(range, "end");
        var ranges = dhcp.children("range");
        return switch (command) {
            case MODIFY -> throw unsupported("dhcp ranges cannot be modified, only added or deleted");
            case DELETE ->
                without(dhcp, ranges, same, "couldn't locate a matching dhcp range entry in network '" + network + "'");
            case ADD_FIRST, ADD_LAST -> {
                if (ranges.stream().anyMatch(same)) {
                    throw invalid("there is an existing dhcp range entry in network '" + network
                            + "' that matches \"<range start='" + item.attribute("start", "") + "' end='"
                            + item.attribute("end", "") + "'/>\"");
                }
                yield added(dhcp);
            }
        };
    }

    private Element interfaces(Element root, String network) {
        var dev = given(item, "dev")
                .orElseThrow(() -> NetworkDocument.xml("missing dev attribute in <interface> element"));
        var forward = root.child("forward")
                .orElseThrow(() -> invalid("network '" + network + "' forwards to no interface: it is isolated"));
        var all = forward.children("interface");
        var changed = switch (command) {
            case MODIFY -> throw unsupported("forward interface entries cannot be modified, only added or deleted");
            case DELETE ->
                without(
                        forward,
                        all,
                        one -> one.has("dev", dev),
                        "couldn't find an interface entry in network '" + network + "' matching <interface dev='" + dev
                                + "'>");
            case ADD_FIRST, ADD_LAST -> {
                if (all.stream().anyMatch(one -> one.has("dev", dev))) {
                    throw invalid("there is an existing interface entry in network '" + network
                            + "' that matches \"<interface dev='" + dev + "'>\"");
                }
                yield added(forward);
            }
        };
        return root.withChild(changed.without("dev")); // the first of those that are left is written there
    }

    private Element portGroups(Element root, String network) {
        var name = given(item, "name")
                .orElseThrow(() -> NetworkDocument.xml("Missing required name attribute in portgroup"));
        var all = root.children("portgroup");
        var existing = all.stream().filter(group -> group.has("name", name)).findFirst();
        var missing =
                "couldn't find a portgroup entry in network '" + network + "' matching <portgroup name='" + name + "'>";
        boolean rival = item.has("default", "yes")
                && all.stream().anyMatch(group -> group.has("default", "yes") && !group.has("name", name));
        if (rival && command != Command.DELETE) {
            throw invalid("a different portgroup entry in network '" + network
                    + "' is already set as the default. Only one default is allowed.");
        }
        return switch (command) {
            case MODIFY -> replaced(root, existing.orElseThrow(() -> invalid(missing)), item);
            case DELETE -> without(root, all, group -> group.has("name", name), missing);
            case ADD_FIRST, ADD_LAST -> {
                if (existing.isPresent()) {
                    throw invalid("there is an existing portgroup entry in network '" + network
                            + "' that matches \"<portgroup name='" + name + "'>\"");
                }
                yield added(root);
            }
        };
    }

    private Element dns(Element dns, String network) {
        var kind = section == Section.DNS_HOST ? "HOST" : section == Section.DNS_TXT ? "TXT" : "SRV";
        if (command == Command.MODIFY) {
            throw unsupported("DNS " + kind + " records cannot be modified, only added or deleted");
        }
        var all = dns.children(section.word);
        if (command == Command.DELETE) {
            if (section == Section.DNS_HOST
                    && given(item, "ip").isEmpty()
                    && names(item).isEmpty()) {
                throw NetworkDocument.detail("Missing ip and hostname in network '" + network + "' DNS HOST record");
            }
            return without(
                    dns,
                    all,
                    this::sameRecord,
                    "couldn't locate a matching DNS " + kind + " record in network " + network);
        }
        if (all.stream().anyMatch(this::recordInTheWay)) {
            throw invalid(
                    switch (section) {
                        case DNS_HOST ->
                            "there is already at least one DNS HOST record with a matching field in network " + network;
                        case DNS_TXT ->
                            "there is already a DNS TXT record with name '" + item.attribute("name", "")
                                    + "' in network " + network;
                        default ->
                            "there is already at least one DNS SRV record matching all specified fields in network "
                                    + network;
                    });
        }
        return added(dns);
    }

    private boolean sameRecord(Element record) {
        return switch (section) {
            case DNS_HOST ->
                agrees(record, "ip")
                        && (names(item).isEmpty() || names(record).stream().anyMatch(names(item)::contains));
            case DNS_TXT -> same(record, "name");
            default ->
                agrees(record, "service")
                        && agrees(record, "protocol")
                        && agrees(record, "domain")
                        && agrees(record, "target")
                        && agrees(record, "port");
        };
    }

    private boolean recordInTheWay(Element record) {
        return switch (section) {
            case DNS_HOST -> same(record, "ip");
            case DNS_TXT -> same(record, "name");
            default -> given(item, "service").isPresent() && sameRecord(record);
        };
    }

    private static List<String> names(Element host) {
        return host.children("hostname").stream()
                .map(Element::text)
                .filter(text -> !text.isEmpty())
                .toList();
    }

    /** The parent with the entry before or after the others of its kind. */
    private Element added(Element parent) {
        var content = new ArrayList<Content>(parent.content());
        int at = content.size();
        for (int i = 0; command == Command.ADD_FIRST && i < content.size(); i++) {
            if (content.get(i) instanceof Element child && child.name().equals(item.name())) {
                at = i;
                break;
            }
        }
        content.add(at, item);
        return parent.withContent(content);
    }

    @SuppressWarnings("ReferenceEquality") // This very entry: an equal one may stand beside it.
    private static Element replaced(Element parent, Element before, Element after) {
        return parent.mapChildren(child -> child == before ? after : child);
    }

    @SuppressWarnings("ReferenceEquality") // As above.
    private static Element without(Element parent, List<Element> entries, Predicate<Element> wanted, String otherwise) {
        var found = entries.stream().filter(wanted).findFirst().orElseThrow(() -> invalid(otherwise));
        return parent.withoutChildren(child -> child == found);
    }

    private static PosadaException invalid(String problem) {
        return NetworkDocument.error(ErrorCode.OPERATION_INVALID, problem);
    }

    private static PosadaException unsupported(String problem) {
        return NetworkDocument.error(ErrorCode.OPERATION_UNSUPPORTED, problem);
    }
}
