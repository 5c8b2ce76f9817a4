package dev.posada.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.iso.IsoImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CloudSeedTest {
    private static final Optional<String> NONE = Optional.empty();

    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(1);

    @TempDir
    private Path folder;

    private Optional<String> password;
    private Optional<String> key;

    @BeforeEach
    void files() throws IOException {
        password = Optional.of(
                Files.writeString(folder.resolve("password"), "secret\nmore\n").toString());
        key = Optional.of(Files.writeString(folder.resolve("key.pub"), "ssh-ed25519 AAAA me\n")
                .toString());
    }

    @Test
    void aPasswordOfAFileDoesNotExpire() {
        assertThat(seed(false, password, false, NONE, NONE).userData()).isEqualTo("""
                #cloud-config
                chpasswd:
                  list: |
                    root:secret
                  expire: False
                """);
    }

    @Test
    void aPasswordThatWasMadeUpExpiresAndIsTold() {
        CloudSeed seed = seed(true, NONE, false, NONE, NONE);

        String made = seed.generatedPassword().orElseThrow();
        assertThat(made).matches("[A-Za-z0-9]{16}");
        assertThat(seed.userData()).isEqualTo("""
                #cloud-config
                chpasswd:
                  list: |
                    root:%s
                  expire: True
                """.formatted(made));
    }

    @Test
    void keysGoToRootAndToTheImagesOwnUser() {
        assertThat(seed(false, NONE, true, key, key).userData()).isEqualTo("""
                #cloud-config
                users:
                  - name: root
                    ssh-authorized-keys:
                      - ssh-ed25519 AAAA me
                  - ssh-authorized-keys: ssh-ed25519 AAAA me
                runcmd:
                - echo "Disabled by virt-install" > /etc/cloud/cloud-init.disabled
                """);
    }

    @Test
    void theUsersOwnFilesAreOnTheDisc() throws IOException {
        Optional<String> user = file("u", "#cloud-config\nhostname: inner\n");
        Optional<String> meta = file("m", "instance-id: i-1\n");
        Optional<String> network = file("n", "version: 2\n");
        var seed = new CloudSeed(
                new InstallRequest.CloudInit(false, password, false, NONE, NONE, user, meta, network), random);
        Path disc = folder.resolve("seed.iso");

        seed.write(disc, Instant.EPOCH);

        try (var image = IsoImage.open(disc)) {
            assertThat(image.labels().volumeId()).isEqualTo("cidata");
            assertThat(text(image, "user-data")).isEqualTo("#cloud-config\nhostname: inner\n");
            assertThat(text(image, "meta-data")).isEqualTo("instance-id: i-1\n");
            assertThat(text(image, "network-config")).isEqualTo("version: 2\n");
        }
    }

    @Test
    void withoutANetworkTheDiscSaysNothingOfIt() throws IOException {
        Path disc = folder.resolve("seed.iso");

        seed(false, NONE, false, NONE, NONE).write(disc, Instant.EPOCH);

        try (var image = IsoImage.open(disc)) {
            assertThat(image.find("network-config")).isEmpty();
            assertThat(text(image, "meta-data")).isEmpty();
            assertThat(text(image, "user-data")).isEqualTo("#cloud-config\n");
        }
    }

    @Test
    void aFileThatIsMissingIsNamed() {
        CloudSeed seed = seed(false, Optional.of("/no/such/file"), false, NONE, NONE);

        assertThatThrownBy(seed::userData).isInstanceOf(InstallException.class).hasMessageContaining("/no/such/file");
    }

    private Optional<String> file(String name, String text) throws IOException {
        return Optional.of(Files.writeString(folder.resolve(name), text).toString());
    }

    private CloudSeed seed(
            boolean generate,
            Optional<String> passwordFile,
            boolean disable,
            Optional<String> rootKey,
            Optional<String> userKey) {
        return new CloudSeed(
                new InstallRequest.CloudInit(generate, passwordFile, disable, rootKey, userKey, NONE, NONE, NONE),
                random);
    }

    private static String text(IsoImage image, String path) throws IOException {
        try (var in = image.read(image.find(path).orElseThrow())) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
