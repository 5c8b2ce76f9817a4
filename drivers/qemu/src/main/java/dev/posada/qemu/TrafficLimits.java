package dev.posada.qemu;

import dev.posada.link.HostCommands;
import dev.posada.link.LinkException;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.util.ArrayList;
import java.util.List;

/**
 * Limits what passes through a link of the host, by the kernel's traffic control. What a guest receives the host sends
 * through a tap, so {@code inbound} shapes what leaves the link, and {@code outbound} drops what comes in too fast; a
 * macvtap is the guest's own side, and there it is the other way round. Average and peak are in
 * kilobytes per second, a burst is in kilobytes, as in libvirt's documents.
 */
final class TrafficLimits {
    private final HostCommands commands;

    TrafficLimits(HostCommands commands) {
        this.commands = commands;
    }

    /**
     * Puts limits in force, in the place of those that are.
     *
     * @param nic the interface with its {@code bandwidth}; without one all limits are taken away
     * @throws PosadaException {@code INTERNAL_ERROR} when the kernel or the tool cannot
     */
    void apply(String link, Element nic) {
        clear(link);
        var lines = nic.child("bandwidth")
                .map(limits -> lines(link, limits, nic.has("type", "direct")))
                .orElse(List.of());
        if (lines.isEmpty()) {
            return;
        }
        try {
            commands.feed(
                    "cannot limit the bandwidth of " + link,
                    String.join("\n", lines) + "\n",
                    List.of("tc", "-batch", "-"));
        } catch (LinkException e) {
            clear(link);
            throw new PosadaException(ErrorCode.INTERNAL_ERROR, ErrorOrigin.NONE, e.getMessage(), e);
        }
    }

    /**
     * What {@code tc} is told, a line for each step.
     *
     * @param guestsSide whether what leaves the link is what the guest sends
     */
    static List<String> lines(String link, Element bandwidth, boolean guestsSide) {
        var lines = new ArrayList<String>();
        var leaving = guestsSide ? "outbound" : "inbound";
        var entering = guestsSide ? "inbound" : "outbound";
        bandwidth.child(leaving).filter(TrafficLimits::limits).ifPresent(shaped -> {
            var average = shaped.attribute("average", "0");
            lines.add("qdisc add dev " + link + " root handle 1: htb default 1");
            lines.add("class add dev " + link + " parent 1: classid 1:1 htb rate " + average + "kbps"
                    + shaped.attribute("peak")
                            .map(peak -> " ceil " + peak + "kbps")
                            .orElse("")
                    + shaped.attribute("burst")
                            .map(burst -> " burst " + burst + "kb")
                            .orElse(""));
        });
        bandwidth.child(entering).filter(TrafficLimits::limits).ifPresent(policed -> {
            var average = policed.attribute("average", "0");
            lines.add("qdisc add dev " + link + " ingress");
            lines.add("filter add dev " + link + " parent ffff: protocol all u32 match u32 0 0 police rate " + average
                    + "kbps burst " + policed.attribute("burst").orElse(average) + "kb mtu 64kb drop flowid :1");
        });
        return lines;
    }

    /** A floor alone is the network's to keep, and limits nobody. */
    private static boolean limits(Element direction) {
        return !direction.attribute("average", "0").equals("0");
    }

    private void clear(String link) {
        // Refused when there is nothing to be taken away, and that is as good.
        commands.attempt(
                "traffic control",
                "qdisc del dev " + link + " root\nqdisc del dev " + link + " ingress\n",
                List.of("tc", "-force", "-batch", "-"));
    }
}
