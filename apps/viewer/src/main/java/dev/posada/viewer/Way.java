package dev.posada.viewer;

import dev.posada.client.ConnectionUri;
import dev.posada.viewer.Screens.Vnc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How a screen is reached from here. */
sealed interface Way {

    /** A unix socket of this host. */
    record UnixSocket(String path) implements Way {}

    /** A port of this or another host. */
    record Tcp(String host, int port) implements Way {}

    /** A command that relays, such as ssh. */
    record Relay(List<String> command, String towards) implements Way {
        public Relay {
            command = List.copyOf(command);
        }
    }

    /** A socket that the daemon hands over; {@code screen} is the place among the domain's {@code <graphics>}, from 0. */
    record HandedOver(int screen) implements Way {}

    /** Whether what travels there leaves this host. */
    default boolean isNearby() {
        return switch (this) {
            case UnixSocket _, HandedOver _ -> true;
            case Tcp tcp ->
                tcp.host().equals("localhost")
                        || tcp.host().startsWith("127.")
                        || tcp.host().equals("::1");
            case Relay _ -> false;
        };
    }

    /** In the words of {@code --verbose}. */
    default String opening() {
        return switch (this) {
            case UnixSocket socket -> "Opening direct UNIX connection to display at " + socket.path();
            case Tcp tcp -> "Opening direct TCP connection to display at " + tcp.host() + ":" + tcp.port();
            case HandedOver handed ->
                "Opening connection to display " + handed.screen() + " that the daemon hands over";
            case Relay relay -> "Opening indirect connection to display at " + relay.towards();
        };
    }

    /**
     * The way to a screen of the daemon at an address.
     *
     * @param direct not through ssh
     * @param attach by the daemon's hands, also where it listens somewhere
     * @throws ViewerException when it is a socket of another host that only ssh could reach
     */
    static Way to(Vnc screen, ConnectionUri uri, boolean direct, boolean attach) {
        return attach || screen.handedOver() ? new HandedOver(screen.index()) : to(screen, uri, direct);
    }

    private static Way to(Vnc screen, ConnectionUri uri, boolean direct) {
        boolean behindSsh =
                uri.effectiveTransport().equals("ssh") && !uri.host().isEmpty();
        String daemonHost = uri.host();
        if (behindSsh && !direct) {
            return screen.socket()
                    .map(path -> relay(uri, "-U " + quoted(path), path))
                    .orElseGet(() -> {
                        String address = isWildcard(screen.address()) ? "localhost" : screen.address();
                        return relay(uri, quoted(address) + " " + screen.port(), address + ":" + screen.port());
                    });
        }
        if (screen.socket().isPresent()) {
            if (!daemonHost.isEmpty() && !daemonHost.equals("localhost")) {
                throw new ViewerException("the screen is at the unix socket "
                        + screen.socket().get() + " of " + daemonHost + ": connect by qemu+ssh://, without --direct");
            }
            return new UnixSocket(screen.socket().get());
        }
        String address = screen.address();
        if (isWildcard(address)) {
            address = daemonHost.isEmpty() ? "localhost" : daemonHost;
        }
        return new Tcp(address, screen.port());
    }

    private static boolean isWildcard(String address) {
        return address.isEmpty() || address.equals("0.0.0.0") || address.equals("::");
    }

    /** The same ssh that the connection uses; behind the dashes a host can never be taken for an option. */
    private static Way relay(ConnectionUri uri, String target, String towards) {
        List<String> command = new ArrayList<>();
        command.add(uri.parameter("command").orElse("ssh"));
        uri.port().ifPresent(port -> command.addAll(List.of("-p", Integer.toString(port))));
        if (!uri.user().isEmpty()) {
            command.addAll(List.of("-l", uri.user()));
        }
        uri.parameter("keyfile").ifPresent(file -> command.addAll(List.of("-i", file)));
        command.addAll(List.of("-T", "-e", "none"));
        isSet(uri, "no_tty").ifPresent(_ -> command.addAll(List.of("-o", "BatchMode=yes")));
        isSet(uri, "no_verify").ifPresent(_ -> command.addAll(List.of("-o", "StrictHostKeyChecking=no")));
        String netcat = quoted(uri.parameter("netcat").orElse("nc"));
        // Some netcats stay when their input has ended unless told otherwise, others do not know the option.
        String script =
                "if " + netcat + " -h 2>&1 | grep -q -e -q; then q=-q0; else q=; fi; exec " + netcat + " $q " + target;
        command.addAll(List.of("--", uri.host(), "sh -c " + quoted(script)));
        return new Relay(command, towards);
    }

    private static Optional<String> isSet(ConnectionUri uri, String name) {
        return uri.parameter(name).filter(value -> !value.equals("0"));
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
