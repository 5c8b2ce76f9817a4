package dev.posada.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientSettingsTest {

    private static final Map<String, String> USER = Map.of("HOME", "/home/u", "XDG_RUNTIME_DIR", "/run/user/7");

    @TempDir
    private Path host;

    @Test
    void givenAddressIsTakenAsItIs() throws IOException {
        file("etc/posada/posada.conf", "broken");

        assertThat(root().resolve(Optional.of("test:///default")).text()).isEqualTo("test:///default");
    }

    @Test
    void aliasStandsForItsAddress() throws IOException {
        file("etc/libvirt/libvirt.conf", """
                # short names
                uri_aliases = [
                  "hail=qemu+ssh://root@hail.example/system?no_tty=1",
                  'sleet=test:///default', # the last comma may stay
                ]
                """);

        assertThat(root().resolve(Optional.of("hail")).host()).isEqualTo("hail.example");
        assertThat(root().resolve(Optional.of("sleet")).driver()).isEqualTo("test");
        assertThat(root().aliases()).containsOnlyKeys("hail", "sleet");
        assertThatThrownBy(() -> root().resolve(Optional.of("snow")))
                .hasMessage("no connection driver available for URI 'snow' does not include a driver name");
    }

    @Test
    void environmentComesBeforeTheFiles() throws IOException {
        file("etc/posada/posada.conf", "uri_default = \"qemu:///session\"\nuri_aliases = [\"a=test:///default\"]");
        var withEnvironment = ClientSettings.of(Map.of("LIBVIRT_DEFAULT_URI", "a"), true, host);

        assertThat(withEnvironment.resolve(Optional.empty()).text()).isEqualTo("test:///default");
        assertThat(root().resolve(Optional.empty()).text()).isEqualTo("qemu:///session");
        assertThat(root().resolve(Optional.of("")).text()).isEqualTo("qemu:///session");
    }

    @Test
    void defaultMayBeAnAlias() throws IOException {
        file("etc/posada/posada.conf", "uri_default = \"far\"\nuri_aliases = [\"far=qemu+tcp://h/system\"]");

        assertThat(root().resolve(Optional.empty()).text()).isEqualTo("qemu+tcp://h/system");
    }

    @Test
    void firstFileThatSetsSomethingCounts() throws IOException {
        file("home/u/.config/posada/posada.conf", "uri_aliases = [ 'a=test:///own' ]");
        file("etc/posada/posada.conf", "uri_aliases = [ 'a=test:///all', 'b=test:///all' ]");
        file("home/u/.config/libvirt/libvirt.conf", "uri_default = 'test:///libvirt'");
        file("etc/libvirt/libvirt.conf", "uri_aliases = [ 'c=test:///hidden' ]");
        var user = ClientSettings.of(USER, false, host);

        assertThat(user.aliases()).containsExactlyInAnyOrderEntriesOf(Map.of("a", "test:///own", "b", "test:///all"));
        assertThat(user.resolve(Optional.empty()).text()).isEqualTo("test:///libvirt");
        assertThat(root().aliases())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("a", "test:///all", "b", "test:///all", "c", "test:///hidden"));
    }

    @Test
    void namedFolderOfSettingsReplacesTheUsualOne() throws IOException {
        file("settings/libvirt/libvirt.conf", "uri_default = 'test:///named'");

        assertThat(ClientSettings.of(Map.of("HOME", "/home/u", "XDG_CONFIG_HOME", "/settings"), false, host)
                        .resolve(Optional.empty())
                        .text())
                .isEqualTo("test:///named");
    }

    @Test
    void withoutAnythingRootGetsTheSystem() {
        assertThat(root().resolve(Optional.empty()).text()).isEqualTo("qemu:///system");
    }

    @Test
    void withoutAnythingUsersGetTheirSessionUnlessOnlyTheSystemListens() throws IOException {
        var user = ClientSettings.of(USER, false, host);
        assertThat(user.resolve(Optional.empty()).text()).isEqualTo("qemu:///session");

        file("run/posada/posada-sock", "");
        assertThat(user.resolve(Optional.empty()).text()).isEqualTo("qemu:///system");

        file("run/user/7/posada/posada-sock", "");
        assertThat(user.resolve(Optional.empty()).text()).isEqualTo("qemu:///session");
    }

    @Test
    void allKindsAreTheDefaultOnlyWhereThatIsAskedForAndTheDaemonIsPosada() throws IOException {
        file("run/libvirt/libvirt-sock", "");
        assertThat(root().resolveToAllKinds(Optional.empty()).text()).isEqualTo("qemu:///system");

        file("run/posada/posada-sock", "");
        assertThat(root().resolveToAllKinds(Optional.empty()).text()).isEqualTo("posada:///system");
        assertThat(root().resolveToAllKinds(Optional.of("jvm:///system")).text())
                .isEqualTo("jvm:///system");
        assertThat(root().resolve(Optional.empty()).text()).isEqualTo("qemu:///system");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            foo                                        | configuration file syntax error: %s:1: expecting an assignment
            = 5                                        | configuration file syntax error: %s:1: expecting a name
            uri_default = test:///default              | configuration file syntax error: %s:1: expecting a value
            uri_default = "test:///default             | configuration file syntax error: %s:1: unterminated string
            uri_default = "a" "b"                      | configuration file syntax error: %s:1: expecting a separator
            uri_default = 5                            | internal error: %s: expected a string for 'uri_default' parameter
            uri_aliases = [ "a=test:///default"        | configuration file syntax error: %s:1: list is not closed with ]
            uri_aliases = [ [ "a=test:///default" ] ]  | configuration file syntax error: %s:1: lists not allowed in lists
            uri_aliases = "a=test:///default"          | internal error: %s: expected a string list for 'uri_aliases' parameter
            uri_aliases = [ 5 ]                        | internal error: %s: expected a string list for 'uri_aliases' parameter
            uri_aliases = [ "a" ]                      | configuration file syntax error: Malformed 'uri_aliases' config entry 'a', expected 'alias=uri://host/path'
            uri_aliases = [ "a b=test:///d" ]          | configuration file syntax error: Malformed 'uri_aliases' config entry 'a b=test:///d', aliases may only contain 'a-Z, 0-9, _, -'
            """)
    void whatIsWrongInAFileIsSaidAsLibvirtSaysIt(String content, String complaint) throws IOException {
        var path = file("etc/libvirt/libvirt.conf", content);

        assertThatThrownBy(() -> root().resolve(Optional.empty())).hasMessage(complaint.replace("%s", path.toString()));
    }

    private ClientSettings root() {
        return ClientSettings.of(Map.of("HOME", "/root"), true, host);
    }

    private Path file(String name, String content) throws IOException {
        var path = host.resolve(name);
        Files.createDirectories(path.getParent());
        return Files.writeString(path, content);
    }
}
