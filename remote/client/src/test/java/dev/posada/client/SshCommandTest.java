package dev.posada.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SshCommandTest {

    @Test
    void parametersBecomeOptions() {
        assertThat(command("qemu+ssh://anna@far:2222/system?keyfile=/k&no_tty=1&no_verify=1"))
                .startsWith(
                        "ssh",
                        "-p",
                        "2222",
                        "-l",
                        "anna",
                        "-i",
                        "/k",
                        "-T",
                        "-e",
                        "none",
                        "-o",
                        "BatchMode=yes",
                        "-o",
                        "StrictHostKeyChecking=no",
                        "--",
                        "far");
        assertThat(command("qemu+ssh://far/system?no_tty=0&no_verify=0")).startsWith("ssh", "-T", "-e", "none", "--");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            known_hosts=/h                          | UserKnownHostsFile=/h
            known_hosts_verify=normal               | StrictHostKeyChecking=ask
            known_hosts_verify=auto                 | StrictHostKeyChecking=accept-new
            known_hosts_verify=ignore               | StrictHostKeyChecking=no
            sshauth=agent,privkey                   | PreferredAuthentications=publickey
            sshauth=password,keyboard-interactive   | PreferredAuthentications=password,keyboard-interactive
            """)
    void whatLibrariesAreToldElsewhereIsToldToSsh(String parameter, String setting) {
        assertThat(command("qemu+libssh://far/system?" + parameter)).containsSubsequence("-o", setting, "--", "far");
    }

    @Test
    void noHostIsThisOne() {
        assertThat(command("qemu+ssh:///system")).containsSubsequence("--", "localhost");
    }

    @Test
    void farShellFindsTheSocketsOfItsOwnUser() {
        assertThat(command("qemu+ssh://far/session?proxy=netcat").getLast())
                .contains("\"${XDG_RUNTIME_DIR:-$HOME/.cache}\"/posada/posada-sock")
                .contains("\"${XDG_RUNTIME_DIR:-$HOME/.cache}\"/libvirt/libvirt-sock");
        assertThat(command("qemu+ssh://far/system?proxy=netcat").getLast()).contains("/run/libvirt/libvirt-sock");
        assertThat(command("qemu+ssh://far/system?proxy=native").getLast())
                .contains("exec virt-ssh-helper")
                .doesNotContain("posada-sock");
    }

    @Test
    void libvirtsHelperIsLeftAloneWhereOurDaemonListens() {
        assertThat(script("posada+ssh://far/system"))
                .startsWith("if command -v virt-ssh-helper >/dev/null 2>&1 && [ ! -S '/run/posada/posada-sock' ]; then")
                .contains("exec 'nc'");
        assertThat(script("qemu+ssh://far/session"))
                .contains("[ ! -S \"${XDG_RUNTIME_DIR:-$HOME/.cache}\"/posada/posada-sock ]");
        assertThat(script("qemu+ssh://far/system?mode=legacy"))
                .startsWith("if command -v virt-ssh-helper >/dev/null 2>&1; then");
    }

    /** What the far side's shell is given to run. */
    private static String script(String uri) {
        return command(uri).getLast().replace("'\\''", "'").substring("sh -c '".length());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            mode=direct            | Operation not supported: Cannot use direct socket mode for ssh transport
            proxy=sideways         | invalid argument: Unknown proxy type 'sideways'
            no_tty=yes             | invalid argument: Failed to parse value of URI component no_tty
            known_hosts_verify=x   | invalid argument: Invalid host key verification method: 'x'
            sshauth=x              | invalid argument: Invalid authentication method: 'x'
            """)
    void valuesNobodyKnowsAreRefused(String parameter, String complaint) {
        assertThatThrownBy(() -> command("qemu+ssh://far/system?" + parameter)).hasMessage(complaint);
    }

    private static List<String> command(String uri) {
        return SshCommand.of(ConnectionUri.parse(uri), false);
    }
}
