package dev.posada.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posada.model.PosadaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections through commands: an ssh whose far side is this machine, and programs that do nothing but relay. */
class CommandTransportTest {

    private static Optional<LibvirtDaemon> daemon = Optional.empty();

    @TempDir
    private static Path folder;

    @BeforeAll
    static void startDaemon() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/socat")), "socat is not installed");
        daemon = Optional.of(LibvirtDaemon.start());
    }

    @AfterAll
    static void stopDaemon() throws IOException {
        if (daemon.isPresent()) {
            daemon.get().close();
        }
    }

    @Test
    void sshRunsNetcatOnTheFarSide() throws IOException {
        Path ssh = script("ssh", """
                printf '%%s\\n' "$@" > %s/arguments
                for last; do :; done
                exec sh -c "$last"
                """.formatted(folder));
        Path netcat = netcat();

        try (var connection = Connection.open("test+ssh://root@far.example:2222/default?command=%s&netcat=%s&socket=%s"
                .formatted(ssh, netcat, daemon.orElseThrow().socket()))) {
            assertThat(connection.domains()).hasSize(1);
            assertThat(connection.isSecure()).isTrue();
        }

        assertThat(Files.readAllLines(folder.resolve("arguments")))
                .startsWith("-p", "2222", "-l", "root", "-T", "-e", "none", "--", "far.example");
    }

    @Test
    void sshPrefersTheHelperThatFindsTheDaemonItself() throws IOException {
        script("virt-ssh-helper", """
                echo "$@" > %s/helper
                exec socat - UNIX-CONNECT:%s
                """.formatted(folder, daemon.orElseThrow().socket()));
        Path ssh = script("ssh-with-helper", """
                for last; do :; done
                PATH=%s:$PATH exec sh -c "$last"
                """.formatted(folder));

        try (var connection = Connection.open(
                "test+ssh://far.example/default?command=" + ssh, ConnectionOptions.DEFAULT.asReadOnly())) {
            assertThat(connection.domains()).hasSize(1);
        }

        assertThat(Files.readString(folder.resolve("helper"))).isEqualTo("-r test:///default\n");
    }

    @Test
    void anyCommandCanRelay() throws IOException {
        Path relay = script(
                "relay", "exec socat - UNIX-CONNECT:" + daemon.orElseThrow().socket());

        try (var connection = Connection.open("test+ext:///default?command=" + relay)) {
            assertThat(connection.domains()).hasSize(1);
            assertThat(connection.isSecure()).isFalse();
        }
    }

    @Test
    void whatTheCommandComplainsAboutIsToldOn() throws IOException {
        Path complaining = script("complaining", "echo 'Permission denied (publickey).' >&2; exit 255");

        PosadaException failure = catchThrowableOfType(
                PosadaException.class, () -> Connection.open("test+ssh://far.example/default?command=" + complaining));

        assertThat(failure.getMessage()).contains("Permission denied (publickey).");
    }

    @Test
    void missingCommandIsNamed() {
        PosadaException failure = catchThrowableOfType(
                PosadaException.class, () -> Connection.open("test+ext:///default?command=/no/such/program"));

        assertThat(failure.getMessage()).contains("/no/such/program");
    }

    @Test
    void farShellSeesOneWordWhateverIsInIt() {
        assertThat(SshCommand.quoted("a'b; rm -rf $HOME")).isEqualTo("'a'\\''b; rm -rf $HOME'");
    }

    /** What a netcat does, by a program that does not hang up before its time. */
    private static Path netcat() throws IOException {
        return script("netcat", """
                if [ "$1" = -h ]; then echo 'usage: -U'; exit 0; fi
                exec socat - "UNIX-CONNECT:$2"
                """);
    }

    private static Path script(String name, String lines) throws IOException {
        Path script = folder.resolve(name);
        Files.writeString(script, "#!/bin/sh\n" + lines + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return script;
    }
}
