package dev.posada.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A namespace that stands for a guest, with a card {@code eth0}; or for a host elsewhere. */
final class Guest implements AutoCloseable {
    /** What busybox's DHCP client calls with what it was given. */
    private static final String LEASE_SCRIPT = """
            #!/bin/sh
            case $1 in
              bound | renew)
                ip addr flush dev eth0 scope global
                ip addr add "$ip/$mask" dev eth0
                [ -z "$router" ] || ip route replace default via "$router"
                echo "nameserver $dns" >"$0.resolv"
                echo "domain $domain" >>"$0.resolv"
                ;;
            esac
            """;

    private final String name;
    private final Path folder;

    private Guest(String name, Path folder) {
        this.name = name;
        this.folder = folder;
    }

    /** Makes a namespace, its card the other end of a link {@code NAME-h} of the host. */
    static Guest make(String name, Path folder, String mac) {
        OwnNamespace.run("ip", "netns", "add", name);
        OwnNamespace.run(
                "ip",
                "link",
                "add",
                "name",
                name + "-h",
                "type",
                "veth",
                "peer",
                "name",
                "eth0",
                "address",
                mac,
                "netns",
                name);
        var guest = new Guest(name, folder);
        guest.run("ip", "link", "set", "lo", "up");
        return guest;
    }

    /** Plugs it into a bridge and switches its card on. */
    Guest plug(String bridge) {
        OwnNamespace.run("ip", "link", "set", name + "-h", "master", bridge, "up");
        run("ip", "link", "set", "eth0", "up");
        return this;
    }

    String host() {
        return name + "-h";
    }

    String run(String... command) {
        return OwnNamespace.run(OwnNamespace.in(name, command).toArray(String[]::new));
    }

    OwnNamespace.Outcome attempt(String... command) {
        return OwnNamespace.attempt(OwnNamespace.in(name, command).toArray(String[]::new));
    }

    /** Asks for an address of IPv4 and takes it; answers it. */
    String lease(String hostname) {
        var script = folder.resolve(name + "-lease");
        try {
            Files.writeString(script, LEASE_SCRIPT);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        OwnNamespace.run("chmod", "+x", script.toString());
        run(
                "busybox",
                "udhcpc",
                "-i",
                "eth0",
                "-n",
                "-q",
                "-f",
                "-t",
                "20",
                "-T",
                "1",
                "-x",
                "hostname:" + hostname,
                "-F",
                hostname,
                "-s",
                script.toString());
        return addresses("inet").getFirst();
    }

    /** What the lease said of name servers. */
    String resolver() {
        try {
            return Files.readString(folder.resolve(name + "-lease.resolv"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    List<String> addresses(String family) {
        return run("ip", "-o", "-f", family, "addr", "show", "dev", "eth0", "scope", "global")
                .lines()
                .map(line -> line.replaceFirst(".* inet6? ([0-9a-f.:]+)/.*", "$1"))
                .toList();
    }

    boolean reaches(String address) {
        return attempt("busybox", "ping", "-c", "1", "-W", "2", address).success();
    }

    /** What a name server says of a name. */
    String lookup(String name, String server) {
        return attempt("busybox", "nslookup", name, server).output();
    }

    @Override
    public void close() {
        OwnNamespace.attempt("ip", "link", "del", host());
        OwnNamespace.attempt("ip", "netns", "del", name);
    }
}
