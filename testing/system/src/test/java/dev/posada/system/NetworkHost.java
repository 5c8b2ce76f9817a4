package dev.posada.system;

import java.util.ArrayList;
import java.util.List;

/**
 * A host of its own, in a network namespace, with an internet behind it: another namespace, joined by a cable. What is made
 * in there never meets the machine's own network.
 *
 * <pre>
 * host      203.0.113.2/24  2001:db8:113::2/64   routes everything to
 * internet  203.0.113.1/24  2001:db8:113::1/64   which knows the way to the host itself only
 * </pre>
 */
final class NetworkHost implements AutoCloseable {
    static final String INTERNET = "203.0.113.1";
    static final String HOST = "203.0.113.2";
    static final String INTERNET6 = "2001:db8:113::1";

    private final String name;
    private final String internet;

    private NetworkHost(String name) {
        this.name = name;
        this.internet = name + "-net";
    }

    /** Makes the host, or skips the test where that cannot be. */
    static NetworkHost make(String name) {
        Programs.needRoot();
        Programs.need("ip");
        var host = new NetworkHost("posada-" + ProcessHandle.current().pid() + "-" + name);
        Programs.run("ip", "netns", "add", host.name).succeeded();
        Programs.run("ip", "netns", "add", host.internet).succeeded();
        host.run("ip", "link", "set", "lo", "up").succeeded();
        host.beyond("ip", "link", "set", "lo", "up").succeeded();
        host.run("ip", "link", "add", "uplink", "type", "veth", "peer", "name", "world", "netns", host.internet)
                .succeeded();
        host.run("ip", "address", "add", HOST + "/24", "dev", "uplink").succeeded();
        host.run("ip", "-6", "address", "add", "2001:db8:113::2/64", "dev", "uplink", "nodad")
                .succeeded();
        host.run("ip", "link", "set", "uplink", "up").succeeded();
        host.beyond("ip", "address", "add", INTERNET + "/24", "dev", "world").succeeded();
        host.beyond("ip", "-6", "address", "add", INTERNET6 + "/64", "dev", "world", "nodad")
                .succeeded();
        host.beyond("ip", "link", "set", "world", "up").succeeded();
        host.run("ip", "route", "add", "default", "via", INTERNET).succeeded();
        host.run("ip", "-6", "route", "add", "default", "via", INTERNET6).succeeded();
        return host;
    }

    /** The words that lead to the host, for a program's command line. */
    List<String> words() {
        return List.of("ip", "netns", "exec", name);
    }

    /** Runs a program on the host. */
    Outcome run(String... command) {
        return in(name, command);
    }

    /** Runs a program in the internet. */
    Outcome beyond(String... command) {
        return in(internet, command);
    }

    /** Begins a program in the internet that runs until {@link #close}. */
    Process serve(String... command) throws java.io.IOException {
        return new ProcessBuilder(words(internet, command))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static Outcome in(String namespace, String... command) {
        return Programs.run(words(namespace, command).toArray(String[]::new));
    }

    private static List<String> words(String namespace, String... command) {
        var words = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        words.addAll(List.of(command));
        return words;
    }

    /** Ends what runs there and takes both away. */
    @Override
    public void close() {
        for (var namespace : List.of(name, internet)) {
            for (var pid :
                    Programs.run("ip", "netns", "pids", namespace).out().lines().toList()) {
                ProcessHandle.of(Long.parseLong(pid.strip())).ifPresent(ProcessHandle::destroyForcibly);
            }
            Programs.run("ip", "netns", "delete", namespace);
        }
    }
}
