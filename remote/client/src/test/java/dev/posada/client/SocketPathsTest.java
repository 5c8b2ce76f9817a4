package dev.posada.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SocketPathsTest {

    private static final Map<String, String> USER = Map.of("XDG_RUNTIME_DIR", "/run/user/1000", "HOME", "/home/u");

    @Test
    void ourDaemonComesBeforeThoseOfLibvirt() {
        assertThat(candidates("qemu:///system", false, true))
                .containsExactly("/run/posada/posada-sock", "/run/libvirt/virtqemud-sock", "/run/libvirt/libvirt-sock");
    }

    @Test
    void readOnlyConnectionsTakeTheirOwnSockets() {
        assertThat(candidates("test:///default", true, false))
                .containsExactly("/run/posada/posada-sock-ro", "/run/libvirt/libvirt-sock-ro");
    }

    @Test
    void sessionsLiveInTheUsersOwnFolder() {
        assertThat(candidates("qemu:///session", true, false)).first().isEqualTo("/run/user/1000/posada/posada-sock");
        assertThat(SocketPaths.candidates(
                        ConnectionUri.parse("qemu:///session"), false, false, Map.of("HOME", "/home/u")))
                .contains(Path.of("/home/u/.cache/libvirt/libvirt-sock"));
    }

    @Test
    void rootHasNoSessionOfItsOwn() {
        assertThat(candidates("qemu:///session", false, true)).contains("/run/libvirt/libvirt-sock");
    }

    @Test
    void modeNarrowsTheChoice() {
        assertThat(candidates("qemu:///system?mode=legacy", false, true)).containsExactly("/run/libvirt/libvirt-sock");
        assertThat(candidates("lxc:///system?mode=direct", false, true)).containsExactly("/run/libvirt/virtlxcd-sock");
        assertThat(candidates("test:///default?mode=direct", false, true)).isEmpty();
        assertThatThrownBy(() -> candidates("qemu:///system?mode=sideways", false, true))
                .hasMessageContaining("sideways");
    }

    private static List<String> candidates(String uri, boolean readOnly, boolean root) {
        return SocketPaths.candidates(ConnectionUri.parse(uri), readOnly, root, USER).stream()
                .map(Path::toString)
                .toList();
    }
}
