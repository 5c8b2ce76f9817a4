package dev.posada.link;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The links of the host we run on, or of the network namespace we run in: {@code /sys} must be that namespace's own.
 *
 * <p>Safe for use by several threads. Looking does not lock anything, so what it finds may be gone by then.
 */
public final class Links {
    private static final Path LINKS = Path.of("/sys/class/net");

    /** The flag IFF_UP in {@code /sys/class/net/NAME/flags}. */
    private static final int FLAG_UP = 1;

    private final HostCommands commands;

    public Links(HostCommands commands) {
        this.commands = commands;
    }

    /** All links there are, by name. */
    public List<Link> list() {
        try (Stream<Path> folders = Files.list(LINKS)) {
            return folders.map(folder -> folder.getFileName().toString())
                    .sorted()
                    .flatMap(name -> find(name).stream())
                    .toList();
        } catch (IOException e) {
            throw failed("cannot list " + LINKS, e);
        }
    }

    /** The link of that name. */
    public Optional<Link> find(String name) {
        if (!Link.isName(name) || !Files.isDirectory(LINKS.resolve(name))) {
            return Optional.empty();
        }
        var folder = LINKS.resolve(name);
        try {
            return Optional.of(new Link(
                    name,
                    Integer.parseInt(read(folder, "ifindex")),
                    read(folder, "address"),
                    Integer.parseInt(read(folder, "mtu")),
                    (Integer.decode(read(folder, "flags")) & FLAG_UP) != 0,
                    Files.isDirectory(folder.resolve("bridge")),
                    target(folder.resolve("master")),
                    Files.exists(folder.resolve("device"))));
        } catch (NoSuchFileException | NumberFormatException goneMeanwhile) {
            return Optional.empty();
        } catch (IOException e) {
            // A link that is being removed answers ENODEV or EINVAL for some of its files.
            return Optional.empty();
        }
    }

    /** Whether there is a link of that name. */
    public boolean has(String name) {
        return Link.isName(name) && Files.isDirectory(LINKS.resolve(name));
    }

    /** The ports of a bridge, by name. */
    public List<String> ports(String bridge) {
        if (!has(bridge)) {
            return List.of();
        }
        try (Stream<Path> ports = Files.list(LINKS.resolve(bridge).resolve("brif"))) {
            return ports.map(port -> port.getFileName().toString()).sorted().toList();
        } catch (IOException noBridge) {
            return List.of();
        }
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

    private static String read(Path folder, String file) throws IOException {
        return Files.readString(folder.resolve(file)).strip();
    }

    private static Optional<String> target(Path symbolicLink) throws IOException {
        return Files.isSymbolicLink(symbolicLink)
                ? Optional.of(Files.readSymbolicLink(symbolicLink).getFileName().toString())
                : Optional.empty();
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
