package dev.posada.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.driver.Abilities;
import dev.posada.model.DomainEvent;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.posix.NetworkLinks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Network cards of real machines, in networks of their own. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class QemuInterfacesTest {
    private static final String MAC = "52:54:00:00:00:0a";

    private QemuBench bench;

    @BeforeEach
    void open(@TempDir Path folder) throws IOException {
        bench = new QemuBench(folder);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private static Element card(String type, String source, String name) {
        var nic = Element.of("interface", "type", type).plus(Element.of("mac", "address", MAC));
        return (source.isEmpty() ? nic : nic.plus(Element.of("source", source, name)))
                .plus(Element.of("model", "type", "virtio"));
    }

    private static PosadaException unguarded() {
        return new PosadaException(ErrorCode.INTERNAL_ERROR, ErrorOrigin.NWFILTER, "no guard for it");
    }

    @Test
    void aGuardIsUpBeforeACardComesToLife() throws Exception {
        OwnNetwork.run(() -> {
            OwnNetwork.command("ip", "link", "add", "br0", "type", "bridge");
            var seen = new ArrayList<String>();
            var one = bench.start(bench.domain("d", BootSector.IDLE, card("bridge", "bridge", "br0")), false, nic -> {
                var name = HostLinks.name(nic).orElseThrow();
                seen.add(name + (NetworkLinks.isUp(name) ? " up" : " down"));
            });
            assertThat(seen).containsExactly("vnet0 down");
            assertThat(NetworkLinks.isUp("vnet0")).isTrue();
            assertThat(NetworkLinks.address("vnet0")).isEqualTo("fe:54:00:00:00:0a");
            assertThat(HostLinks.name(
                            one.observed.definition().devices("interface").getFirst()))
                    .contains("vnet0");
            one.live().destroy(false);
            assertThat(NetworkLinks.exists("vnet0")).isFalse();
            return true;
        });
    }

    @Test
    void aGuardThatFailsKeepsTheDomainFromStarting() throws Exception {
        OwnNetwork.run(() -> {
            OwnNetwork.command("ip", "link", "add", "br0", "type", "bridge");
            var definition = bench.domain("d", BootSector.IDLE, card("bridge", "bridge", "br0"));
            assertThatThrownBy(() -> bench.start(definition, false, _ -> {
                        throw unguarded();
                    }))
                    .hasMessageContaining("no guard for it");
            assertThat(NetworkLinks.exists("vnet0")).isFalse();
            assertThat(bench.root().resolve("lib/domain-1-d")).doesNotExist();
            return true;
        });
    }

    @Test
    void aCardThatCannotBePluggedInLeavesNothing() throws Exception {
        OwnNetwork.run(() -> {
            OwnNetwork.command("ip", "link", "add", "br0", "type", "bridge");
            var one = bench.start(bench.domain("d", BootSector.IDLE), false, _ -> {
                throw unguarded();
            });
            var interfaces = one.as(Abilities.ChangesInterfaces.class);
            var before = one.live().definition();

            assertThatThrownBy(() -> interfaces.attach(card("bridge", "bridge", "br9")))
                    .hasMessageContaining("Cannot get interface MTU on 'br9'");
            assertThatThrownBy(() -> interfaces.attach(card("bridge", "bridge", "br0")))
                    .hasMessageContaining("no guard for it");
            assertThatThrownBy(() -> interfaces.attach(card("internal", "name", "x")))
                    .hasMessageContaining("type='internal' is not supported");

            assertThat(one.live().definition()).isEqualTo(before);
            assertThat(NetworkLinks.exists("vnet0")).isFalse();
            return true;
        });
    }

    @Test
    void aCardIsPluggedIntoARunningMachine() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.IDLE));
        var interfaces = one.as(Abilities.ChangesInterfaces.class);

        interfaces.attach(card("user", "", ""));

        var nic = one.observed.definition().devices("interface").getFirst();
        assertThat(LiveEdits.alias(nic)).isEqualTo("net0");
        assertThat(PciAddress.of(nic)).isPresent();
        assertThat(one.observed.happenings()).contains(new DomainEvent.DeviceAdded("net0"));
        var monitor = one.as(Abilities.HasMonitor.class);
        assertThat(monitor.monitorCommand("info network", true))
                .contains("net0")
                .contains(MAC);

        interfaces.change(nic, nic.plus(Element.of("link", "state", "down")));
        assertThat(one.observed.definition().devices("interface").getFirst().child("link"))
                .contains(Element.of("link", "state", "down"));
        interfaces.attach(card("user", "", ""));
        assertThat(one.observed.definition().devices("interface")).hasSize(2);
    }

    @Test
    void aCardStaysForAsLongAsTheGuestHoldsIt() throws Exception {
        var one = bench.start(bench.domain("d", BootSector.IDLE, card("user", "", "")));
        var nic = one.observed.definition().devices("interface").getFirst();

        one.as(Abilities.ChangesInterfaces.class).detach(nic);

        // Nobody in there hears the request; the machine's own reset lets go of the card.
        assertThat(one.observed.definition().devices("interface")).containsExactly(nic);
        one.as(Abilities.Resets.class).reset();
        Eventually.holds(
                "the card is gone",
                () -> one.observed.definition().devices("interface").isEmpty());
        assertThat(one.as(Abilities.HasMonitor.class).monitorCommand("info network", true))
                .doesNotContain("net0");
    }
}
