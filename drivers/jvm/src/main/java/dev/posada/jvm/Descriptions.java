package dev.posada.jvm;

import dev.posada.model.Element;
import java.util.Optional;

/** What clients are told of this driver: which programs can be run here. */
final class Descriptions {
    private Descriptions() {}

    /** The capabilities document: the host, and Java programs as its one kind of guest. */
    static Element capabilities(Element host, String architecture, Optional<String> launcher) {
        var arch = Element.of("arch", "name", architecture)
                .plus(Element.text("wordsize", architecture.equals("i686") ? "32" : "64"));
        if (launcher.isPresent()) {
            arch = arch.plus(Element.text("emulator", launcher.get()));
        }
        return Element.of("capabilities")
                .plus(host)
                .plus(Element.of("guest")
                        .plus(Element.text("os_type", Completion.OS_TYPE))
                        .plus(arch.plus(Element.of("domain", "type", Completion.TYPE))));
    }

    /** What a domain of this kind could have. */
    static Element domain(String architecture, Optional<String> launcher, int vcpusMax) {
        var document = Element.of("domainCapabilities");
        if (launcher.isPresent()) {
            document = document.plus(Element.text("path", launcher.get()));
        }
        return document.plus(Element.text("domain", Completion.TYPE))
                .plus(Element.text("arch", architecture))
                .plus(Element.of("vcpu", "max", Integer.toString(vcpusMax)))
                .plus(Element.of("os", "supported", "yes"));
    }
}
