package dev.posada.xml;

import dev.posada.model.Content;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.FilterDefinition;
import dev.posada.model.PosadaException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Packet filters, and what binds them to a link, as text: reads what users write into canonical form. Rules and references
 * keep their order among each other. Safe for any thread.
 */
public final class FilterXml {
    private static final String NAME = "nwfilter_definition";
    private static final String DEFAULT_PRIORITY = "500";
    private static final int PRIORITY_MAX = 1000;

    private static final Set<String> ACTIONS = Set.of("drop", "accept", "reject", "return", "continue");
    private static final Set<String> DIRECTIONS = Set.of("in", "out", "inout");

    /** The protocols that have chains, with the priority of a chain that says none. */
    private static final List<Chain> CHAINS = List.of(
            new Chain("mac", -800),
            new Chain("vlan", -750),
            new Chain("stp", -810),
            new Chain("arp", -500),
            new Chain("rarp", -400),
            new Chain("ipv4", -700),
            new Chain("ipv6", -600));

    /** The attributes of protocols in the order in which libvirt writes them. */
    private static final List<String> ORDER = List.of(
            "match",
            "srcmacaddr",
            "srcmacmask",
            "dstmacaddr",
            "dstmacmask",
            "protocolid",
            "vlanid",
            "encap-protocol",
            "hwtype",
            "protocoltype",
            "opcode",
            "arpsrcmacaddr",
            "arpdstmacaddr",
            "arpsrcipaddr",
            "arpsrcipmask",
            "arpdstipaddr",
            "arpdstipmask",
            "gratuitous",
            "srcipaddr",
            "srcipmask",
            "dstipaddr",
            "dstipmask",
            "srcipfrom",
            "srcipto",
            "dstipfrom",
            "dstipto",
            "protocol",
            "srcportstart",
            "srcportend",
            "dstportstart",
            "dstportend",
            "type",
            "typeend",
            "code",
            "codeend",
            "dscp",
            "connlimit-above",
            "state",
            "flags",
            "ipset",
            "ipsetflags",
            "comment");

    private record Chain(String prefix, int priority) {}

    private static final class Holder {
        static final Rule FILTER = Outline.load("filter.outline");
    }

    private FilterXml() {}

    /**
     * Reads a filter that comes from outside; one without uuid gets one.
     *
     * @param text one {@code filter} element
     * @param strict whether the document must match the documented format in every element and attribute
     * @throws PosadaException with libvirt's code, of origin {@code NWFILTER}, when it says what no filter can say
     */
    public static FilterDefinition parse(String text, boolean strict) {
        var root = RootElement.read(text, NAME, "filter", ErrorOrigin.NWFILTER);
        if (strict) {
            new StrictCheck(NAME).check(root, Holder.FILTER);
        }
        if (root.attribute("name", "").isEmpty()) {
            throw error(ErrorCode.INTERNAL_ERROR, "filter has no name");
        }
        var content = new ArrayList<Content>();
        content.add(uuid(root));
        for (var child : root.children()) {
            switch (child.name()) {
                case "uuid" -> {
                    // stands first
                }
                case "rule" -> content.add(rule(child));
                case "filterref" -> content.add(reference(child));
                default -> content.add(child);
            }
        }
        return new FilterDefinition(chain(root).withContent(content));
    }

    private static Element uuid(Element root) {
        var given = root.childText("uuid").filter(text -> !text.isEmpty());
        return Element.text(
                "uuid",
                given.isEmpty()
                        ? UUID.randomUUID().toString()
                        : Addresses.uuid(given.get())
                                .orElseThrow(() -> error(ErrorCode.INTERNAL_ERROR, "malformed uuid element")));
    }

    private static Element chain(Element root) {
        var chain = root.attribute("chain").filter(name -> !name.isEmpty()).orElse(FilterDefinition.ROOT_CHAIN);
        var plain = Element.of("filter", "name", root.attribute("name", ""), "chain", chain);
        var given = root.attribute("priority");
        given.ifPresent(FilterXml::priority);
        if (chain.equals(FilterDefinition.ROOT_CHAIN)) {
            return given.map(number -> plain.with("priority", number)).orElse(plain);
        }
        var known = CHAINS.stream()
                .filter(one -> chain.equals(one.prefix()) || chain.startsWith(one.prefix() + "-"))
                .findFirst()
                .orElseThrow(() -> error(
                        ErrorCode.INVALID_ARG,
                        "Invalid chain name '" + Invalid.shown(chain)
                                + "'. Please use a chain name called 'root' or any of the following prefixes: "
                                + String.join(
                                        ", ", CHAINS.stream().map(Chain::prefix).toList())));
        if (!Kind.made(chain, "-._:")) {
            throw error(ErrorCode.INVALID_ARG, "Chain name contains invalid characters");
        }
        return plain.with("priority", given.orElse(Integer.toString(known.priority())));
    }

    private static void priority(String text) {
        if (!Kind.inRange(text, -PRIORITY_MAX, PRIORITY_MAX)) {
            throw error(
                    ErrorCode.INVALID_ARG,
                    "Priority '" + Invalid.shown(text) + "' is outside valid range of [-" + PRIORITY_MAX + ","
                            + PRIORITY_MAX + "]");
        }
    }

    private static Element rule(Element rule) {
        var action = rule.attribute("action")
                .orElseThrow(() -> error(ErrorCode.INTERNAL_ERROR, "rule node requires action attribute"));
        if (!ACTIONS.contains(action)) {
            throw error(ErrorCode.CONFIG_UNSUPPORTED, "unknown rule action attribute value");
        }
        var direction = rule.attribute("direction")
                .orElseThrow(() -> error(ErrorCode.INTERNAL_ERROR, "rule node requires direction attribute"));
        if (!DIRECTIONS.contains(direction)) {
            throw error(ErrorCode.CONFIG_UNSUPPORTED, "unknown rule direction attribute value");
        }
        var priority = rule.attribute("priority", DEFAULT_PRIORITY);
        priority(priority);
        var plain = Element.of("rule", "action", action, "direction", direction, "priority", priority);
        if (rule.has("statematch", "0") || rule.has("statematch", "false")) {
            plain = plain.with("statematch", "false");
        }
        return plain.withContent(rule.children().stream()
                .filter(child -> Holder.FILTER
                        .children()
                        .getOrDefault("rule", List.of())
                        .getFirst()
                        .children()
                        .containsKey(child.name()))
                .map(FilterXml::protocol)
                .toList());
    }

    private static Element protocol(Element protocol) {
        var names = new ArrayList<>(protocol.attributes().keySet());
        names.sort(Comparator.comparingInt(name -> ORDER.contains(name) ? ORDER.indexOf(name) : ORDER.size()));
        var ordered = new LinkedHashMap<String, String>();
        for (var name : names) {
            var value = protocol.attribute(name, "");
            ordered.put(name, name.endsWith("macaddr") ? Addresses.mac(value).orElse(value) : value);
        }
        return Element.of(protocol.name()).withAttributes(ordered);
    }

    private static Element reference(Element reference) {
        var filter = reference.attribute("filter", "");
        if (filter.isEmpty()) {
            throw error(ErrorCode.INTERNAL_ERROR, "rule node requires action attribute");
        }
        return Element.of("filterref", "filter", filter)
                .withContent(reference.children("parameter").stream()
                        .map(one -> Element.of(
                                "parameter", "name", one.attribute("name", ""), "value", one.attribute("value", "")))
                        .toList());
    }

    /**
     * Reads what binds a filter to a link.
     *
     * @param text one {@code filterbinding} element
     * @throws PosadaException {@code INTERNAL_ERROR}, as libvirt has it, when something is missing
     */
    public static Element binding(String text) {
        var root = RootElement.read(text, "nwfilterbinding_definition", "filterbinding", ErrorOrigin.NWFILTER);
        var port = root.child("portdev").flatMap(one -> one.attribute("name"));
        require(port.isPresent() && !port.get().isEmpty(), "filter binding has no port dev name");
        require(Kind.made(port.orElse(""), "_.-:@"), "filter binding has a malformed port dev name");
        var mac = root.child("mac").flatMap(one -> one.attribute("address"));
        require(mac.isPresent(), "filter binding has no MAC address");
        var plain = Addresses.mac(mac.orElse(""));
        require(plain.isPresent(), "filter binding has a malformed MAC address");
        var owner = root.child("owner");
        var name = owner.flatMap(one -> one.childText("name"));
        require(name.isPresent(), "filter binding has no owner name");
        var uuid = owner.flatMap(one -> one.childText("uuid"));
        require(uuid.isPresent(), "filter binding has no owner UUID");
        var known = Addresses.uuid(uuid.orElse(""));
        require(known.isPresent(), "filter binding has a malformed owner UUID");
        var reference = root.child("filterref");
        require(reference.isPresent(), "filter binding has no filter reference");
        return binding(
                name.orElse(""),
                known.orElse(""),
                port.orElse(""),
                plain.orElse(""),
                reference(reference.orElse(Element.of("filterref"))));
    }

    /** What binds a filter to a link of a domain. */
    public static Element binding(String owner, String uuid, String port, String mac, Element reference) {
        return Element.of("filterbinding")
                .plus(Element.of("owner").plus(Element.text("name", owner)).plus(Element.text("uuid", uuid)))
                .plus(Element.of("portdev", "name", port))
                .plus(Element.of("mac", "address", mac))
                .plus(reference);
    }

    /** Reads a binding that was kept; what was written here is not checked again but for its name. */
    public static Optional<String> port(Element binding) {
        return binding.child("portdev").flatMap(port -> port.attribute("name"));
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw error(ErrorCode.INTERNAL_ERROR, otherwise);
        }
    }

    private static PosadaException error(ErrorCode code, String problem) {
        return new PosadaException(code, ErrorOrigin.NWFILTER, problem);
    }
}
