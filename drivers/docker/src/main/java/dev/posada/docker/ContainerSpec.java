package dev.posada.docker;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What is asked of the engine for one domain, in the engine's words and without a call made. Everything but the name and
 * the limits is fixed when the container is made: a definition that asks for something else needs another container.
 *
 * @param image name of the image its root file system comes from
 * @param entrypoint the program with its first arguments; nothing for the image's own
 * @param command arguments, empty for the image's own
 * @param user as {@code 1000} or {@code www:www}
 * @param mounts what is put into its file system, in order
 * @param terminal whether its standard streams are a terminal
 * @param input whether its standard input is open
 * @param readOnly whether its root file system cannot be written
 * @param reaper whether the engine puts a program of its own before it that reaps orphans
 * @param networks the engine's networks it is in; empty for none
 * @param restart what the engine does by itself when it ends
 */
record ContainerSpec(
        String name,
        String image,
        Optional<List<String>> entrypoint,
        List<String> command,
        List<String> environment,
        Optional<String> directory,
        Optional<String> user,
        Optional<String> hostname,
        SequencedMap<String, String> labels,
        List<Mount> mounts,
        boolean terminal,
        boolean input,
        boolean readOnly,
        boolean privileged,
        boolean reaper,
        List<String> capabilitiesAdded,
        List<String> capabilitiesDropped,
        List<String> devices,
        List<Attachment> networks,
        List<Port> ports,
        Restart restart,
        Optional<String> stopSignal,
        Optional<Integer> stopSeconds,
        ContainerLimits limits) {
    ContainerSpec {
        entrypoint = entrypoint.map(List::copyOf);
        command = List.copyOf(command);
        environment = List.copyOf(environment);
        labels = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(labels));
        mounts = List.copyOf(mounts);
        capabilitiesAdded = List.copyOf(capabilitiesAdded);
        capabilitiesDropped = List.copyOf(capabilitiesDropped);
        devices = List.copyOf(devices);
        networks = List.copyOf(networks);
        ports = List.copyOf(ports);
    }

    /** Something put into the file system at {@code target}. */
    sealed interface Mount {
        String target();
    }

    /** A folder or file of the host. */
    record Bind(String source, String target, boolean readOnly) implements Mount {}

    /** A volume of the engine, made when there is none of this name. */
    record Volume(String name, String target, boolean readOnly) implements Mount {}

    /** Memory. */
    record Memory(long bytes, String target, boolean readOnly) implements Mount {}

    /** A place in a network of the engine. */
    record Attachment(String network, Optional<String> mac, Optional<String> ipv4, Optional<String> ipv6) {}

    /** A port of the host that leads to one of the container; an empty address for all of the host's. */
    record Port(String protocol, String address, int host, int container) {}

    /** What the engine does by itself when a container ends: {@code no}, {@code on-failure}, {@code always}… */
    record Restart(String policy, int retries) {
        static final Restart NO = new Restart("no", 0);
    }

    /**
     * All that is fixed when a container is made, a line each; two that agree need not be made anew. A digest of it stands
     * on containers, so what a line looks like is for ever.
     */
    String made() {
        var text = new StringBuilder();
        line(text, "image", image);
        entrypoint.ifPresent(words -> words.forEach(word -> line(text, "entrypoint", word)));
        command.forEach(word -> line(text, "command", word));
        environment.forEach(variable -> line(text, "environment", variable));
        directory.ifPresent(value -> line(text, "directory", value));
        user.ifPresent(value -> line(text, "user", value));
        hostname.ifPresent(value -> line(text, "hostname", value));
        labels.forEach((key, value) -> line(text, "label", key + "=" + value));
        mounts.forEach(mount -> line(text, "mount", told(mount)));
        line(text, "streams", (terminal ? "terminal" : "pipes") + (input ? ", input" : ""));
        line(text, "root", (readOnly ? "read-only" : "writable") + (privileged ? ", privileged" : ""));
        if (reaper) {
            line(text, "init", "the engine's");
        }
        capabilitiesAdded.forEach(value -> line(text, "capability", "+" + value));
        capabilitiesDropped.forEach(value -> line(text, "capability", "-" + value));
        devices.forEach(value -> line(text, "device", value));
        networks.forEach(one -> line(
                text,
                "network",
                one.network() + " " + one.mac().orElse("-") + " " + one.ipv4().orElse("-") + " "
                        + one.ipv6().orElse("-")));
        ports.forEach(port -> line(
                text, "port", port.protocol() + " " + port.address() + ":" + port.host() + " to " + port.container()));
        stopSignal.ifPresent(value -> line(text, "stop signal", value));
        stopSeconds.ifPresent(value -> line(text, "stop seconds", Integer.toString(value)));
        return text.toString();
    }

    private static String told(Mount mount) {
        return switch (mount) {
            case Bind(String source, String target, boolean readOnly) ->
                target + " is " + source + (readOnly ? ", read-only" : "");
            case Volume(String name, String target, boolean readOnly) ->
                target + " is volume " + name + (readOnly ? ", read-only" : "");
            case Memory(long bytes, String target, boolean readOnly) ->
                target + " is memory, " + bytes + (readOnly ? ", read-only" : "");
        };
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append(key).append(": ").append(value).append('\n');
    }
}
