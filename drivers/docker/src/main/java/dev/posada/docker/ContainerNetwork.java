package dev.posada.docker;

import dev.posada.link.HostCommands;
import dev.posada.link.Links;
import dev.posada.link.Rate;
import dev.posada.link.TrafficShaping;
import dev.posada.model.Element;
import dev.posada.posix.Poller;
import dev.posada.process.Tools;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What changes links of the host and of containers. Safe for use by several threads. */
final class ContainerNetwork implements AutoCloseable {
    private final Poller poller = new Poller();
    private final HostCommands commands = new HostCommands(new Tools(poller));
    private final Links links = new Links(commands);
    private final TrafficShaping shaping = new TrafficShaping(commands);

    Links links() {
        return links;
    }

    /**
     * Changes links in the network namespace of a process.
     *
     * @param changes lines for {@code ip -batch}
     */
    void within(long pid, String what, List<String> changes) {
        if (!changes.isEmpty()) {
            HostCommands.require(what, "ip");
            commands.feed(
                    what,
                    String.join("\n", changes) + "\n",
                    List.of("nsenter", "--net=/proc/" + pid + "/ns/net", "ip", "-batch", "-"));
        }
    }

    /** Puts an interface's limits in force. What the container receives leaves the host by its end of the pair. */
    void limit(String host, Element nic) {
        nic.child("bandwidth").ifPresent(limits -> limit(host, rate(limits, "inbound"), rate(limits, "outbound")));
    }

    /** Takes its limits from an interface. */
    void unlimit(String host) {
        limit(host, Optional.empty(), Optional.empty());
    }

    private void limit(String host, Optional<Rate> received, Optional<Rate> sent) {
        shaping.apply("cannot limit the bandwidth of " + host, host, received, sent);
    }

    private static Optional<Rate> rate(Element limits, String direction) {
        return limits.child(direction)
                .filter(limit -> number(limit, "average").orElse(0) > 0)
                .map(limit -> new Rate(
                        number(limit, "average").orElseThrow(), number(limit, "peak"), number(limit, "burst")));
    }

    private static OptionalLong number(Element limit, String attribute) {
        var text = limit.attribute(attribute);
        return text.isPresent() ? OptionalLong.of(Long.parseLong(text.get())) : OptionalLong.empty();
    }

    @Override
    public void close() {
        poller.close();
    }
}
