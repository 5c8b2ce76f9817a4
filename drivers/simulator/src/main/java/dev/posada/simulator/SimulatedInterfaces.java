package dev.posada.simulator;

import dev.posada.driver.InterfaceDriver;
import dev.posada.model.Element;
import dev.posada.model.HostInterface;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** The network links libvirt's test driver shows: one of the host's own, and what is started; all in memory. */
final class SimulatedInterfaces implements InterfaceDriver {
    private static final Element FIRST = Element.of("interface", "type", "ethernet", "name", "eth1")
            .plus(Element.of("start", "mode", "onboot"))
            .plus(Element.of("mtu", "size", "1492"))
            .plus(Element.of("protocol", "family", "ipv4")
                    .plus(Element.of("ip", "address", "192.168.0.5", "prefix", "24"))
                    .plus(Element.of("route", "gateway", "192.168.0.1")))
            .plus(Element.of("mac", "address", "aa:bb:cc:dd:ee:ff"));

    private final Map<String, Element> started = new ConcurrentSkipListMap<>(Map.of("eth1", FIRST));

    @Override
    public List<HostInterface> interfaces() {
        return started.values().stream()
                .map(definition -> new HostInterface(
                        definition.attribute("name", ""),
                        definition
                                .child("mac")
                                .map(mac -> mac.attribute("address", ""))
                                .orElse(""),
                        true,
                        definition))
                .toList();
    }

    @Override
    public void up(Element definition) {
        started.put(definition.attribute("name", ""), definition);
    }

    @Override
    public void down(Element definition) {
        started.remove(definition.attribute("name", ""));
    }

    @Override
    public List<Element> residents() {
        return List.of(FIRST);
    }

    @Override
    public void close() {}
}
