package dev.posada.dhcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posada.posix.NetworkNamespace;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against dnsmasq on a bridge, from a network namespace behind it; and against noise. */
@Timeout(300)
class DhcpTest {
    private static final String MAC = "52:54:00:aa:bb:01";

    @TempDir
    Path folder;

    @Test
    void aServerLendsAnAddressAndTheSameAgain() throws Exception {
        assumeTrue("own".equals(System.getenv("POSADA_TEST_NAMESPACE")), "needs a network of its own");
        assumeTrue(Files.isExecutable(Path.of("/usr/sbin/dnsmasq")), "needs dnsmasq");
        var behind = new ProcessBuilder("unshare", "-n", "sleep", "infinity").start();
        run("ip link add br7 type bridge && ip addr add 192.0.2.1/24 dev br7 && ip link set br7 up");
        // No ping before an offer: it takes three seconds.
        var server = new ProcessBuilder(
                        "dnsmasq",
                        "--keep-in-foreground",
                        "--conf-file=/dev/null",
                        "--interface=br7",
                        "--bind-dynamic",
                        "--except-interface=lo",
                        "--dhcp-range=192.0.2.50,192.0.2.50,255.255.255.0,2m",
                        "--dhcp-leasefile=" + folder.resolve("leases"),
                        "--pid-file=" + folder.resolve("pid"),
                        "--no-ping",
                        "--domain=inn.test",
                        "--user=root",
                        "--dhcp-option=option:mtu,1400",
                        "--dhcp-option=121,198.51.100.0/24,192.0.2.9")
                .inheritIO()
                .start();
        try {
            awaitNamespace(behind.pid());
            var there = "nsenter -t " + behind.pid() + " -n ip ";
            run("ip link add v7 type veth peer name v7p && ip link set v7 master br7 up && ip link set v7p address "
                    + MAC
                    + " netns " + behind.pid() + " name eth0 && " + there + "link set eth0 up && " + there
                    + "route add 255.255.255.255/32 dev eth0 && " + there + "route add default dev eth0");

            var lease = ask(behind.pid(), Optional.empty()).orElseThrow();
            var again = ask(behind.pid(), Optional.of(lease.address())).orElseThrow();

            assertThat(lease.address().getHostAddress()).isEqualTo("192.0.2.50");
            assertThat(lease.prefixLength()).isEqualTo(24);
            assertThat(lease.router().orElseThrow().getHostAddress()).isEqualTo("192.0.2.1");
            assertThat(lease.nameServers()).containsExactly(address("192.0.2.1"));
            assertThat(lease.domain()).isEqualTo("inn.test");
            assertThat(lease.mtu()).hasValue(1400);
            assertThat(lease.routes())
                    .containsExactly(new DhcpLease.Hop(address("198.51.100.0"), 24, address("192.0.2.9")));
            assertThat(lease.renewAfter()).isEqualTo(Duration.ofMinutes(1));
            assertThat(again.address()).isEqualTo(lease.address());
            // An address of another network is refused, and the right one lent instead.
            assertThat(ask(behind.pid(), Optional.of(address("203.0.113.5")))
                            .orElseThrow()
                            .address())
                    .isEqualTo(lease.address());
            assertThat(Files.readString(folder.resolve("leases"))).contains(MAC + " 192.0.2.50 my-box");
        } finally {
            server.destroyForcibly().waitFor();
            behind.destroyForcibly().waitFor();
        }
    }

    private static Optional<DhcpLease> ask(long process, Optional<Inet4Address> had) throws IOException {
        try (var channel = NetworkNamespace.of(process, () -> DatagramChannel.open(StandardProtocolFamily.INET))) {
            return new DhcpClient(channel, MAC, "my box", new Random(7)).ask(had, Duration.ofSeconds(30));
        }
    }

    @ParameterizedTest
    @CsvSource({"web, web", "my box!, my-box", "-a-, a", "a_b.c, a-b-c", "'', ''"})
    void namesBecomeLabels(String name, String label) {
        assertThat(DhcpClient.label(name)).isEqualTo(label);
    }

    @Test
    void noiseIsNoMessageAndNoFailure() {
        long seed = System.nanoTime();
        System.err.println("seed " + seed);
        var random = new Random(seed);
        var hardware = HexFormat.ofDelimiter(":").parseHex(MAC);
        for (int i = 0; i < 20_000; i++) {
            var sent = DhcpMessage.fromClient(DhcpMessage.DISCOVER, 1, 0, hardware, "h", new byte[0], new byte[0]);
            var bytes = new byte[sent.remaining()];
            sent.get(bytes);
            bytes[0] = 2;
            for (int j = random.nextInt(40); j > 0; j--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            DhcpMessage.fromServer(ByteBuffer.wrap(bytes, 0, random.nextInt(bytes.length)))
                    .ifPresent(DhcpMessage::lease);
        }
    }

    private static Inet4Address address(String text) throws IOException {
        return (Inet4Address) InetAddress.getByName(text);
    }

    private static void awaitNamespace(long pid) throws IOException {
        var ours = Files.readSymbolicLink(Path.of("/proc/self/ns/net"));
        while (Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "ns", "net"))
                .equals(ours)) {
            Thread.onSpinWait();
        }
    }

    private static void run(String script) throws Exception {
        var process = new ProcessBuilder(List.of("sh", "-ec", script))
                .redirectErrorStream(true)
                .start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }
}
