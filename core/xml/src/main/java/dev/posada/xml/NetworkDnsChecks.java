package dev.posada.xml;

import static dev.posada.xml.NetworkDocument.detail;
import static dev.posada.xml.NetworkDocument.given;
import static dev.posada.xml.NetworkDocument.xml;

import dev.posada.model.Element;
import java.util.List;

/** What is wrong with the names a network knows. */
final class NetworkDnsChecks {
    private static final long MAX_NUMBER = 65535;

    private final String name;

    /**
     * @param name the network's
     */
    NetworkDnsChecks(String name) {
        this.name = name;
    }

    void check(Element root) {
        root.child("dns").ifPresent(this::dns);
    }

    private void dns(Element dns) {
        if (dns.has("enable", "no") && !dns.children().isEmpty()) {
            throw xml("Extra data in disabled network '" + name + "'");
        }
        dns.children("forwarder").forEach(this::forwarder);
        dns.children("txt").forEach(this::text);
        dns.children("srv").forEach(this::service);
        dns.children("host").forEach(this::host);
    }

    private void forwarder(Element forwarder) {
        var address = given(forwarder, "addr");
        if (address.isEmpty() && given(forwarder, "domain").isEmpty()) {
            throw xml("Invalid forwarder element, must contain at least one of addr or domain");
        }
        if (address.isPresent() && IpAddress.parse(address.get()).isEmpty()) {
            throw xml("Invalid forwarder IP address '" + Invalid.shown(address.get()) + "' in network '" + name + "'");
        }
    }

    private void text(Element text) {
        var called = given(text, "name")
                .orElseThrow(() -> detail("missing required name attribute in DNS TXT record of network " + name));
        if (called.indexOf(' ') >= 0) {
            throw detail(
                    "prohibited character in DNS TXT record name '" + Invalid.shown(called) + "' of network " + name);
        }
        if (text.attribute("value").isEmpty()) {
            throw detail("missing required value attribute in DNS TXT record named '" + Invalid.shown(called)
                    + "' of network " + name);
        }
    }

    private void service(Element service) {
        var called = given(service, "service")
                .orElseThrow(
                        () -> detail("missing required service attribute in DNS SRV record of network '" + name + "'"));
        if (given(service, "protocol").isEmpty()) {
            throw detail("missing required protocol attribute in DNS SRV record '" + Invalid.shown(called)
                    + "' of network '" + name + "'");
        }
        var where = "for service '" + Invalid.shown(called) + "' in network '" + name + "'";
        boolean target = given(service, "target").isPresent();
        for (var number : List.of("port", "priority", "weight")) {
            var value = service.attribute(number);
            if (value.isPresent()
                    && NetworkDocument.number(value.get(), MAX_NUMBER).isEmpty()) {
                // Libvirt begins one of the three with a capital.
                throw detail((number.equals("priority") ? "Invalid" : "invalid") + " DNS SRV " + number + " attribute "
                        + where);
            }
            if (value.isPresent() && !target) {
                throw detail("DNS SRV " + number + " attribute not permitted without target " + where);
            }
        }
    }

    private void host(Element host) {
        var address = given(host, "ip")
                .orElseThrow(() -> detail("Missing IP address in network '" + name + "' DNS HOST record"));
        if (IpAddress.parse(address).isEmpty()) {
            throw detail("Invalid IP address in network '" + name + "' DNS HOST record");
        }
        var names = host.children("hostname");
        if (names.isEmpty() || names.stream().anyMatch(one -> one.text().isEmpty())) {
            throw detail("Missing hostname in network '" + name + "' DNS HOST record");
        }
    }
}
