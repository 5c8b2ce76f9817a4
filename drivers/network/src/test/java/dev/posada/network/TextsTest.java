package dev.posada.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.model.PosadaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is given to dnsmasq and to the firewall for a definition, as golden files beside the definition. */
class TextsTest {
    private static final Path FOLDER = Path.of("src/test/resources/texts");
    private static final DnsmasqConf.Files FILES = new DnsmasqConf.Files(
            Path.of("/s/n.conf"),
            Path.of("/s/n.hosts"),
            Path.of("/s/n.names"),
            Path.of("/s/n.leases"),
            Path.of("/r/n.pid"));

    @ParameterizedTest
    @ValueSource(
            strings = {"default", "everything", "isolated", "routed", "ipv6", "static-only", "no-dns", "open", "options"
            })
    void textsAreTheGoldenOnes(String name) throws IOException {
        var plan = NetworkPlan.of(Documents.network(Files.readString(FOLDER.resolve(name + ".xml"))));
        var conf = DnsmasqConf.of(plan, FILES, "nobody");

        golden(
                name + ".dnsmasq",
                plan.served()
                        ? conf.main() + "--- hosts\n" + conf.hosts() + "--- names\n" + conf.names()
                        : "no dnsmasq\n");
        golden(
                name + ".nft",
                plan.forward().open()
                        ? "no rules\n"
                        : NftRules.put(plan) + "--- removed\n" + NftRules.remove(plan.bridge(), Ruleset.parse("")));
        golden(name + ".iptables", plan.forward().open() ? "no rules\n" : iptables(plan));
    }

    private static String iptables(NetworkPlan plan) {
        var text = new StringBuilder();
        for (boolean ipv6 : new boolean[] {false, true}) {
            for (boolean nat : new boolean[] {false, true}) {
                text.append(ipv6 ? "--- ip6tables\n" : "--- iptables\n")
                        .append(new IptablesRules(plan.bridge(), ipv6, nat).put(plan, "", false));
            }
        }
        return text.toString();
    }

    @Test
    void rulesPutAgainReplaceThoseThatAreThere() {
        var plan = NetworkPlan.of(NatTest.definition());
        var saved = """
                *filter
                :FORWARD DROP [0:0]
                :POSADA_INP - [0:0]
                :POSADA_FWD - [0:0]
                :POSADA_ACC - [0:0]
                :POSADA_FWD_br-nat - [0:0]
                -A FORWARD -j DOCKER-USER
                -A FORWARD -j POSADA_FWD
                -A POSADA_ACC -i br-nat -j ACCEPT
                -A POSADA_ACC -i br-nat2 -j ACCEPT
                -A POSADA_FWD -o br-nat -j POSADA_FWD_br-nat
                COMMIT
                """;
        var rules = new IptablesRules("br-nat", false, false);

        assertThat(rules.put(plan, saved, false))
                .contains("-D POSADA_ACC -i br-nat -j ACCEPT\n")
                .contains("-D POSADA_FWD -o br-nat -j POSADA_FWD_br-nat\n")
                .contains("-D FORWARD -j POSADA_FWD\n")
                .doesNotContain(":POSADA_FWD - ")
                .doesNotContain("br-nat2");
        assertThat(rules.remove(saved))
                .contains("-X POSADA_FWD_br-nat\n")
                .contains("-X POSADA_FWD\n")
                .doesNotContain("-X POSADA_ACC\n")
                .doesNotContain("br-nat2");
    }

    @Test
    void onlyItsOwnChainsAreTakenAwayAndATableThatIsEmptyThen() {
        var ruleset = Ruleset.parse("""
                table ip posada_network {
                \tchain forward_virbr0 {
                \t}
                \tchain postrouting_virbr0 {
                \t}
                \tchain forward_virbr1 {
                \t}
                }
                table ip6 posada_network {
                \tchain forward_virbr0 {
                \t}
                }
                """);

        assertThat(NftRules.remove("virbr0", ruleset)).isEqualTo("""
                delete chain ip posada_network forward_virbr0
                delete chain ip posada_network postrouting_virbr0
                add table ip6 posada_network
                delete table ip6 posada_network
                """);
    }

    @Test
    void whoDropsWhatIsOursIsNamedWithTheRemedy() {
        var chains = """
                table inet firewalld {
                	chain filter_FORWARD {
                		type filter hook forward priority filter + 10; policy drop;
                	}
                }
                table ip filter {
                	chain FORWARD {
                		type filter hook forward priority filter; policy drop;
                	}
                }
                """;

        assertThat(ForeignRules.inTheWay("n", "virbr0", Ruleset.parse(chains)).orElseThrow())
                .contains("table 'inet firewalld' (hook forward)")
                .doesNotContain("ip filter")
                .contains("firewall-cmd --zone=trusted --change-interface=virbr0");
        assertThat(ForeignRules.inTheWay("n", "virbr0", Ruleset.parse("table inet x {\n}\n")))
                .isEmpty();
    }

    @Test
    void aValueThatWouldBeAnotherLineIsRefused() {
        var plan = NetworkPlan.of(Documents.network("""
                <network><name>n</name><bridge name='b'/><domain name='a&#10;conf-file=/etc/shadow'/>
                <ip address='192.0.2.1' prefix='24'/></network>"""));

        assertThatThrownBy(() -> DnsmasqConf.of(plan, FILES, "nobody"))
                .isInstanceOf(PosadaException.class)
                .hasMessageContaining("control character");
    }

    static void golden(String name, String text) throws IOException {
        var file = FOLDER.resolve(name);
        if (Boolean.getBoolean("posada.golden.rewrite")) {
            Files.writeString(file, text);
        }
        assertThat(text).isEqualTo(Files.readString(file));
    }
}
