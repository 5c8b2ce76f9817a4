package dev.posada.doctor;

import java.util.ArrayList;
import java.util.Locale;

/** What virtual networks need: addresses, names, bridges, rules; and who else makes rules. */
final class NetworkChecks implements Check {
    @Override
    public void look(Host host, Report report) {
        dnsmasq(host, report);
        links(host, report);
        rules(host, report);
        foreignFirewalls(host, report);
        bridges(host, report);
        forwarding(host, report);
    }

    private static void dnsmasq(Host host, Report report) {
        var what = "for dnsmasq";
        var program = host.program("dnsmasq");
        if (program.isPresent()) {
            var version = host.run(program.get(), "--version")
                    .map(Host.Outcome::firstLine)
                    .orElse("");
            int at = version.toLowerCase(Locale.ROOT).indexOf("version ");
            report.pass(
                    Topic.NETWORK,
                    what,
                    at < 0 ? "" : version.substring(at + "version ".length()).split(" ", 2)[0]);
        } else {
            report.fail(
                    Topic.NETWORK,
                    what,
                    "not installed",
                    "Networks with <dhcp> and <dns> need it: apt install dnsmasq-base.");
        }
    }

    private static void links(Host host, Report report) {
        var what = "for the ip program";
        if (host.program("ip").isPresent()) {
            report.pass(Topic.NETWORK, what, "");
        } else {
            report.fail(Topic.NETWORK, what, "not installed", "Bridges are made with it: apt install iproute2.");
        }
    }

    private static void rules(Host host, Report report) {
        var what = "for firewall rules";
        var nft = host.program("nft");
        var iptables = host.program("iptables");
        if (nft.isEmpty() && iptables.isEmpty()) {
            report.fail(
                    Topic.NETWORK,
                    what,
                    "neither nft nor iptables is installed",
                    "Networks with <forward> need one: apt install nftables.");
            return;
        }
        if (nft.isEmpty()) {
            // Even to list, old iptables make the kernel load what it has not; so only what is there is looked at.
            if (host.exists("/proc/net/ip_tables_names")) {
                report.pass(Topic.NETWORK, what, "iptables");
            } else {
                report.warn(
                        Topic.NETWORK,
                        what,
                        "iptables is installed, and not in use so far",
                        "Nothing, as a rule: the first network that forwards loads what it needs. nftables is the better"
                                + " choice: apt install nftables.");
            }
            return;
        }
        if (!host.isRootUser()) {
            report.warn(
                    Topic.NETWORK,
                    what,
                    "only root may see whether the kernel takes them",
                    "Run posada doctor network as root.");
            return;
        }
        // Listing changes nothing, and fails just where making rules would.
        var listed = host.run(nft.get(), "list", "tables");
        if (listed.filter(outcome -> outcome.status() == 0).isPresent()) {
            report.pass(Topic.NETWORK, what, "nft");
        } else {
            report.fail(
                    Topic.NETWORK,
                    what,
                    "nft: " + listed.map(Host.Outcome::firstLine).orElse("does not run"),
                    "The kernel needs nf_tables (modprobe nf_tables), and a container needs the capability NET_ADMIN.");
        }
    }

    private static void foreignFirewalls(Host host, Report report) {
        var what = "for other firewalls";
        var others = new ArrayList<String>();
        var remedies = new ArrayList<String>();
        if (host.runs("firewalld")) {
            others.add("firewalld");
            remedies.add(
                    "put the bridges into a zone that forwards (firewall-cmd --zone=trusted --add-interface=virbr0)");
        }
        if (StorageChecks.setting(host.text("/etc/ufw/ufw.conf").orElse("").replaceAll("=(\\w+)", "=\"$1\""), "ENABLED")
                .filter("yes"::equals)
                .isPresent()) {
            others.add("ufw");
            remedies.add("allow what guests send (ufw allow in on virbr0; ufw route allow in on virbr0)");
        }
        if (host.runs("dockerd")) {
            others.add("Docker");
            remedies.add("with Docker there is nothing to do, for posadad opens its FORWARD chain for its bridges");
        }
        if (others.isEmpty()) {
            report.pass(Topic.NETWORK, what, "none");
        } else {
            report.warn(
                    Topic.NETWORK,
                    what,
                    String.join(", ", others) + " may drop what guests send",
                    "If guests cannot reach others: " + String.join("; ", remedies) + ".");
        }
    }

    private static void bridges(Host host, Report report) {
        var what = "for bridges in the kernel";
        var release = host.text("/proc/sys/kernel/osrelease").orElse("");
        boolean built = host.text("/lib/modules/" + release + "/modules.builtin")
                .orElse("")
                .contains("/bridge.ko");
        boolean loadable = host.names("/lib/modules/" + release + "/kernel/net/bridge").stream()
                .anyMatch(name -> name.startsWith("bridge.ko"));
        if (host.exists("/sys/module/bridge") || built) {
            report.pass(Topic.NETWORK, what, "");
        } else if (loadable) {
            report.pass(Topic.NETWORK, what, "loaded when needed");
        } else if (host.text("/proc/config").isPresent() || release.isEmpty()) {
            report.warn(Topic.NETWORK, what, "not known", "modprobe bridge shows it.");
        } else {
            // A kernel without modules has it inside, or has it not; only making a bridge would tell.
            report.warn(
                    Topic.NETWORK,
                    what,
                    "no module of kernel " + release + " is installed, so it is inside the kernel or missing",
                    "Install the kernel's modules; ip link add name tryout type bridge shows it, ip link del tryout ends"
                            + " it.");
        }
    }

    private static void forwarding(Host host, Report report) {
        var what = "for IP forwarding";
        if (host.text("/proc/sys/net/ipv4/ip_forward").filter("1"::equals).isPresent()) {
            report.pass(Topic.NETWORK, what, "");
        } else {
            report.warn(
                    Topic.NETWORK,
                    what,
                    "off",
                    "posadad turns it on with the first network that forwards; for good: echo net.ipv4.ip_forward=1"
                            + " >/etc/sysctl.d/50-forward.conf.");
        }
        var filtered = "if bridged packets pass the host's rules";
        if (host.text("/proc/sys/net/bridge/bridge-nf-call-iptables")
                .filter("1"::equals)
                .isPresent()) {
            report.warn(
                    Topic.NETWORK,
                    filtered,
                    "they do, and rules for the host may drop what guests say to each other",
                    "Unless Docker or Kubernetes need it: sysctl net.bridge.bridge-nf-call-iptables=0.");
        } else {
            report.pass(Topic.NETWORK, filtered, "they do not");
        }
    }
}
