package dev.posada.simulator;

import dev.posada.model.Content;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.util.ArrayList;
import java.util.Set;

/** Fills in what every simulated domain has: an architecture, something to boot from, a place for devices. */
final class Completion {
    private static final Set<String> OS_TYPES = Set.of("hvm", "xen", "linux", "exe");

    private Completion() {}

    static DomainDefinition of(DomainDefinition definition) {
        var os = definition.root().child("os").orElse(Element.of("os"));
        var type = os.child("type").orElse(Element.text("type", "hvm"));
        if (!OS_TYPES.contains(type.text())) {
            throw new PosadaException(
                    ErrorCode.CONFIG_UNSUPPORTED,
                    ErrorOrigin.TEST,
                    "no guest of os type '" + type.text() + "'; use hvm or xen");
        }
        var completed = definition.withChild(withBoot(os, type));
        return completed.root().child("devices").isPresent() ? completed : completed.withChild(Element.of("devices"));
    }

    private static Element withBoot(Element os, Element type) {
        var typed = type.attribute("arch").isPresent() ? type : type.with("arch", "i686");
        var content = new ArrayList<Content>();
        content.add(typed);
        content.addAll(os.withoutChildren(child -> child.name().equals("type")).content());
        boolean boots = os.child("boot").isPresent()
                || os.child("kernel").isPresent()
                || os.child("bootloader").isPresent();
        if (!boots && type.text().equals("hvm")) {
            content.add(Element.of("boot", "dev", "hd"));
        }
        return os.withContent(content);
    }
}
