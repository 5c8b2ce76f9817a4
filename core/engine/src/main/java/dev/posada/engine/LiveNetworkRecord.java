package dev.posada.engine;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.NetworkDefinition;
import dev.posada.model.PosadaException;
import dev.posada.xml.NetworkXml;
import java.util.Collection;
import java.util.List;

/**
 * The record of a started network as it stands in the run folder:
 *
 * <pre>{@code
 * <started boot='…'>
 *   <network>the live definition</network>
 *   <plugged by='qemu'><networkport>…</networkport></plugged>
 * </started>
 * }</pre>
 *
 * @param definition what runs
 * @param boot the run of the host it was started in
 * @param ports what is plugged in
 */
record LiveNetworkRecord(NetworkDefinition definition, String boot, Collection<NetworkPort> ports) {
    LiveNetworkRecord {
        ports = List.copyOf(ports);
    }

    Element toElement() {
        var element = Element.of("started", "boot", boot).plus(definition.root());
        for (var port : ports) {
            element = element.plus(port.toElement());
        }
        return element;
    }

    /**
     * Reads a record.
     *
     * @throws PosadaException when it is none
     */
    static LiveNetworkRecord of(Element element) {
        var network = element.child("network")
                .orElseThrow(() -> new PosadaException(
                        ErrorCode.XML_ERROR, ErrorOrigin.NETWORK, "not the record of a started network"));
        var ports = element.children().stream()
                .filter(NetworkPort::isEntry)
                .map(NetworkPort::of)
                .toList();
        return new LiveNetworkRecord(NetworkXml.of(network), element.attribute("boot", ""), ports);
    }
}
