package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets by Debian's virsh. */
class SecretsTest {
    private static final String UUID = "0a81f5b2-8403-7b23-c8d6-21ccc2f80d6f";
    private static final String VALUE = "a passphrase nobody must see";

    @TempDir
    Path folder;

    private Daemon daemon;

    @BeforeEach
    void startDaemon() throws IOException {
        Programs.need("virsh");
        daemon = Daemon.start(folder.resolve("root"));
    }

    @AfterEach
    void stopDaemon() {
        daemon.close();
    }

    private void define(String attributes) throws IOException {
        var file = Files.writeString(
                folder.resolve("s.xml"),
                "<secret " + attributes + "><uuid>" + UUID
                        + "</uuid><usage type='tls'><name>t</name></usage></secret>");
        daemon.virsh("secret-define", file.toString(), "--validate").succeeded();
        var value = Files.writeString(folder.resolve("value"), VALUE);
        daemon.virsh("secret-set-value", UUID, "--file", value.toString(), "--plain")
                .succeeded();
    }

    @Test
    void aValueIsFoundInItsFileAndNowhereElse() throws IOException {
        define("ephemeral='no'");
        daemon.virsh("secret-dumpxml", UUID).succeeded();
        assertThat(daemon.virsh("secret-get-value", UUID, "--plain").succeeded().out())
                .isEqualTo(VALUE);
        daemon.virsh("secret-get-value", "0a81f5b2-8403-7b23-c8d6-21ccc2f80d70").refused();
        var encoded = Base64.getEncoder().encodeToString(VALUE.getBytes(StandardCharsets.UTF_8));
        try (var files = Files.walk(daemon.root())) {
            var telling = files.filter(Files::isRegularFile)
                    .filter(file -> holds(file, VALUE) || holds(file, encoded))
                    .map(file -> daemon.root().relativize(file).toString())
                    .toList();
            assertThat(telling).containsExactly("etc/secrets/" + UUID + ".base64");
        }
        assertThat(daemon.root().resolve("etc/secrets/" + UUID + ".base64")).hasContent(encoded);
    }

    private static boolean holds(Path file, String text) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aReadOnlyConnectionIsNotToldAValue() throws IOException {
        define("ephemeral='yes'");
        var reading = Programs.run("virsh", "-r", "-c", daemon.uri(), "secret-get-value", UUID);
        assertThat(reading.status()).isNotZero();
        assertThat(reading.err()).contains("read only access prevents virSecretGetValue");
        assertThat(Programs.run("virsh", "-r", "-q", "-c", daemon.uri(), "secret-list")
                        .succeeded()
                        .out())
                .contains(UUID)
                .contains("tls t");
    }
}
