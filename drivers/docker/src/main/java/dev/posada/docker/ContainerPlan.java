package dev.posada.docker;

import dev.posada.docker.ContainerSpec.Attachment;
import dev.posada.docker.ContainerSpec.Bind;
import dev.posada.docker.ContainerSpec.Memory;
import dev.posada.docker.ContainerSpec.Mount;
import dev.posada.docker.ContainerSpec.Port;
import dev.posada.docker.ContainerSpec.Restart;
import dev.posada.docker.ContainerSpec.Volume;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** Turns a complete definition into what is asked of the engine. Pure: the same definition gives the same container. */
final class ContainerPlan {
    /** A name of a host has no longer parts. */
    private static final int HOSTNAME_MAX = 63;

    private static final String ALL = "ALL";

    private static final Map<String, Long> UNITS = Map.ofEntries(
            Map.entry("b", 1L),
            Map.entry("bytes", 1L),
            Map.entry("KB", 1000L),
            Map.entry("K", 1024L),
            Map.entry("k", 1024L),
            Map.entry("KiB", 1024L),
            Map.entry("MB", 1_000_000L),
            Map.entry("M", 1L << 20),
            Map.entry("MiB", 1L << 20),
            Map.entry("GB", 1_000_000_000L),
            Map.entry("G", 1L << 30),
            Map.entry("GiB", 1L << 30));

    private ContainerPlan() {}

    static ContainerSpec of(DomainDefinition definition) {
        var os = definition.root().child("os").orElse(Element.of("os"));
        var own = Words.container(definition);
        var arguments = os.children("initarg").stream().map(Element::text).toList();
        var root = root(definition);
        var networks = networks(definition);
        return new ContainerSpec(
                definition.name(),
                root.flatMap(one -> one.child("source"))
                        .map(source -> source.attribute("name", ""))
                        .orElse(""),
                entrypoint(os, own),
                arguments,
                environment(os),
                os.childText("initdir").filter(text -> !text.isEmpty()),
                user(os),
                hostname(definition, own, networks),
                labels(own),
                mounts(definition),
                console(definition).filter(type -> type.equals("pty")).isPresent(),
                console(definition).filter(type -> !type.equals("null")).isPresent(),
                root.flatMap(one -> one.child("readonly")).isPresent(),
                own.child("docker:privileged").isPresent(),
                own.child("docker:init").isPresent(),
                capabilities(definition, true),
                capabilities(definition, false),
                devices(definition),
                networks,
                ports(definition),
                restart(definition, own),
                own.child("docker:stop").flatMap(stop -> stop.attribute("signal")),
                own.child("docker:stop")
                        .flatMap(stop -> stop.attribute("seconds"))
                        .map(Integer::valueOf),
                ContainerLimits.of(definition));
    }

    /** The file system everything else is put into. */
    static Optional<Element> root(DomainDefinition definition) {
        return definition.devices("filesystem").stream()
                .filter(one -> one.has("type", "template"))
                .findFirst();
    }

    /** The kind of the only console, when there is one. */
    static Optional<String> console(DomainDefinition definition) {
        return definition.devices("console").stream()
                .map(console -> console.attribute("type", "pty"))
                .findFirst();
    }

    private static Optional<List<String>> entrypoint(Element os, Element own) {
        var given = own.child("docker:entrypoint")
                .map(one -> one.children("docker:arg").stream()
                        .map(word -> word.attribute("value", ""))
                        .toList());
        return given.or(
                () -> os.childText("init").filter(text -> !text.isEmpty()).map(List::of));
    }

    private static List<String> environment(Element os) {
        return os.children("initenv").stream()
                .map(variable -> variable.attribute("name", "") + "=" + variable.text())
                .toList();
    }

    private static Optional<String> user(Element os) {
        var user = os.childText("inituser").filter(text -> !text.isEmpty());
        var group = os.childText("initgroup").filter(text -> !text.isEmpty());
        return user.or(() -> group.map(_ -> "0"))
                .map(name -> name + group.map(one -> ":" + one).orElse(""));
    }

    private static Optional<String> hostname(DomainDefinition definition, Element own, List<Attachment> networks) {
        var given = own.childText("docker:hostname").filter(text -> !text.isEmpty());
        if (given.isPresent() || networks.stream().anyMatch(one -> one.network().equals("host"))) {
            return given;
        }
        var name = definition.name().replaceAll("[^A-Za-z0-9.-]", "-");
        return Optional.of(name.substring(0, Math.min(name.length(), HOSTNAME_MAX)));
    }

    private static SequencedMap<String, String> labels(Element own) {
        var labels = new LinkedHashMap<String, String>();
        own.children("docker:label")
                .forEach(label -> labels.put(label.attribute("name", ""), label.attribute("value", "")));
        return labels;
    }

    private static List<Mount> mounts(DomainDefinition definition) {
        var mounts = new ArrayList<Mount>();
        for (var filesystem : definition.devices("filesystem")) {
            var source = filesystem.child("source").orElse(Element.of("source"));
            var target = filesystem
                    .child("target")
                    .map(one -> one.attribute("dir", ""))
                    .orElse("");
            boolean readOnly = filesystem.child("readonly").isPresent();
            switch (filesystem.attribute("type", "mount")) {
                case "mount" -> mounts.add(new Bind(source.attribute("dir", ""), target, readOnly));
                case "volume" -> mounts.add(new Volume(source.attribute("volume", ""), target, readOnly));
                case "ram" -> mounts.add(new Memory(bytes(source), target, readOnly));
                default -> {} // the root, or what was refused before
            }
        }
        return mounts;
    }

    /** The size of a file system in memory. */
    static long bytes(Element source) {
        var unit = source.attribute("units", "KiB");
        var factor = UNITS.get(unit);
        if (factor == null) {
            throw Refusal.xml(source, "unknown unit '" + Refusal.shown(unit) + "': write bytes, KiB, MiB or GiB");
        }
        return Long.parseLong(source.attribute("usage", "0")) * factor;
    }

    private static List<String> capabilities(DomainDefinition definition, boolean added) {
        var capabilities = definition.root().at("features", "capabilities");
        if (capabilities.isEmpty()) {
            return List.of();
        }
        var words = new ArrayList<String>();
        var policy = capabilities.get().attribute("policy", "default");
        if (added ? policy.equals("allow") : policy.equals("deny")) {
            words.add(ALL);
        }
        capabilities.get().children().stream()
                .filter(one -> one.has("state", added ? "on" : "off"))
                .map(one -> one.name().toUpperCase(Locale.ROOT))
                .forEach(words::add);
        return words;
    }

    private static List<String> devices(DomainDefinition definition) {
        return definition.devices("hostdev").stream()
                .flatMap(device -> device.child("source").stream())
                .flatMap(source -> source.children().stream())
                .map(Element::text)
                .toList();
    }

    private static List<Attachment> networks(DomainDefinition definition) {
        return definition.devices("interface").stream()
                .filter(nic -> nic.has("type", "internal"))
                .map(ContainerPlan::attachment)
                .toList();
    }

    /** What an interface in a network of the engine asks of it. */
    static Attachment attachment(Element nic) {
        return new Attachment(
                nic.child("source").map(source -> source.attribute("name", "")).orElse(""),
                nic.child("mac").flatMap(mac -> mac.attribute("address")),
                address(nic, "ipv4"),
                address(nic, "ipv6"));
    }

    private static Optional<String> address(Element nic, String family) {
        return nic.children("ip").stream()
                .filter(ip -> ip.attribute("family", "ipv4").equals(family))
                .flatMap(ip -> ip.attribute("address").stream())
                .findFirst();
    }

    private static List<Port> ports(DomainDefinition definition) {
        var ports = new ArrayList<Port>();
        for (var nic : definition.devices("interface")) {
            for (var forward : nic.children("portForward")) {
                for (var range : forward.children("range")) {
                    int first = number(range, "start", 0);
                    int last = number(range, "end", first);
                    int to = number(range, "to", first);
                    for (int port = first; port <= last; port++) {
                        ports.add(new Port(
                                forward.attribute("proto", "tcp"),
                                forward.attribute("address", ""),
                                port,
                                to + port - first));
                    }
                }
            }
        }
        return ports;
    }

    private static int number(Element element, String attribute, int otherwise) {
        return element.attribute(attribute).map(Integer::parseInt).orElse(otherwise);
    }

    /**
     * What the engine shall do by itself, also while no daemon of ours runs: begin a crashed program anew, as
     * {@code on_crash} has it, with the pauses in between that the engine makes. It cannot do so for a good end alone.
     */
    private static Restart restart(DomainDefinition definition, Element own) {
        var given = own.child("docker:restart");
        if (given.isPresent()) {
            return new Restart(given.get().attribute("policy", "no"), number(given.get(), "retries", 0));
        }
        if (!Words.restarts(definition.onCrash())) {
            return Restart.NO;
        }
        return new Restart(Words.restarts(definition.onPoweroff()) ? "always" : "on-failure", 0);
    }
}
