package dev.posada.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.driver.InterfaceDriver;
import dev.posada.model.Caller;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.HostInterface;
import dev.posada.model.PosadaException;
import dev.posada.xml.InterfaceXml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InterfacesTest {
    /** A host's links, which outlive daemons. */
    private static final class Cables implements InterfaceDriver {
        private final Map<String, Element> up = new ConcurrentSkipListMap<>(Map.of("eth0", ethernet("eth0")));

        @Override
        public List<HostInterface> interfaces() {
            return up.values().stream()
                    .map(link -> new HostInterface(InterfaceXml.name(link), "52:54:00:00:00:01", true, link))
                    .toList();
        }

        @Override
        public void up(Element definition) {
            if (InterfaceXml.name(definition).equals("bad0")) {
                throw new PosadaException(ErrorCode.OPERATION_FAILED, ErrorOrigin.INTERFACE, "no such cable");
            }
            up.put(InterfaceXml.name(definition), definition);
        }

        @Override
        public void down(Element definition) {
            up.remove(InterfaceXml.name(definition));
        }

        @Override
        public void close() {}
    }

    @TempDir
    Path root;

    private final Cables cables = new Cables();
    private Interfaces interfaces;

    private static Element ethernet(String name) {
        return Element.of("interface", "type", "ethernet", "name", name);
    }

    private static String bridge(String name, String mode) {
        return "<interface type='bridge' name='" + name + "'><start mode='" + mode + "'/><bridge/></interface>";
    }

    @BeforeEach
    void daemon() {
        var files = new InterfaceFiles(root.resolve("etc"), root.resolve("run"));
        var host = new InterfaceHost(cables, Optional.of(files), Duration.ofSeconds(20));
        host.load();
        interfaces = new Interfaces(host, new Access(new AccessPolicy(), Caller.SELF, ErrorOrigin.INTERFACE));
    }

    /** As if the host had been started anew: what was up is not, and its run has another id. */
    private void reboot() throws IOException {
        cables.up.clear();
        cables.up.put("eth0", ethernet("eth0"));
        try (var files = Files.walk(root)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                Files.writeString(file, Files.readString(file).replace(HostBoot.id(), "another run"));
            }
        }
        daemon();
    }

    private static void refused(ErrorCode code, String words, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        PosadaException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(words);
    }

    @Test
    void aDefinitionIsInactiveUntilItIsStartedAndStaysWhenItIsTakenDown() {
        interfaces.define(bridge("br0", "none"), 0);
        assertThat(interfaces.list(1)).extracting(HostInterface::name).containsExactly("br0");
        interfaces.start("br0", 0);
        assertThat(interfaces.list(2)).extracting(HostInterface::name).containsExactly("br0", "eth0");
        refused(ErrorCode.OPERATION_INVALID, "interface is already running", () -> interfaces.start("br0", 0));
        interfaces.destroy("br0", 0);
        refused(ErrorCode.OPERATION_INVALID, "interface is not running", () -> interfaces.destroy("br0", 0));
        assertThat(interfaces.xml("br0", 1)).contains("mode='none'");
        interfaces.undefine("br0");
        refused(ErrorCode.NO_INTERFACE, "couldn't find interface named 'br0'", () -> interfaces.byName("br0"));
        refused(ErrorCode.OPERATION_INVALID, "is not defined here", () -> interfaces.undefine("eth0"));
    }

    @Test
    void severalLinksOfOneAddressAreNotTakenForEachOther() {
        assertThat(interfaces.byMac("52:54:00:00:00:01").name()).isEqualTo("eth0");
        cables.up(ethernet("eth1"));
        refused(ErrorCode.MULTIPLE_INTERFACES, "52:54:00:00:00:01", () -> interfaces.byMac("52:54:00:00:00:01"));
    }

    /** A client that was given one for no address at all has ended in a crash. */
    @Test
    void whatHasNoAddressIsNotFoundByNone() {
        interfaces.define(bridge("br0", "none"), 0);
        refused(ErrorCode.NO_INTERFACE, "MAC address ''", () -> interfaces.byMac(""));
    }

    @Test
    void aChangeWaitsForItsCommitAcrossDaemonsAndIsTakenBackByAskedOrBoot() throws IOException {
        interfaces.define(bridge("old", "none"), 0);
        interfaces.begin(0);
        refused(ErrorCode.OPERATION_INVALID, "there is another transaction running.", () -> interfaces.begin(0));
        interfaces.define(bridge("br0", "onboot"), 0);
        interfaces.undefine("old");
        interfaces.start("br0", 0);
        interfaces.destroy("eth0", 0);
        daemon();
        assertThat(cables.up).containsOnlyKeys("br0");
        reboot();
        assertThat(cables.up).containsOnlyKeys("eth0");
        assertThat(interfaces.list(0)).extracting(HostInterface::name).containsExactly("eth0", "old");
        refused(ErrorCode.OPERATION_INVALID, "nothing to rollback.", () -> interfaces.rollback(0));
    }

    @Test
    void aRollbackBringsBackWhatWasTakenDown() {
        interfaces.begin(0);
        interfaces.define(bridge("br0", "onboot"), 0);
        interfaces.start("br0", 0);
        interfaces.destroy("eth0", 0);
        interfaces.rollback(0);
        assertThat(cables.up).containsOnlyKeys("eth0");
        assertThat(interfaces.list(0)).extracting(HostInterface::name).containsExactly("eth0");
        refused(ErrorCode.OPERATION_INVALID, "nothing to be committed.", () -> interfaces.commit(0));
    }

    @Test
    void whatIsCommittedStaysAndComesUpWithTheHostOnce() throws IOException {
        interfaces.begin(0);
        interfaces.define(bridge("br0", "onboot"), 0);
        interfaces.define(bridge("bad0", "onboot"), 0);
        interfaces.define(bridge("by-hand", "none"), 0);
        interfaces.commit(0);
        daemon();
        assertThat(cables.up).containsOnlyKeys("eth0");
        reboot();
        assertThat(cables.up).containsOnlyKeys("br0", "eth0");
        interfaces.destroy("br0", 0);
        daemon();
        assertThat(cables.up).containsOnlyKeys("eth0");
    }
}
