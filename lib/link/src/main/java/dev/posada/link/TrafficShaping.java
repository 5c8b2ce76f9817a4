package dev.posada.link;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Limits to what passes a link, kept by {@code tc}: what leaves the host through it is queued (a hierarchical token bucket),
 * what enters is dropped beyond the limit (a policer). For a guest's link, what leaves the host is what the guest receives.
 *
 * <p>Safe for use by several threads, for one link by one at a time.
 */
public final class TrafficShaping {
    /** What a packet may be at most for the policer, segments offloaded by the card included. */
    private static final int POLICED_KIBIBYTES_MAX = 64;

    private static final List<String> BATCH = List.of("tc", "-batch", "-");

    private final HostCommands commands;

    public TrafficShaping(HostCommands commands) {
        this.commands = commands;
    }

    /**
     * Limits a link, whatever its limits were; without a rate a direction is free.
     *
     * @param what what is tried, as errors begin
     * @param leaving of what leaves the host
     * @param entering of what enters it
     * @throws LinkException UNSUPPORTED for a kernel without what is needed, and of any kind; the link may be free then
     */
    public void apply(String what, String link, Optional<Rate> leaving, Optional<Rate> entering) {
        if (leaving.isEmpty() && entering.isEmpty() && !HostCommands.has("tc")) {
            return;
        }
        clear(link);
        var lines = new StringBuilder();
        leaving.ifPresent(rate -> lines.append(leaving(link, rate)));
        if (!lines.isEmpty()) {
            commands.feed(what, lines.toString(), BATCH);
        }
        if (entering.isPresent()) {
            police(what, link, entering.get());
        }
    }

    private void police(String what, String link, Rate rate) {
        try {
            commands.feed(what, entering(link, rate), BATCH);
        } catch (LinkException e) {
            clear(link);
            if (e.kind() == LinkException.Kind.UNSUPPORTED) {
                throw new LinkException(
                        LinkException.Kind.UNSUPPORTED,
                        what
                                + ": this kernel cannot limit what guests send (no act_police): leave the outbound limit out",
                        e);
            }
            throw e;
        }
    }

    /** Frees a link; does nothing when it is free or gone. */
    public void clear(String link) {
        // A link without any is refused, in words that differ: that is no failure.
        commands.attempt("limits of " + link, "", List.of("tc", "qdisc", "del", "dev", link, "root"));
        commands.attempt("limits of " + link, "", List.of("tc", "qdisc", "del", "dev", link, "ingress"));
    }

    /** What {@code tc -batch} reads for what leaves. */
    static String leaving(String link, Rate rate) {
        return "qdisc add dev " + link + " root handle 1: htb default 1\n"
                + "class add dev " + link + " parent 1: classid 1:1 htb rate " + rate.averageKilobytes() + "kbps"
                + word(" ceil ", rate.peakKilobytes(), "kbps")
                + word(" burst ", rate.burstKibibytes(), "kb")
                + "\n";
    }

    /** What {@code tc -batch} reads for what enters. */
    static String entering(String link, Rate rate) {
        long burst = rate.burstKibibytes().orElse(rate.averageKilobytes());
        return "qdisc add dev " + link + " ingress\n"
                + "filter add dev " + link + " parent ffff: protocol all u32 match u32 0 0 police rate "
                + rate.averageKilobytes() + "kbps burst " + burst + "kb mtu " + POLICED_KIBIBYTES_MAX + "kb drop"
                + " flowid :1\n";
    }

    private static String word(String before, OptionalLong number, String unit) {
        return number.isPresent() ? before + number.getAsLong() + unit : "";
    }
}
