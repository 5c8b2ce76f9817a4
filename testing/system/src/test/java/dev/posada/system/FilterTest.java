package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packet filters by Debian's virsh, between a host with a bridge and a guest, each in a network namespace. */
class FilterTest {
    private static final String MAC = "52:54:00:00:00:05";

    @TempDir
    Path folder;

    private Island host;
    private Island guest;
    private Daemon daemon;

    @BeforeEach
    void makeHosts() throws IOException {
        Programs.need("virsh", "nft", "busybox");
        host = Island.make();
        guest = Island.make();
        host.run("ip link add br0 type bridge; ip addr add 10.9.0.1/24 dev br0; ip link set br0 up;"
                        + " ip link add tap0 type veth peer name g0; ip link set tap0 master br0; ip link set tap0 up;"
                        + " ip link set g0 netns " + guest.pid())
                .succeeded();
        guest.run("ip link set g0 address " + MAC + "; ip addr add 10.9.0.5/24 dev g0; ip link set g0 up")
                .succeeded();
        daemon = host.daemon(folder.resolve("root"));
    }

    @AfterEach
    void endHosts() {
        if (daemon != null) {
            daemon.close();
        }
        if (guest != null) {
            guest.close();
        }
        if (host != null) {
            host.close();
        }
    }

    private void bind(String filter, String parameters) throws IOException {
        var file = Files.writeString(
                folder.resolve("b.xml"),
                "<filterbinding><owner><name>g</name><uuid>8057b97d-95af-4a88-b49b-aec71553bc06</uuid></owner>"
                        + "<portdev name='tap0'/><mac address='" + MAC + "'/><filterref filter='" + filter + "'>"
                        + parameters + "</filterref></filterbinding>");
        daemon.virsh("nwfilter-binding-create", file.toString()).succeeded();
    }

    private boolean reaches(String options) {
        return guest.run("busybox ping -c 1 -W 2 " + options + " 10.9.0.1").status() == 0;
    }

    /** The guest is another, as far as it can be: what its host has learned of it is forgotten. */
    private void become(String commands) {
        guest.run(commands).succeeded();
        host.run("ip neigh flush dev br0").succeeded();
    }

    @Test
    void aGuestSpeaksForItselfAndForNobodyElse() throws IOException {
        assertThat(reaches("")).isTrue();
        bind("clean-traffic", "<parameter name='IP' value='10.9.0.5'/>");
        assertThat(reaches("")).isTrue();
        become("ip addr add 10.9.0.6/24 dev g0");
        assertThat(reaches("-I 10.9.0.6")).isFalse();
        assertThat(reaches("-I 10.9.0.5")).isTrue();
        become("ip link set g0 address 52:54:00:00:00:66");
        assertThat(reaches("-I 10.9.0.5")).isFalse();
        become("ip link set g0 address " + MAC);
        assertThat(reaches("-I 10.9.0.5")).isTrue();
        daemon.virsh("nwfilter-binding-delete", "tap0").succeeded();
        assertThat(reaches("-I 10.9.0.6")).isTrue();
        assertThat(host.run("nft list tables").out()).doesNotContain("posada_filter");
    }

    @Test
    void withoutAGivenAddressTheFirstOneCounts() throws IOException {
        bind("clean-traffic", "");
        assertThat(reaches("-I 10.9.0.5")).isTrue();
        become("ip addr add 10.9.0.6/24 dev g0");
        assertThat(reaches("-I 10.9.0.6")).isFalse();
        assertThat(reaches("-I 10.9.0.5")).isTrue();
    }

    @Test
    void anAddressGivenByDhcpIsTheOneThatCounts() throws Exception {
        Programs.need("dnsmasq");
        become("ip addr flush dev g0");
        var script = Files.writeString(
                folder.resolve("lease.sh"),
                "#!/bin/sh\n[ \"$1\" = bound ] && ip addr add \"$ip/24\" dev \"$interface\"; true\n");
        bind("clean-traffic", "<parameter name='CTRL_IP_LEARNING' value='dhcp'/>");
        become("ip addr add 10.9.0.6/24 dev g0");
        assertThat(reaches("-I 10.9.0.6")).isFalse();
        host.run("dnsmasq --conf-file=/dev/null --port=0 --interface=br0 --bind-interfaces --leasefile-ro"
                        + " --dhcp-range=10.9.0.77,10.9.0.77 --user=root --pid-file=" + folder.resolve("dnsmasq.pid"))
                .succeeded();
        try {
            guest.run("chmod +x " + script + "; busybox udhcpc -f -n -q -t 5 -T 2 -i g0 -s " + script)
                    .succeeded();
            guest.run("ip addr show dev g0 | grep -q 10.9.0.77").succeeded();
            assertThat(reaches("-I 10.9.0.77")).isTrue();
            assertThat(reaches("-I 10.9.0.6")).isFalse();
            daemon.kill();
            daemon = host.daemon(folder.resolve("root"));
            assertThat(reaches("-I 10.9.0.77")).isTrue();
        } finally {
            host.run("kill $(cat " + folder.resolve("dnsmasq.pid") + ")");
        }
    }

    @Test
    void aChangedFilterHoldsAtOnceAndAnotherDaemonKeepsIt() throws Exception {
        var filter = Files.writeString(
                folder.resolve("f.xml"),
                "<filter name='mine'><uuid>0a81f5b2-8403-7b23-c8d6-21ccc2f80d6f</uuid></filter>");
        daemon.virsh("nwfilter-define", filter.toString()).succeeded();
        bind("mine", "");
        assertThat(reaches("")).isTrue();
        Files.writeString(
                filter,
                "<filter name='mine'><uuid>0a81f5b2-8403-7b23-c8d6-21ccc2f80d6f</uuid>"
                        + "<rule action='drop' direction='out'><icmp/></rule></filter>");
        daemon.virsh("nwfilter-define", filter.toString(), "--validate").succeeded();
        assertThat(reaches("")).isFalse();
        assertThat(daemon.virsh("nwfilter-undefine", "mine").refused().err()).contains("nwfilter is in use");
        daemon.kill();
        host.run("nft flush ruleset").succeeded();
        assertThat(reaches("")).isTrue();
        daemon = host.daemon(folder.resolve("root"));
        assertThat(reaches("")).isFalse();
        assertThat(daemon.virsh("nwfilter-binding-list").succeeded().out())
                .contains("tap0")
                .contains("mine");
    }

    @Test
    void aDomainsInterfaceHasItsFilterFromStartToEnd() throws Exception {
        Programs.need("qemu-system-x86_64");
        var domain = Files.writeString(folder.resolve("d.xml"), """
                <domain type='qemu'>
                  <name>guest</name>
                  <memory unit='MiB'>32</memory>
                  <os><type arch='x86_64'>hvm</type></os>
                  <devices>
                    <interface type='bridge'>
                      <mac address='52:54:00:00:00:07'/>
                      <source bridge='br0'/>
                      <target dev='guest0'/>
                      <model type='virtio'/>
                      <filterref filter='%s'><parameter name='IP' value='10.9.0.7'/></filterref>
                    </interface>
                  </devices>
                </domain>
                """.formatted("nosuch"));
        assertThat(daemon.virsh("create", domain.toString(), "--paused")
                        .refused()
                        .err())
                .contains("Could not find filter 'nosuch'");
        assertThat(host.run("ip link show dev guest0").status()).isNotZero();

        Files.writeString(domain, Files.readString(domain).replace("nosuch", "clean-traffic"));
        daemon.virsh("create", domain.toString(), "--paused").succeeded();
        assertThat(daemon.virsh("nwfilter-binding-dumpxml", "guest0")
                        .succeeded()
                        .out())
                .contains("<name>guest</name>")
                .contains("clean-traffic");
        var table = "nft list table bridge posada_filter_guest0";
        assertThat(host.run(table).succeeded().out()).contains("ip saddr 10.9.0.7 return");
        assertThat(daemon.virsh("dumpxml", "guest").succeeded().out()).contains("<filterref filter='clean-traffic'>");

        daemon.kill();
        daemon = host.daemon(folder.resolve("root"));
        assertThat(host.run(table).succeeded().out()).contains("ip saddr 10.9.0.7 return");
        daemon.virsh("destroy", "guest").succeeded();
        assertThat(host.run(table).status()).isNotZero();
        assertThat(daemon.virsh("nwfilter-binding-list").succeeded().out().strip())
                .isEmpty();
    }
}
