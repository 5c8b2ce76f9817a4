package dev.posada.link;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The links of the host we run on, or of the network namespace we run in. Everything is looked up where a process sees its
 * own namespace, not below {@code /sys}, which shows that of whoever mounted it.
 *
 * <p>Safe for use by several threads. Looking does not lock anything, so what it finds may be gone by then.
 */
public final class Links {
    private static final Path NAMES = Path.of("/proc/net/dev");
    private static final List<String> SHOW = List.of("ip", "-o", "-d", "link", "show");

    private final HostCommands commands;

    public Links(HostCommands commands) {
        this.commands = commands;
    }

    /** All links there are, by number. */
    public List<Link> list() {
        return LinkLines.parse(commands.run("links of the host", SHOW));
    }

    /**
     * The link of that name.
     *
     * @throws LinkException when it is there and cannot be looked at
     */
    public Optional<Link> find(String name) {
        if (!has(name)) {
            return Optional.empty();
        }
        var command = new ArrayList<>(SHOW);
        command.addAll(List.of("dev", name));
        var shown = commands.attempt("link '" + name + "'", "", command);
        if (!shown.success()) {
            // It went meanwhile, or ip cannot tell; who relies on the answer must not take the one for the other.
            if (has(name)) {
                throw new LinkException(
                        LinkException.Kind.FAILED,
                        "cannot look at link '" + name + "': " + shown.errors().strip(),
                        null);
            }
            return Optional.empty();
        }
        return LinkLines.parse(shown.output()).stream().findFirst();
    }

    /** Whether there is a link of that name. */
    public boolean has(String name) {
        if (!Link.isName(name)) {
            return false;
        }
        // Two lines of heading; then a name, a colon, and numbers.
        try (var lines = Files.lines(NAMES)) {
            return lines.skip(2).anyMatch(line -> line.strip().startsWith(name + ":"));
        } catch (IOException e) {
            throw failed("cannot read " + NAMES, e);
        }
    }

    /** The ports of a bridge, by number. */
    public List<String> ports(String bridge) {
        return list().stream()
                .filter(link -> link.master().filter(bridge::equals).isPresent())
                .map(Link::name)
                .toList();
    }

    /** The addresses of all links. */
    public List<LinkAddress> addresses() {
        var found = new ArrayList<LinkAddress>();
        try (var links = NetworkInterface.networkInterfaces()) {
            links.forEach(link -> {
                for (InterfaceAddress address : link.getInterfaceAddresses()) {
                    found.add(new LinkAddress(link.getName(), address.getAddress(), address.getNetworkPrefixLength()));
                }
            });
        } catch (SocketException e) {
            // What the JDK says of a host on which no link has an address: one whose loopback was never set up.
            if (String.valueOf(e.getMessage()).startsWith("No network interfaces")) {
                return List.of();
            }
            throw failed("cannot list the addresses of links", e);
        }
        return List.copyOf(found);
    }

    /** The routes of IPv4 and IPv6, without those to the host itself. */
    public List<Route> routes() {
        return RouteTables.read();
    }

    /**
     * Makes the changes.
     *
     * @param what what is tried, as errors begin
     * @throws LinkException of any kind; what stands before the failed change is made
     */
    public void apply(String what, LinkBatch batch) {
        if (!batch.isEmpty()) {
            commands.feed(what, batch.text(), List.of("ip", "-batch", "-"));
        }
    }

    /** Removes a link; does nothing when there is none. */
    public void delete(String name) {
        if (!has(name)) {
            return;
        }
        try {
            apply("cannot remove link '" + name + "'", new LinkBatch().delete(name));
        } catch (LinkException e) {
            if (e.kind() != LinkException.Kind.ABSENT) {
                throw e;
            }
        }
    }

    private static LinkException failed(String what, IOException cause) {
        return new LinkException(LinkException.Kind.FAILED, what + ": " + cause.getMessage(), cause);
    }

    static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (java.net.UnknownHostException wrongLength) {
            throw new IllegalArgumentException(wrongLength);
        }
    }
}
