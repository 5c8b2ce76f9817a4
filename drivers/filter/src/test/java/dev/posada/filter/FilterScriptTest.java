package dev.posada.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posada.driver.FilterRequest;
import dev.posada.driver.FilterRequest.Applied;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.FilterDefinition;
import dev.posada.model.PosadaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilterScriptTest {
    private static final Features ALL = new Features(true, true);
    private static final Features NONE = new Features(false, false);
    private static final String MAC = "52:54:00:00:00:01";

    @TempDir
    Path folder;

    private static FilterDefinition filter(String chain, Element... rules) {
        return new FilterDefinition(Element.of("filter", "name", "f", "chain", chain)
                .plus(Element.text("uuid", "0a81f5b2-8403-7b23-c8d6-21ccc2f80d6f"))
                .withContent(List.of(rules)));
    }

    private static Element rule(String action, String direction, int priority, Element... protocol) {
        return Element.of("rule", "action", action, "direction", direction, "priority", Integer.toString(priority))
                .withContent(List.of(protocol));
    }

    private static String script(Features features, Map<String, List<String>> variables, FilterDefinition... filters) {
        var applied = new ArrayList<Applied>();
        for (var filter : filters) {
            applied.add(new Applied(filter, variables));
        }
        return FilterScript.of(new FilterRequest("vnet0", MAC, applied), features);
    }

    private static String script(Features features, Element rule) {
        return script(features, Map.of("MAC", List.of(MAC)), filter("root", rule));
    }

    private static Map<String, List<String>> guest(String... addresses) {
        return Map.of("MAC", List.of(MAC), "IP", List.of(addresses));
    }

    /** A standard filter and what it refers to, as the engine would follow the references. */
    private static List<Applied> standard(String name, Map<String, List<String>> variables) {
        var all = StandardFilters.all().stream().collect(Collectors.toMap(FilterDefinition::name, filter -> filter));
        var found = new ArrayList<Applied>();
        found.add(new Applied(all.get(name), variables));
        for (var reference : all.get(name).references()) {
            found.addAll(standard(reference, variables));
        }
        return found;
    }

    @Test
    void aCommentIsWhatNftTakes() {
        var high = "\uD83D\uDC49";
        assertThat(script(ALL, rule("drop", "in", 1, Element.of("tcp", "comment", high))))
                .contains("drop comment \"_\"");
        assertThat(script(
                        ALL,
                        rule("drop", "in", 1, Element.of("tcp", "comment", "a\"; flush ruleset #" + "b".repeat(200)))))
                .contains("drop comment \"a__ flush ruleset _bbb")
                .doesNotContain("b".repeat(90));
    }

    @Test
    void cleanTrafficIsThis() {
        var script =
                FilterScript.of(new FilterRequest("vnet0", MAC, standard("clean-traffic", guest("10.0.0.5"))), ALL);
        assertThat(script).isEqualTo("""
                add table bridge posada_filter_vnet0
                delete table bridge posada_filter_vnet0
                table bridge posada_filter_vnet0 {
                  chain from_mac {
                    ether saddr 52:54:00:00:00:01 return
                    drop
                  }
                  chain from_ipv4_ip {
                    ether type ip ip saddr 0.0.0.0 ip protocol 17 return
                    ether type ip ip saddr 10.0.0.5 return
                    drop
                  }
                  chain from_arp_mac {
                    ether type arp arp saddr ether 52:54:00:00:00:01 return
                    drop
                  }
                  chain from_arp_ip {
                    ether type arp arp saddr ip 10.0.0.5 return
                    drop
                  }
                  chain from_rarp {
                    ether type 0x8035 ether saddr 52:54:00:00:00:01 ether daddr ff:ff:ff:ff:ff:ff @nh,48,16 3 @nh,64,48 0x525400000001 @nh,144,48 0x525400000001 @nh,112,32 0x0 @nh,192,32 0x0 accept
                    drop
                  }
                  chain from_frames {
                    jump from_mac
                    ether type ip jump from_ipv4_ip
                    ether type ip accept
                    ether type arp jump from_arp_mac
                    ether type arp jump from_arp_ip
                    ether type arp accept
                    ether type 0x8035 jump from_rarp
                    ether type 0x0835 accept
                    drop
                  }
                  chain hook_from_frames {
                    type filter hook prerouting priority -310; policy accept;
                    iifname "vnet0" jump from_frames
                  }
                  chain to_ipv4 {
                    accept
                  }
                  chain to_rarp {
                    ether type 0x8035 ether daddr ff:ff:ff:ff:ff:ff @nh,48,16 3 @nh,64,48 0x525400000001 @nh,144,48 0x525400000001 @nh,112,32 0x0 @nh,192,32 0x0 accept
                    drop
                  }
                  chain to_frames {
                    ether type ip jump to_ipv4
                    ether type arp accept
                    ether type 0x8035 jump to_rarp
                    drop
                  }
                  chain hook_to_frames {
                    type filter hook postrouting priority -310; policy accept;
                    oifname "vnet0" jump to_frames
                  }
                }
                """);
    }

    @Test
    void anUnknownAddressIsTheFirstOneTheGuestUses() {
        var variables = Map.of("MAC", List.of(MAC));
        var script = FilterScript.of(new FilterRequest("vnet0", MAC, standard("no-ip-spoofing", variables)), ALL);
        assertThat(script)
                .contains("set addr { type ipv4_addr; size 1; flags dynamic; }")
                .containsSubsequence(
                        "ether saddr " + MAC + " ip saddr != 0.0.0.0 add @addr { ip saddr }",
                        "ether type ip jump from_ipv4_ip");
        assertThat(script).contains("ether type ip ip saddr @addr return");
        var never = Map.of("MAC", List.of(MAC), "CTRL_IP_LEARNING", List.of("none"));
        assertThatThrownBy(
                        () -> FilterScript.of(new FilterRequest("vnet0", MAC, standard("no-ip-spoofing", never)), ALL))
                .hasMessageContaining("use 'any' or 'dhcp'");
    }

    @Test
    void anAddressIsLearnedOfTheServersThatAreTrusted() {
        var variables = Map.of(
                "MAC",
                List.of(MAC),
                "CTRL_IP_LEARNING",
                List.of("dhcp"),
                "DHCPSERVER",
                List.of("10.0.0.1", "10.0.0.2"));
        var script = FilterScript.of(new FilterRequest("vnet0", MAC, standard("no-ip-spoofing", variables)), ALL);
        assertThat(script)
                .contains("set addr { type ipv4_addr; size 16; flags dynamic; }")
                .containsSubsequence(
                        "chain to_frames {",
                        "ip saddr { 10.0.0.1, 10.0.0.2 } ip protocol 17 th sport 67 th dport 68",
                        "@th,288,48 0x525400000001 add @addr { @th,192,32 }")
                .doesNotContain("add @addr { ip saddr }");
    }

    @Test
    void listsRunTogetherByCountAndThroughAllOtherwise() {
        var variables = Map.of("IP", List.of("10.0.0.1", "10.0.0.2"), "PORT", List.of("80", "443"));
        var together = Element.of("tcp", "srcipaddr", "$IP", "dstportstart", "$PORT");
        assertThat(script(NONE, variables, filter("root", rule("drop", "out", 1, together)))
                        .lines()
                        .filter(line -> line.contains("th dport")))
                .hasSize(2);
        var crossed = together.with("dstportstart", "$PORT[@1]");
        assertThat(script(NONE, variables, filter("root", rule("drop", "out", 1, crossed)))
                        .lines()
                        .filter(line -> line.contains("th dport")))
                .hasSize(4);
        var second = together.with("dstportstart", "$PORT[1]");
        assertThat(script(NONE, variables, filter("root", rule("drop", "out", 1, second))))
                .contains("th dport 443")
                .doesNotContain("th dport 80");
        var missing = together.with("dstportstart", "$NOSUCH");
        assertThatThrownBy(() -> script(NONE, variables, filter("root", rule("drop", "out", 1, missing))))
                .hasMessageContaining("unresolvable variables or unavailable list elements: NOSUCH");
    }

    @Test
    void listsMakeNoMoreRulesThanABound() {
        var many = new ArrayList<String>();
        for (int i = 1; i <= 100; i++) {
            many.add(Integer.toString(i));
        }
        var rule = rule("drop", "out", 1, Element.of("tcp", "srcportstart", "$PORT", "dstportstart", "$PORT[@1]"));
        assertThatThrownBy(() -> script(NONE, Map.of("PORT", many), filter("root", rule)))
                .hasMessageContaining("a rule would become more than 4096");
    }

    @Test
    void whatIsAcceptedOneWayHasItsAnswersAcceptedTheOther() {
        var web = rule("accept", "out", 500, Element.of("tcp", "dstportstart", "80"));
        assertThat(script(ALL, web))
                .contains("ether type ip meta l4proto 6 th dport 80 ct state { new, established } accept")
                .contains("ether type ip meta l4proto 6 th sport 80 ct state { established, related } accept");
        assertThat(script(NONE, web))
                .contains("ether type ip meta l4proto 6 th dport 80 accept")
                .contains("ether type ip meta l4proto 6 th sport 80 tcp flags & (syn|ack) != syn accept");
        assertThat(script(ALL, web.with("statematch", "false")))
                .doesNotContain("th sport")
                .doesNotContain("ct state");
    }

    @Test
    void aRuleForBothDirectionsIsTurnedForWhatTheGuestSends() {
        assertThat(script(ALL, rule("drop", "inout", 500, Element.of("ip", "srcipaddr", "10.0.0.9"))))
                .containsSubsequence(
                        "chain from_frames", "ip daddr 10.0.0.9 drop", "chain to_frames", "ip saddr 10.0.0.9 drop");
    }

    @Test
    void matchNoTurnsEveryPart() {
        assertThat(script(
                        ALL,
                        rule(
                                "drop",
                                "out",
                                1,
                                Element.of("ip", "match", "no", "srcipaddr", "10.0.0.0", "srcipmask", "8"))))
                .contains("ip saddr & 255.0.0.0 != 10.0.0.0 drop");
    }

    @Test
    void aRefusalIsADropWhereTheKernelCannotAnswer() {
        var refuse = rule("reject", "out", 500, Element.of("all"));
        assertThat(script(ALL, refuse)).contains("ether type ip reject");
        assertThat(script(NONE, refuse)).contains("ether type ip drop").doesNotContain("reject");
    }

    @Test
    void noValueBecomesPartOfTheScript() {
        for (var evil :
                List.of("10.0.0.1 accept; drop", "10.0.0.1\naccept", "$(reboot)", "10.0.0.256", "1.2.3", "\"")) {
            assertThatThrownBy(() -> script(
                            ALL,
                            Map.of("IP", List.of(evil)),
                            filter("root", rule("drop", "out", 1, Element.of("ip", "srcipaddr", "$IP")))))
                    .isInstanceOfSatisfying(
                            PosadaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARG));
        }
        assertThat(script(ALL, rule("drop", "out", 1, Element.of("mac", "comment", "x\"; accept #\n"))))
                .contains("comment \"x__ accept __\"");
        assertThat(FilterScript.table("a\"; drop")).isEqualTo("posada_filter_a_22_3b_20drop");
    }

    @Test
    void nftTakesEveryProtocolAndEveryStandardFilter() throws Exception {
        assumeTrue(Files.exists(Path.of("/usr/sbin/nft")) && "root".equals(System.getProperty("user.name")));
        var scripts = new StringBuilder();
        for (var filter : StandardFilters.all()) {
            var variables = Map.of(
                    "MAC", List.of(MAC),
                    "IP", List.of("10.0.0.5", "10.0.0.6"),
                    "IPV6", List.of("fd00::5"),
                    "DHCPSERVER", List.of(filter.name().contains("v6") ? "fe80::1" : "10.0.0.1"),
                    "GATEWAY_MAC", List.of("52:54:00:00:00:fe"));
            scripts.append(FilterScript.of(new FilterRequest("vnet0", MAC, standard(filter.name(), variables)), NONE));
            scripts.append(FilterScript.of(
                    new FilterRequest(
                            "d0",
                            MAC,
                            standard(
                                    "clean-traffic",
                                    Map.of(
                                            "MAC", List.of(MAC),
                                            "CTRL_IP_LEARNING", List.of("dhcp"),
                                            "DHCPSERVER", List.of("10.0.0.1", "10.0.0.2")))),
                    NONE));
            scripts.append(FilterScript.of(
                    new FilterRequest("a.b-c", MAC, standard("clean-traffic", Map.of("MAC", List.of(MAC)))), NONE));
        }
        for (var protocol : everything()) {
            for (var direction : List.of("in", "out", "inout")) {
                scripts.append(script(NONE, rule("accept", direction, -3, protocol)));
                scripts.append(script(NONE, rule("reject", direction, 3, protocol.with("match", "no"))));
            }
        }
        scripts.append(FilterScript.removal("vnet0"));
        nft(scripts.toString());
    }

    private static List<Element> everything() {
        var ports = Map.of("srcportstart", "1", "srcportend", "0x10", "dstportstart", "7");
        var four = Map.of("srcipaddr", "10.0.0.0", "srcipmask", "8", "dstipaddr", "1.2.3.4", "dscp", "5");
        var six = Map.of("srcipaddr", "fd00::", "srcipmask", "65", "dstipaddr", "fd00::1");
        var mac = Map.of("srcmacaddr", "1:2:3:4:5:6", "srcmacmask", "ff:ff:0:0:0:0", "dstmacaddr", "ff:ff:ff:ff:ff:ff");
        var all = new ArrayList<Element>();
        all.add(with(Element.of("mac", "protocolid", "0x88cc"), mac));
        all.add(Element.of("mac", "protocolid", "vlan"));
        all.add(with(Element.of("vlan", "vlanid", "0x123", "encap-protocol", "arp"), mac));
        all.add(Element.of("stp", "type", "0", "flags", "1", "root-priority", "5", "root-priority-hi", "9")
                .with("root-address", "1:2:3:4:5:6")
                .with("root-address-mask", "ff:ff:ff:0:0:0")
                .with("root-cost", "4294967295")
                .with("port", "5")
                .with("forward-delay", "3"));
        all.add(Element.of(
                        "arp",
                        "hwtype",
                        "1",
                        "protocoltype",
                        "0x800",
                        "opcode",
                        "Reply",
                        "arpsrcmacaddr",
                        "1:2:3:4:5:6")
                .with("arpdstmacaddr", "1:2:3:4:5:6")
                .with("arpsrcipaddr", "10.0.0.0")
                .with("arpsrcipmask", "255.0.0.0")
                .with("arpdstipaddr", "10.0.0.1"));
        all.add(Element.of("rarp", "hwtype", "1", "protocoltype", "0x800", "opcode", "3", "arpsrcipaddr", "10.0.0.0")
                .with("arpsrcipmask", "8"));
        all.add(with(with(Element.of("ip", "protocol", "udp"), ports), four));
        all.add(with(with(Element.of("ipv6", "protocol", "tcp"), ports), six));
        all.add(Element.of("ipv6", "protocol", "icmpv6", "type", "1", "typeend", "5", "code", "0", "codeend", "3"));
        for (var name : List.of("tcp", "udp", "sctp")) {
            all.add(with(with(Element.of(name), ports), four));
            all.add(with(with(Element.of(name + "-ipv6"), ports), six));
        }
        for (var name : List.of("udplite", "esp", "ah", "all")) {
            all.add(with(
                    Element.of(name, "srcmacaddr", "1:2:3:4:5:6", "dstipfrom", "1.2.3.4", "dstipto", "1.2.3.9"), four));
            all.add(with(Element.of(name + "-ipv6", "dstipfrom", "fd00::", "dstipto", "fd00::9"), six));
        }
        all.add(Element.of("tcp", "flags", "SYN,ACK/SYN"));
        all.add(Element.of("tcp", "flags", "ALL/NONE"));
        all.add(with(Element.of("icmp", "type", "8", "code", "0"), four));
        all.add(with(Element.of("icmpv6", "type", "128"), six));
        all.add(with(Element.of("igmp"), four));
        return all;
    }

    private static Element with(Element element, Map<String, String> attributes) {
        var more = element;
        for (var attribute : attributes.entrySet()) {
            more = more.with(attribute.getKey(), attribute.getValue());
        }
        return more;
    }

    /** Has nft make it all, in a network namespace that ends with it. */
    private void nft(String script) throws IOException, InterruptedException {
        var file = Files.writeString(folder.resolve("script"), script);
        var process = new ProcessBuilder("unshare", "-n", "nft", "-f", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said").toFile())
                .start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        var said = Files.readString(folder.resolve("said"));
        assumeTrue(!said.contains("Operation not permitted") && !said.contains("unshare failed"), said);
        assertThat(process.exitValue()).as(said).isZero();
    }
}
