package dev.posada.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.driver.NodeDeviceDriver;
import dev.posada.model.Caller;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.NodeDevice;
import dev.posada.model.NodeDeviceEvent;
import dev.posada.model.PosadaException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NodeDevicesTest {
    /** A host whose devices a test plugs and pulls. */
    private static final class Plugs implements NodeDeviceDriver {
        private final Map<String, String> types = new ConcurrentSkipListMap<>(Map.of("computer", "system", "p", "pci"));
        private final AtomicInteger looks = new AtomicInteger();

        @Override
        public List<NodeDevice> devices() {
            looks.incrementAndGet();
            return types.entrySet().stream()
                    .map(entry -> new NodeDevice(Element.of("device")
                            .plus(Element.text("name", entry.getKey()))
                            .plus(Element.of("capability", "type", entry.getValue()))))
                    .toList();
        }

        @Override
        public void detach(NodeDevice device, Optional<String> driver) {
            types.put(device.name(), "given away to " + driver.orElse("guests"));
        }

        @Override
        public void reattach(NodeDevice device) {
            types.put(device.name(), "pci");
        }

        @Override
        public void reset(NodeDevice device) {}

        @Override
        public String create(Element device) {
            types.put("made", new NodeDevice(device).type());
            return "made";
        }

        @Override
        public void destroy(NodeDevice device) {
            types.remove(device.name());
        }

        @Override
        public void close() {}
    }

    private static final Access EVERYTHING = new Access(new AccessPolicy(), Caller.SELF, ErrorOrigin.NODEDEV);

    private final Plugs plugs = new Plugs();
    private final DeviceHost host = new DeviceHost(plugs, Duration.ofSeconds(20));
    private final NodeDevices devices = new NodeDevices(host, EVERYTHING);

    @Test
    void oneLookServesAWholeTree() {
        assertThat(devices.list(0)).containsExactly("computer", "p");
        devices.list(0).forEach(devices::parent);
        assertThat(plugs.looks).hasValueLessThan(4);
    }

    @Test
    void aChangeIsSeenAtOnce() {
        devices.list(0);
        devices.detach("p", Optional.empty(), 0);
        assertThat(devices.capabilities("p")).containsExactly("given away to guests");
        var xml = "<device><parent>p</parent><capability type='mdev'/></device>";
        assertThat(devices.create(xml, 0)).isEqualTo("made");
        assertThat(devices.list(1 << 14)).containsExactly("made");
        devices.destroy("made");
        assertThatThrownBy(() -> devices.xml("made", 0))
                .isInstanceOfSatisfying(
                        PosadaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_NODE_DEVICE));
    }

    @Test
    void listsAreByCapabilityAndAllDevicesAreThere() {
        assertThat(devices.list(2)).containsExactly("p");
        assertThat(devices.list(1 | 2)).hasSize(2);
        assertThat(devices.list(1 << 31)).hasSize(2);
        assertThat(devices.list(1 << 30)).isEmpty();
        assertThat(devices.with(Optional.of("system"), 0)).containsExactly("computer");
    }

    @Test
    void readersChangeNothing() {
        var reading =
                new NodeDevices(host, new Access(new AccessPolicy(), Caller.SELF.asReadOnly(), ErrorOrigin.NODEDEV));
        assertThat(reading.list(0)).hasSize(2);
        assertThatThrownBy(() -> reading.detach("p", Optional.empty(), 0))
                .hasMessageContaining("read only access prevents virNodeDeviceDetachFlags");
    }

    @Test
    void whoListensIsToldAndNobodyLooksOtherwise() throws InterruptedException {
        var told = new LinkedBlockingQueue<NodeDeviceEvent>();
        var feed = new EventFeed<>(
                host.bus(), EVERYTHING, "virConnectNodeDeviceEventRegisterAny", host.watch()::begin, host.watch()::end);
        try (var _ = feed.subscribe(new EventSink<>() {
            @Override
            public void event(NodeDeviceEvent event) {
                told.add(event);
            }

            @Override
            public void lost(long count) {
                throw new AssertionError(count + " events lost");
            }
        })) {
            plugs.types.put("q", "net");
            assertThat(told.poll(2, TimeUnit.MINUTES))
                    .isEqualTo(new NodeDeviceEvent("q", new NodeDeviceEvent.Lifecycle(true)));
            plugs.types.put("q", "storage");
            assertThat(told.poll(2, TimeUnit.MINUTES))
                    .isEqualTo(new NodeDeviceEvent("q", new NodeDeviceEvent.Update()));
            plugs.types.remove("q");
            assertThat(told.poll(2, TimeUnit.MINUTES))
                    .isEqualTo(new NodeDeviceEvent("q", new NodeDeviceEvent.Lifecycle(false)));
        }
        assertThat(host.watch().idle()).isTrue();
    }
}
