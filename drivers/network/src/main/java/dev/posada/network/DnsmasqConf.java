package dev.posada.network;

import dev.posada.model.Element;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The files that tell dnsmasq what to serve in a network, as text. Those of hosts are read again on a signal, so that a
 * changed host costs nobody a name or a lease; a change of the first needs a new process.
 *
 * @param main its configuration
 * @param hosts who gets which address ({@code dhcp-hostsfile})
 * @param names names of addresses ({@code addn-hosts})
 */
record DnsmasqConf(String main, String hosts, String names) {
    /** dnsmasq keeps all leases in memory; more than that is a mistake in a range. */
    private static final BigInteger LEASES_MAX = BigInteger.valueOf(1 << 24);

    /** Where the files are. */
    record Files(Path main, Path hosts, Path names, Path leases, Path pid) {}

    static DnsmasqConf of(NetworkPlan plan, Files files, String user) {
        return new DnsmasqConf(new Writer(plan, files, user).text(), hosts(plan), names(plan));
    }

    private static String hosts(NetworkPlan plan) {
        var text = new StringBuilder();
        for (var gateway : plan.gateways()) {
            for (var host : gateway.hosts()) {
                text.append(host(gateway.ipv6(), host)).append('\n');
            }
        }
        return text.toString();
    }

    private static String host(boolean ipv6, Element host) {
        var parts = new ArrayList<String>();
        var name = part(host.attribute("name")).orElse("");
        var address = part(host.attribute("ip")).orElse("");
        part(host.attribute("id")).ifPresent(id -> parts.add("id:" + id));
        part(host.attribute("mac")).ifPresent(parts::add);
        if (ipv6) {
            // The order dnsmasq's manual page has for addresses of IPv6, which stand in brackets.
            add(parts, name);
            add(parts, address.isEmpty() ? "" : "[" + address + "]");
        } else {
            add(parts, address);
            add(parts, name);
        }
        lease(host).ifPresent(parts::add);
        return String.join(",", parts);
    }

    private static void add(List<String> parts, String part) {
        if (!part.isEmpty()) {
            parts.add(part);
        }
    }

    private static String names(NetworkPlan plan) {
        var text = new StringBuilder();
        for (var host : plan.dns().map(dns -> dns.children("host")).orElse(List.of())) {
            text.append(part(host.attribute("ip")).orElse(""));
            host.children("hostname").forEach(name -> text.append('\t').append(clean(name.text())));
            text.append('\n');
        }
        return text.toString();
    }

    /** How long an address is lent: a number and a unit, or for ever; dnsmasq lends for two minutes at least. */
    private static Optional<String> lease(Element rangeOrHost) {
        return rangeOrHost.child("lease").map(lease -> {
            var expiry = clean(lease.attribute("expiry", "0"));
            if (expiry.equals("0")) {
                return "infinite";
            }
            return expiry
                    + switch (lease.attribute("unit", "minutes")) {
                        case "seconds" -> "s";
                        case "hours" -> "h";
                        default -> "m";
                    };
        });
    }

    private static Optional<String> part(Optional<String> value) {
        return value.map(DnsmasqConf::clean).filter(text -> !text.isEmpty());
    }

    /** A value as it may stand in a line. One that would begin another line is nothing a definition needs. */
    private static String clean(String value) {
        if (value.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw NetworkErrors.unsupported(
                    "'" + value.replaceAll("\\p{Cntrl}", "?") + "' cannot be served: it has a control character");
        }
        return value;
    }

    /** Writes the main file. */
    private static final class Writer {
        private final NetworkPlan plan;
        private final Files files;
        private final String user;
        private final StringBuilder text = new StringBuilder();

        Writer(NetworkPlan plan, Files files, String user) {
            this.plan = plan;
            this.files = files;
            this.user = user;
        }

        String text() {
            text.append("# dnsmasq of network '")
                    .append(clean(plan.name()))
                    .append("'. Made anew whenever the network starts or is changed: edit the network instead.\n");
            process();
            names();
            addresses();
            plan.root()
                    .child("dnsmasq:options")
                    .map(options -> options.children("dnsmasq:option"))
                    .orElse(List.of())
                    .forEach(option -> line(option.attribute("value", "")));
            return text.toString();
        }

        private void line(String line) {
            text.append(clean(line)).append('\n');
        }

        private void process() {
            line("keep-in-foreground");
            line("log-facility=-");
            line("quiet-dhcp");
            line("quiet-dhcp6");
            line("quiet-ra");
            line("user=" + user);
            line("pid-file=" + files.pid());
            // Only this bridge: other networks have a dnsmasq of their own, and so may the host.
            line("except-interface=lo");
            line("bind-dynamic");
            line("interface=" + plan.bridge());
            line("strict-order");
        }

        private void names() {
            boolean onlyHere = plan.forward().isolated();
            var dns = plan.dns().orElseGet(() -> Element.of("dns"));
            if (!plan.dnsEnabled()) {
                line("port=0");
            }
            for (var forwarder : dns.children("forwarder")) {
                onlyHere |= forwarder(forwarder);
            }
            if (onlyHere) {
                line("no-resolv");
            }
            plan.root().child("domain").ifPresent(this::domain);
            plan.gateways().stream()
                    .filter(gateway -> gateway.element().has("localPtr", "yes"))
                    .forEach(gateway -> line("local=/" + ReverseZone.of(plan.name(), gateway.at()) + "/"));
            if (dns.has("forwardPlainNames", "no")) {
                line("domain-needed");
                line("local=//");
            }
            for (var txt : dns.children("txt")) {
                line("txt-record=" + txt.attribute("name", "") + "," + quoted(txt.attribute("value", "")));
            }
            dns.children("srv").forEach(this::service);
            if (plan.dnsEnabled()) {
                line("addn-hosts=" + files.names());
            }
        }

        /** A name server to ask; whether it is one for all names, so that the host's own are not asked. */
        private boolean forwarder(Element forwarder) {
            var server = forwarder.attribute("addr", "")
                    + forwarder.attribute("port").map(port -> "#" + port).orElse("");
            var domain = forwarder.attribute("domain", "");
            if (domain.isEmpty()) {
                line("server=" + server);
                return true;
            }
            // Without an address the host's own servers are asked for that domain.
            line("server=/" + domain + "/" + (server.isEmpty() ? "#" : server));
            return false;
        }

        private void domain(Element domain) {
            var name = domain.attribute("name", "");
            if (name.isEmpty()) {
                return;
            }
            if (domain.has("localOnly", "yes")) {
                line("local=/" + name + "/");
            }
            line("domain=" + name);
            line("expand-hosts");
        }

        private void service(Element srv) {
            var name = "_" + srv.attribute("service", "") + "._" + srv.attribute("protocol", "")
                    + srv.attribute("domain").map(domain -> "." + domain).orElse("");
            var target = srv.attribute("target", "");
            if (target.isEmpty()) {
                line("srv-host=" + name);
                return;
            }
            line("srv-host=" + name + "," + target + "," + srv.attribute("port", "1") + ","
                    + srv.attribute("priority", "0") + "," + srv.attribute("weight", "0"));
        }

        /** dnsmasq parts a text at its commas unless it stands in quotes. */
        private static String quoted(String value) {
            return value.contains(",") ? "\"" + value.replace("\"", "\\\"") + "\"" : value;
        }

        private void addresses() {
            if (plan.forward().isolated()) {
                // Guests must not send to us what we will not forward: no default gateway.
                line("dhcp-option=option:router");
                line("ra-param=*,0,0");
            }
            boolean any = false;
            var leases = BigInteger.ZERO;
            for (var gateway : plan.gateways()) {
                tftp(gateway);
                if (gateway.dhcp().isPresent()) {
                    leases = leases.add(lend(gateway));
                    any = true;
                }
            }
            if (any) {
                line("dhcp-no-override");
                line("dhcp-authoritative");
                line("dhcp-leasefile=" + files.leases());
                line("dhcp-hostsfile=" + files.hosts());
                if (leases.signum() > 0) {
                    line("dhcp-lease-max=" + leases.min(LEASES_MAX));
                }
                plan.mtu().ifPresent(mtu -> line("dhcp-option=option:mtu," + mtu));
            }
            advertise();
        }

        private void tftp(Gateway gateway) {
            gateway.element().child("tftp").ifPresent(tftp -> {
                line("enable-tftp");
                line("tftp-root=" + tftp.attribute("root", ""));
            });
        }

        /** The ranges of one address; answers how many addresses they hold. */
        private BigInteger lend(Gateway gateway) {
            var count = BigInteger.ZERO;
            var mask = gateway.ipv6()
                    ? String.valueOf(gateway.at().prefixLength())
                    : gateway.at().netmask();
            var ranges = gateway.ranges(plan.name());
            for (var range : ranges) {
                line("dhcp-range=" + IpNetwork.text(range.start()) + "," + IpNetwork.text(range.end()) + "," + mask
                        + lease(range.element()).map(time -> "," + time).orElse(""));
                count = count.add(IpNetwork.count(range.start(), range.end()));
            }
            if (ranges.isEmpty() && !gateway.hosts().isEmpty()) {
                line("dhcp-range=" + IpNetwork.text(gateway.at().address()) + ",static," + mask);
            }
            gateway.dhcp().flatMap(dhcp -> dhcp.child("bootp")).ifPresent(bootp -> {
                var server = bootp.attribute("server", "");
                line("dhcp-boot=" + bootp.attribute("file", "") + (server.isEmpty() ? "" : ",," + server));
            });
            return count;
        }

        /** Routers' advertisements: guests make their own addresses, or ask for them where there is DHCP for IPv6. */
        private void advertise() {
            if (plan.dhcp(true)) {
                line("enable-ra");
                return;
            }
            plan.gateways(true)
                    .forEach(gateway ->
                            line("dhcp-range=" + IpNetwork.text(gateway.at().address()) + ",ra-only"));
        }
    }
}
