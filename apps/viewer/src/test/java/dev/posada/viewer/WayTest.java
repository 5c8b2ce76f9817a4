package dev.posada.viewer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.client.ConnectionUri;
import dev.posada.viewer.Screens.Vnc;
import dev.posada.xml.Documents;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WayTest {
    private static final Vnc PORT = new Vnc(Optional.empty(), "127.0.0.1", 5901, Optional.empty(), 0, false);
    private static final Vnc ANYWHERE = new Vnc(Optional.empty(), "0.0.0.0", 5901, Optional.empty(), 0, false);
    private static final Vnc SOCKET = new Vnc(Optional.of("/run/it's"), "", 0, Optional.empty(), 0, false);

    private static Way way(Vnc screen, String uri, boolean direct) {
        return Way.to(screen, ConnectionUri.parse(uri), direct, false);
    }

    @Test
    void whatIsHereIsReachedDirectly() {
        assertThat(way(PORT, "qemu:///system", false)).isEqualTo(new Way.Tcp("127.0.0.1", 5901));
        assertThat(way(ANYWHERE, "qemu:///system", false)).isEqualTo(new Way.Tcp("localhost", 5901));
        assertThat(way(SOCKET, "qemu:///system", false)).isEqualTo(new Way.UnixSocket("/run/it's"));
        assertThat(way(PORT, "qemu:///system", false).isNearby()).isTrue();
    }

    @Test
    void whatListensNowhereIsHandedOverAndTheRestOnRequest() {
        var screens = Screens.of(Documents.parse("""
                <domain><devices><graphics type='spice'/>
                  <graphics type='vnc'><listen type='none'/></graphics></devices></domain>
                """));
        assertThat(screens.vnc().getFirst().isActive()).isTrue();
        assertThat(way(screens.vnc().getFirst(), "qemu:///system", false)).isEqualTo(new Way.HandedOver(1));
        assertThat(Way.to(PORT, ConnectionUri.parse("qemu:///system"), false, true))
                .isEqualTo(new Way.HandedOver(0));
    }

    @Test
    void anotherHostIsAskedByItsName() {
        assertThat(way(ANYWHERE, "qemu+tcp://far.example/system", false)).isEqualTo(new Way.Tcp("far.example", 5901));
        assertThat(way(ANYWHERE, "qemu+ssh://far.example/system", true)).isEqualTo(new Way.Tcp("far.example", 5901));
        assertThatThrownBy(() -> way(SOCKET, "qemu+tcp://far.example/system", false))
                .isInstanceOf(ViewerException.class)
                .hasMessageContaining("qemu+ssh://");
    }

    @Test
    void behindSshTheScreenIsToo() {
        var way = (Way.Relay) way(PORT, "qemu+ssh://me@far.example:2222/system?keyfile=/k&no_verify=1", false);
        assertThat(way.command())
                .startsWith("ssh", "-p", "2222", "-l", "me", "-i", "/k", "-T", "-e", "none")
                .containsSequence("-o", "StrictHostKeyChecking=no", "--", "far.example");
        assertThat(way.command().getLast()).contains("127.0.0.1").endsWith(" 5901'");
        var socket = (Way.Relay) way(SOCKET, "qemu+ssh://far.example/system?netcat=/opt/nc", false);
        assertThat(socket.command().getLast()).contains("/opt/nc").contains("-U ");
        assertThat(socket.isNearby()).isFalse();
    }

    @Test
    void aDocumentTellsOfScreensAndConsoles() {
        var screens = Screens.of(Documents.parse("""
                <domain><devices>
                  <serial type='pty'><target type='isa-serial'/><alias name='serial0'/></serial>
                  <console type='pty'><target type='serial'/><alias name='serial0'/></console>
                  <console type='pty'><target type='virtio'/><alias name='console1'/></console>
                  <graphics type='vnc' port='5907' listen='127.0.0.1' passwd='x'>
                    <listen type='address' address='127.0.0.1'/></graphics>
                  <graphics type='vnc' socket='/s'><listen type='socket' socket='/s'/></graphics>
                  <graphics type='vnc' port='-1' autoport='yes'/>
                  <graphics type='spice' port='5908'/>
                </devices></domain>
                """));
        assertThat(screens.vnc())
                .containsExactly(
                        new Vnc(Optional.empty(), "127.0.0.1", 5907, Optional.of("x"), 0, false),
                        new Vnc(Optional.of("/s"), "", 0, Optional.empty(), 1, false),
                        new Vnc(Optional.empty(), "", 0, Optional.empty(), 2, false));
        assertThat(screens.vnc().getLast().isActive()).isFalse();
        assertThat(screens.otherTypes()).isEqualTo(List.of("spice"));
        assertThat(screens.consoles())
                .containsExactly(
                        new Screens.TextConsole("serial0", "Serial 1"),
                        new Screens.TextConsole("console1", "Console 2"));
    }

    private static Screens only(String graphics) {
        return Screens.of(Documents.parse("<domain><devices>" + graphics + "</devices></domain>"));
    }

    @Test
    void whatCannotBeShownIsNamed() {
        assertThatThrownBy(() -> only("<graphics type='spice' port='5900'/>").requireVnc("demo"))
                .hasMessageStartingWith("guest demo offers only SPICE, and this virt-viewer shows VNC");
        assertThatThrownBy(() -> only("<graphics type='sdl'/>").requireVnc("demo"))
                .hasMessage("Guest demo has unsupported sdl display type");
        assertThatThrownBy(() -> only("").requireVnc("demo"))
                .hasMessage("Cannot determine the graphic type for the guest demo");
        only("<graphics type='spice'/><graphics type='vnc'/>").requireVnc("demo");
    }
}
