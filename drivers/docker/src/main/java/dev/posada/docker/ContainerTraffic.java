package dev.posada.docker;

import dev.posada.driver.Abilities.InterfaceFigures;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.TypedParameter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What passed the links of a container, as it sees them itself: the counters of its own network namespace, which the
 * kernel shows under the number of its first process.
 */
final class ContainerTraffic {
    private static final int LINKS_MAX = 1000;
    private static final String LOOPBACK = "lo";

    /** Where what was sent begins: eight counters of what was received stand before. */
    private static final int SENT = 8;

    private static final int COUNTERS = 12;

    private ContainerTraffic() {}

    /** The {@code net} group of a bulk answer. */
    static List<TypedParameter> group(DomainDefinition definition, long pid) {
        var parameters = new ArrayList<TypedParameter>();
        var links = links(pid);
        var nics = definition.devices("interface");
        var names = LiveInterfaces.inside(definition, List.copyOf(links.keySet()));
        int count = (int) names.stream().filter(links::containsKey).count();
        parameters.add(TypedParameter.ofUnsigned("net.count", count));
        int number = 0;
        for (int i = 0; i < nics.size(); i++) {
            var figures = links.get(names.get(i));
            if (figures == null) {
                continue;
            }
            var prefix = "net." + number++ + ".";
            parameters.add(
                    TypedParameter.ofText(prefix + "name", host(nics.get(i)).orElse(names.get(i))));
            parameters.add(TypedParameter.ofUnsigned(prefix + "rx.bytes", figures.rxBytes()));
            parameters.add(TypedParameter.ofUnsigned(prefix + "rx.pkts", figures.rxPackets()));
            parameters.add(TypedParameter.ofUnsigned(prefix + "rx.errs", figures.rxErrors()));
            parameters.add(TypedParameter.ofUnsigned(prefix + "rx.drop", figures.rxDropped()));
            parameters.add(TypedParameter.ofUnsigned(prefix + "tx.bytes", figures.txBytes()));
            parameters.add(TypedParameter.ofUnsigned(prefix + "tx.pkts", figures.txPackets()));
            parameters.add(TypedParameter.ofUnsigned(prefix + "tx.errs", figures.txErrors()));
            parameters.add(TypedParameter.ofUnsigned(prefix + "tx.drop", figures.txDropped()));
        }
        return parameters;
    }

    /**
     * The traffic of one interface.
     *
     * @param device its name in the container or on the host, or its MAC address
     */
    static InterfaceFigures of(DomainDefinition definition, long pid, String device) {
        var links = links(pid);
        var named = Optional.ofNullable(links.get(device));
        if (named.isPresent()) {
            return named.get();
        }
        var nics = definition.devices("interface");
        var names = LiveInterfaces.inside(definition, List.copyOf(links.keySet()));
        for (int i = 0; i < nics.size(); i++) {
            boolean meant = host(nics.get(i)).filter(device::equals).isPresent()
                    || nics.get(i).child("mac").stream()
                            .anyMatch(mac -> mac.attribute("address", "").equalsIgnoreCase(device));
            var figures = links.get(names.get(i));
            if (meant && figures != null) {
                return figures;
            }
        }
        throw Refusal.of(
                ErrorCode.INVALID_ARG,
                "invalid path, '" + Refusal.shown(device) + "' is not a known interface of domain '" + definition.name()
                        + "'");
    }

    private static Optional<String> host(Element nic) {
        return nic.child("target").flatMap(target -> target.attribute("dev")).filter(name -> !name.isEmpty());
    }

    /** The links of a container by their names in it, but its loopback. */
    static List<String> names(long pid) {
        return List.copyOf(links(pid).keySet());
    }

    /** The counters of a container's links by their names in it, the engine's first. */
    private static Map<String, InterfaceFigures> links(long pid) {
        var links = new LinkedHashMap<String, InterfaceFigures>();
        if (pid <= 0) {
            return links;
        }
        try (var lines = Files.lines(Path.of("/proc", Long.toString(pid), "net", "dev"))) {
            lines.limit(LINKS_MAX)
                    .filter(line -> line.indexOf(':') > 0)
                    .sorted()
                    .forEach(line -> {
                        var name = line.substring(0, line.indexOf(':')).strip();
                        var counters =
                                line.substring(line.indexOf(':') + 1).strip().split("\\s+");
                        if (!name.equals(LOOPBACK) && counters.length >= COUNTERS) {
                            links.put(name, figures(counters));
                        }
                    });
        } catch (IOException | UncheckedIOException gone) {
            return new LinkedHashMap<>();
        }
        return links;
    }

    private static InterfaceFigures figures(String[] counters) {
        return new InterfaceFigures(
                counter(counters, 0),
                counter(counters, 1),
                counter(counters, 2),
                counter(counters, 3),
                counter(counters, SENT),
                counter(counters, SENT + 1),
                counter(counters, SENT + 2),
                counter(counters, SENT + 3));
    }

    private static long counter(String[] counters, int at) {
        try {
            return Long.parseUnsignedLong(counters[at]);
        } catch (NumberFormatException damaged) {
            return 0;
        }
    }
}
