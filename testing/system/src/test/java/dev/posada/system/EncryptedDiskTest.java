package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Disks whose images are encrypted: QEMU gets the passphrase, and nobody else sees it. */
class EncryptedDiskTest {
    private static final String UUID = "0a81f5b2-8403-7b23-c8d6-21ccc2f80d6f";
    private static final String PASSPHRASE = "correct horse battery staple";

    @TempDir
    Path folder;

    private Daemon daemon;

    @BeforeEach
    void startDaemon() throws IOException {
        Programs.need("virsh", "qemu-img", "qemu-system-x86_64");
        daemon = Daemon.start(folder.resolve("root"));
    }

    @AfterEach
    void stopDaemon() {
        daemon.close();
    }

    private Path image(String format) {
        var image = folder.resolve("disk." + format);
        var options = format.equals("luks") ? "" : "encrypt.format=luks,encrypt.";
        var more = options.substring(options.lastIndexOf(',') + 1);
        // qemu-img measures how fast the machine is, and gives up now and then on one that is busy.
        Programs.await(
                "qemu-img makes an encrypted image",
                () -> Programs.run(
                                        "qemu-img",
                                        "create",
                                        "-q",
                                        "--object",
                                        "secret,id=s,data=" + PASSPHRASE,
                                        "-f",
                                        format,
                                        "-o",
                                        options + "key-secret=s," + more + "iter-time=10",
                                        image.toString(),
                                        "4M")
                                .status()
                        == 0);
        return image;
    }

    private void secret(String value) throws IOException {
        var file =
                Files.writeString(folder.resolve("s.xml"), "<secret private='yes'><uuid>" + UUID + "</uuid></secret>");
        daemon.virsh("secret-define", file.toString()).succeeded();
        daemon.virsh(
                        "secret-set-value",
                        UUID,
                        "--plain",
                        "--file",
                        Files.writeString(folder.resolve("v"), value).toString())
                .succeeded();
    }

    private String domain(String format) throws IOException {
        return Files.writeString(folder.resolve("d.xml"), """
                <domain type='qemu'>
                  <name>guest</name>
                  <memory unit='MiB'>32</memory>
                  <os><type arch='x86_64'>hvm</type></os>
                  <devices>
                    <disk type='file' device='disk'>
                      <driver name='qemu' type='%s'/>
                      <source file='%s'>
                        <encryption format='luks'><secret type='passphrase' uuid='%s'/></encryption>
                      </source>
                      <target dev='vda' bus='virtio'/>
                    </disk>
                  </devices>
                </domain>
                """.formatted(
                                format.equals("luks") ? "raw" : format, image(format), UUID))
                .toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"luks", "qcow2"})
    void aGuestHasItsDiskAndNobodySeesThePassphrase(String format) throws IOException {
        var domain = domain(format);
        assertThat(daemon.virsh("create", domain).refused().err()).contains("Secret not found");
        secret(PASSPHRASE);
        daemon.virsh("create", domain, "--paused").succeeded();
        assertThat(daemon.virsh("domblkinfo", "guest", "vda").succeeded().out()).contains("Capacity:       4194304");
        Files.delete(folder.resolve("v"));
        for (var qemu : Daemon.qemus(daemon.root())) {
            assertThat(Files.readString(Path.of("/proc", Long.toString(qemu.pid()), "cmdline")))
                    .doesNotContain(PASSPHRASE);
        }
        try (var files = Files.walk(daemon.root())) {
            assertThat(files.filter(Files::isRegularFile).filter(EncryptedDiskTest::tells))
                    .isEmpty();
        }
        daemon.virsh("destroy", "guest").succeeded();
    }

    private static boolean tells(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(PASSPHRASE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aWrongPassphraseStartsNothing() throws IOException {
        var domain = domain("luks");
        secret("wrong");
        assertThat(daemon.virsh("create", domain).refused().err())
                .contains("Invalid password")
                .doesNotContain("wrong");
        assertThat(daemon.virsh("list", "--all", "--name").succeeded().out().strip())
                .isEmpty();
    }
}
