package dev.posada.rfb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** QEMU's server draws, and what it says that its screen shows is what ours has to show. */
@Timeout(300)
class QemuJudgeTest {
    /** After some dozens, a client that asked too often was left without pixels. */
    private static final int MANY_SIZES = 60;

    @TempDir
    Path folder;

    @BeforeAll
    static void qemu() {
        assumeTrue(Qemu.isInstalled(), "qemu-system-x86_64 is not installed");
    }

    private static Thread start(RfbClient client, AtomicReference<RfbException> end) {
        return Thread.ofVirtual().start(() -> {
            try {
                client.run();
            } catch (RfbException e) {
                end.set(e);
            }
        });
    }

    private static void assertSameScreen(
            Qemu qemu, RfbClient client, AtomicReference<RfbException> end, int leastColours) {
        Qemu.await("screen like QEMU's", () -> {
            if (end.get() != null) {
                throw new AssertionError("the client has given up", end.get());
            }
            try {
                return qemu.shows(client.screen()) && qemu.screendump().distinct().length >= leastColours;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** From the firmware's text to a painted screen of another size, in each encoding. */
    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"COPY_RECT", "RRE"})
    void theScreenIsWhatQemuSaysItIs(Encoding encoding) throws Exception {
        var options = RfbOptions.DEFAULT.withEncodings(List.of(Encoding.COPY_RECT, encoding));
        var end = new AtomicReference<RfbException>();
        Thread runner;
        try (var qemu = Qemu.start(folder, "", "-S");
                var channel = qemu.connect("vnc")) {
            try (var client = RfbClient.connect(channel, channel, options, new RfbListener() {})) {
                runner = start(client, end);
                assertSameScreen(qemu, client, end, 2);
                qemu.execute("{\"execute\":\"cont\"}");
                assertSameScreen(qemu, client, end, 100);
                assertThat(client.takesScanCodes()).isTrue();
            }
            runner.join();
        }
        assertThat(end).as("closing it is no loss").hasNullValue();
    }

    /** As guests do while they boot; QEMU's server takes a request too many for a reason to fall silent. */
    @Test
    void aScreenThatChangesItsSizeAgainAndAgainIsFollowed() throws Exception {
        var sizes = new AtomicInteger();
        var updates = new AtomicInteger();
        var end = new AtomicReference<RfbException>();
        var counting = new RfbListener() {
            @Override
            public void resized(Framebuffer screen) {
                sizes.incrementAndGet();
            }

            @Override
            public void updated(Framebuffer screen, Area area) {
                updates.incrementAndGet();
            }
        };
        try (var qemu = Qemu.startRestless(folder);
                var channel = qemu.connect("vnc");
                var client = RfbClient.connect(channel, channel, RfbOptions.DEFAULT, counting)) {
            start(client, end);
            qemu.execute("{\"execute\":\"cont\"}");
            Qemu.await("many sizes", () -> sizes.get() >= MANY_SIZES);
            // Which picture it is differs from moment to moment; sizes are told even of a screen that stands still.
            int before = updates.get();
            Qemu.await("pixels still", () -> updates.get() > before + 2);
            assertThat(end).hasNullValue();
        }
    }

    @Test
    void aPasswordOpensAndAWrongOneIsRefused() throws Exception {
        try (var qemu = Qemu.start(folder, ",password=on", "-S")) {
            qemu.execute("{\"execute\":\"set_password\",\"arguments\":{\"protocol\":\"vnc\",\"password\":\"s3cret\"}}");
            var wrong = qemu.connect("vnc");
            assertThatThrownBy(() -> RfbClient.connect(
                            wrong,
                            wrong,
                            RfbOptions.DEFAULT.withCredentials(_ -> Optional.of("guess")),
                            new RfbListener() {}))
                    .isInstanceOfSatisfying(
                            RfbException.class, e -> assertThat(e.kind()).isEqualTo(RfbException.Kind.REFUSED));
            assertThat(wrong.isOpen()).isFalse();
            var right = qemu.connect("vnc");
            try (var client = RfbClient.connect(
                    right,
                    right,
                    RfbOptions.DEFAULT.withCredentials(_ -> Optional.of("s3cret")),
                    new RfbListener() {})) {
                var end = new AtomicReference<RfbException>();
                start(client, end);
                assertSameScreen(qemu, client, end, 2);
            }
        }
    }

    @Test
    void aServerThatGoesAwayIsALostConnection() throws Exception {
        try (var qemu = Qemu.start(folder, "", "-S");
                var channel = qemu.connect("vnc");
                var client = RfbClient.connect(channel, channel, RfbOptions.DEFAULT, new RfbListener() {})) {
            var end = new AtomicReference<RfbException>();
            var runner = start(client, end);
            qemu.execute("{\"execute\":\"quit\"}");
            runner.join();
            assertThat(end.get().kind()).isEqualTo(RfbException.Kind.LOST);
        }
    }

    @Test
    void tlsProtectsAPasswordAndAllThatFollows() throws Exception {
        makeCertificates();
        try (var qemu = Qemu.start(
                folder,
                ",password=on,tls-creds=tls0",
                "-S",
                "-object",
                "tls-creds-x509,id=tls0,endpoint=server,verify-peer=off,dir=" + folder)) {
            qemu.execute("{\"execute\":\"set_password\",\"arguments\":{\"protocol\":\"vnc\",\"password\":\"s3cret\"}}");
            var channel = qemu.connect("vnc");
            var options = RfbOptions.DEFAULT
                    .withEncodings(List.of(Encoding.RAW))
                    .withCredentials(_ -> Optional.of("s3cret"))
                    .withTls("localhost", trust());
            try (var client = RfbClient.connect(channel, channel, options, new RfbListener() {})) {
                var end = new AtomicReference<RfbException>();
                start(client, end);
                assertThat(client.isEncrypted()).isTrue();
                assertSameScreen(qemu, client, end, 2);
                qemu.execute("{\"execute\":\"cont\"}");
                assertSameScreen(qemu, client, end, 100);
            }
            var stranger = qemu.connect("vnc");
            assertThatThrownBy(() -> RfbClient.connect(
                            stranger, stranger, options.withTls("elsewhere.example", trust()), new RfbListener() {}))
                    .isInstanceOf(RfbException.class)
                    .hasMessageStartingWith("no TLS connection to the server: ");
        }
    }

    /** An authority, and a server's certificate it vouches for, as PEM files of the names QEMU looks for. */
    private void makeCertificates() throws Exception {
        keytool("-genkeypair", "-alias", "ca", "-keyalg", "RSA", "-dname", "CN=test-ca", "-ext", "bc:c");
        keytool("-genkeypair", "-alias", "server", "-keyalg", "RSA", "-dname", "CN=localhost");
        keytool("-certreq", "-alias", "server", "-file", folder.resolve("csr").toString());
        keytool(
                "-gencert",
                "-alias",
                "ca",
                "-infile",
                folder.resolve("csr").toString(),
                "-outfile",
                folder.resolve("server.der").toString(),
                "-ext",
                "san=dns:localhost",
                "-ext",
                "eku=serverAuth");
        var store = store();
        pem("ca-cert.pem", "CERTIFICATE", store.getCertificate("ca").getEncoded());
        pem("server-cert.pem", "CERTIFICATE", Files.readAllBytes(folder.resolve("server.der")));
        pem(
                "server-key.pem",
                "PRIVATE KEY",
                store.getKey("server", "changeit".toCharArray()).getEncoded());
    }

    private KeyStore store() throws Exception {
        return KeyStore.getInstance(folder.resolve("keys").toFile(), "changeit".toCharArray());
    }

    private SSLContext trust() throws Exception {
        var authorities = KeyStore.getInstance(KeyStore.getDefaultType());
        authorities.load(null);
        authorities.setCertificateEntry("ca", store().getCertificate("ca"));
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(authorities);
        var context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    private void pem(String name, String type, byte[] der) throws IOException {
        Files.writeString(
                folder.resolve(name),
                "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + type
                        + "-----\n");
    }

    private void keytool(String... words) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(words));
        command.addAll(List.of("-keystore", folder.resolve("keys").toString(), "-storepass", "changeit"));
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        assertThat(process.waitFor()).isZero();
    }
}
