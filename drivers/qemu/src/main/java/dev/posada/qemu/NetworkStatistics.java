package dev.posada.qemu;

import dev.posada.driver.Abilities.InterfaceFigures;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.model.TypedParameter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The traffic of a guest's interfaces, as the host counts it on their other side: what the guest receives the host sends.
 * Interfaces without a device on the host, as those of user-mode networking, have no figures.
 */
final class NetworkStatistics {
    private static final Path COUNTERS = Path.of("/proc/net/dev");
    private static final int LINKS_MAX = 100_000;

    /** Where what was sent begins: eight counters of what was received stand before. */
    private static final int SENT = 8;

    private static final long UNKNOWN = -1;
    private static final InterfaceFigures NONE =
            new InterfaceFigures(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN);

    private NetworkStatistics() {}

    /** The {@code net} group of a bulk answer. */
    static List<TypedParameter> group(DomainDefinition definition) {
        var parameters = new ArrayList<TypedParameter>();
        var interfaces = definition.devices("interface");
        parameters.add(TypedParameter.ofUnsigned("net.count", interfaces.size()));
        for (int i = 0; i < interfaces.size(); i++) {
            var link = link(interfaces.get(i));
            if (link.isEmpty()) {
                continue;
            }
            var prefix = "net." + i + ".";
            parameters.add(TypedParameter.ofText(prefix + "name", link.get()));
            var figures = figures(interfaces.get(i), link.get());
            add(parameters, prefix + "rx.bytes", figures.rxBytes());
            add(parameters, prefix + "rx.pkts", figures.rxPackets());
            add(parameters, prefix + "rx.errs", figures.rxErrors());
            add(parameters, prefix + "rx.drop", figures.rxDropped());
            add(parameters, prefix + "tx.bytes", figures.txBytes());
            add(parameters, prefix + "tx.pkts", figures.txPackets());
            add(parameters, prefix + "tx.errs", figures.txErrors());
            add(parameters, prefix + "tx.drop", figures.txDropped());
        }
        return parameters;
    }

    private static void add(List<TypedParameter> parameters, String name, long value) {
        if (value != UNKNOWN) {
            parameters.add(TypedParameter.ofUnsigned(name, value));
        }
    }

    /**
     * The traffic of one interface.
     *
     * @param device its device on the host, or its MAC address
     * @throws PosadaException {@code INVALID_ARG} when there is none, {@code OPERATION_UNSUPPORTED} when the host does not
     *     count it
     */
    static InterfaceFigures of(DomainDefinition definition, String device) {
        var found = definition.devices("interface").stream()
                .filter(each -> link(each).filter(device::equals).isPresent()
                        || each.child("mac").stream()
                                .anyMatch(mac -> mac.attribute("address", "").equalsIgnoreCase(device)))
                .findFirst()
                .orElseThrow(() -> new PosadaException(
                        ErrorCode.INVALID_ARG,
                        ErrorOrigin.QEMU,
                        "invalid path, '" + device + "' is not a known interface of domain '" + definition.name()
                                + "'"));
        return link(found)
                .map(link -> figures(found, link))
                .orElseThrow(() -> new PosadaException(
                        ErrorCode.OPERATION_UNSUPPORTED,
                        ErrorOrigin.QEMU,
                        "interface '" + device + "' has no device on the host whose traffic could be told"));
    }

    private static Optional<String> link(Element device) {
        return device.child("target").flatMap(target -> target.attribute("dev")).filter(name -> !name.isEmpty());
    }

    /**
     * The counters of a link, as the kernel lists them for this process's own network namespace; a host's /sys may be that
     * of another.
     */
    private static InterfaceFigures figures(Element nic, String link) {
        boolean guestsSide = nic.has("type", "direct");
        try (var lines = Files.lines(COUNTERS)) {
            return lines.limit(LINKS_MAX)
                    .map(String::strip)
                    .filter(line -> line.startsWith(link + ":"))
                    .findFirst()
                    .map(line -> figures(
                            guestsSide,
                            line.substring(link.length() + 1).strip().split("\\s+")))
                    .orElse(NONE);
        } catch (IOException | UncheckedIOException notThere) {
            return NONE;
        }
    }

    /** What a tap has sent the guest has received; a macvtap is the guest's own side. */
    private static InterfaceFigures figures(boolean guestsSide, String[] counters) {
        int received = guestsSide ? 0 : SENT;
        int sent = guestsSide ? SENT : 0;
        return new InterfaceFigures(
                counter(counters, received),
                counter(counters, received + 1),
                counter(counters, received + 2),
                counter(counters, received + 3),
                counter(counters, sent),
                counter(counters, sent + 1),
                counter(counters, sent + 2),
                counter(counters, sent + 3));
    }

    private static long counter(String[] counters, int at) {
        try {
            return at < counters.length ? Long.parseUnsignedLong(counters[at]) : UNKNOWN;
        } catch (NumberFormatException damaged) {
            return UNKNOWN;
        }
    }
}
