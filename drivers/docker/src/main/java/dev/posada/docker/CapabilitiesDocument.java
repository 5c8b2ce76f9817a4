package dev.posada.docker;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What this driver says of itself: the documents of {@code virConnectGetCapabilities} and of domain capabilities. */
final class CapabilitiesDocument {
    static final String DOMAIN_TYPE = "docker";

    private CapabilitiesDocument() {}

    /** The host's own element, and the one kind of guest there is. */
    static Element of(Element host, String architecture) {
        return Element.of("capabilities")
                .plus(host)
                .plus(Element.of("guest")
                        .plus(Element.text("os_type", "exe"))
                        .plus(Element.of("arch", "name", architecture)
                                .plus(Element.text("wordsize", architecture.endsWith("64") ? "64" : "32"))
                                .plus(Element.of("domain", "type", DOMAIN_TYPE)))
                        .plus(Element.of("features").plus(Element.of("privnet")).plus(Element.of("capabilities"))));
    }

    /**
     * What a container can have.
     *
     * @throws dev.posada.model.PosadaException {@code INVALID_ARG} for another architecture or type
     */
    static Element domain(
            String host,
            int maxVcpus,
            Optional<String> emulator,
            Optional<String> architecture,
            Optional<String> machine,
            Optional<String> type) {
        refuse(emulator, "no container has an emulator");
        refuse(machine, "no container has a machine type");
        refuse(type.filter(one -> !one.equals(DOMAIN_TYPE)), "domains of this driver are of type 'docker'");
        refuse(architecture.filter(one -> !one.equals(host)), "containers run on the host's processors, " + host);
        return Element.of("domainCapabilities")
                .plus(Element.text("domain", DOMAIN_TYPE))
                .plus(Element.text("arch", host))
                .plus(Element.of("vcpu", "max", Integer.toString(maxVcpus)))
                .plus(Element.of("os", "supported", "yes"))
                .plus(Element.of("devices")
                        .plus(Element.of("disk", "supported", "no"))
                        .plus(Element.of("graphics", "supported", "no"))
                        .plus(Element.of("video", "supported", "no"))
                        .plus(device("hostdev")
                                .plus(values("mode", "capabilities"))
                                .plus(values("capsType", "storage", "misc")))
                        .plus(Element.of("rng", "supported", "no"))
                        .plus(device("filesystem").plus(values("type", "template", "mount", "volume", "ram")))
                        .plus(device("interface").plus(values("type", "network", "bridge", "internal")))
                        .plus(device("console").plus(values("type", "pty", "stdio", "null"))))
                .plus(Element.of("features")
                        .plus(Element.of("gic", "supported", "no"))
                        .plus(Element.of("vmcoreinfo", "supported", "no"))
                        .plus(Element.of("genid", "supported", "no"))
                        .plus(Element.of("backingStoreInput", "supported", "no"))
                        .plus(Element.of("backup", "supported", "no")));
    }

    private static Element device(String name) {
        return Element.of(name, "supported", "yes");
    }

    private static Element values(String name, String... values) {
        List<Element> content =
                Arrays.stream(values).map(value -> Element.text("value", value)).toList();
        return Element.of("enum", "name", name).withContent(content);
    }

    private static void refuse(Optional<String> asked, String why) {
        if (asked.filter(one -> !one.isEmpty()).isPresent()) {
            throw Refusal.of(ErrorCode.INVALID_ARG, "'" + Refusal.shown(asked.get()) + "': " + why);
        }
    }
}
