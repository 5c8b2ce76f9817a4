package dev.posada.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posada.model.PosadaException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with an address, or with the way to a daemon, is said in the words of libvirt's client. */
class ConnectionErrorsTest {

    private static final Path VIRSH = Path.of("/usr/bin/virsh");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "qemu",
                "a b",
                ":",
                "qemu+tcp://localhost:abc/system",
                "qemu+foo:///system",
                "qemu+unix://host/system",
                "qemu+ext:///system",
                "qemu+unix:///system?socket=/no/such/socket",
                "qemu+unix:///system?socket=/etc/passwd",
                "qemu+unix:///system?mode=sideways",
                "qemu+tcp://127.0.0.1:1/system",
                "qemu+ssh://127.0.0.1:1/system",
                "qemu+ssh://h/system?mode=direct",
                "qemu+ssh://h/system?mode=sideways",
                "qemu+ssh://h/system?no_verify=x",
                "qemu+libssh://h/system?known_hosts_verify=x",
                "qemu+libssh://h/system?sshauth=x",
            })
    void wordsAreThoseOfVirsh(String uri) throws Exception {
        assumeTrue(Files.isExecutable(VIRSH), "virsh is not installed");
        var version = new ProcessBuilder(VIRSH.toString(), "--version").start();
        assumeTrue(
                new String(version.getInputStream().readAllBytes(), StandardCharsets.UTF_8).startsWith("9."),
                "the words are those of version 9");
        assumeTrue(!uri.contains("+ssh://127") || Files.isExecutable(Path.of("/usr/bin/ssh")), "ssh is not installed");
        var builder = new ProcessBuilder(VIRSH.toString(), "-c", uri, "uri").redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        var process = builder.start();
        var theirs = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();

        var ours = catchThrowableOfType(PosadaException.class, () -> {
            try (var connection =
                    Connection.open(ClientSettings.ofThisUser().resolve(Optional.of(uri)), ConnectionOptions.DEFAULT)) {
                connection.isAlive();
            }
        });

        assertThat("error: failed to connect to the hypervisor\nerror: " + ours.getMessage())
                .isEqualTo(theirs);
    }
}
