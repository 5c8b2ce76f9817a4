package dev.posada.jvm;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import java.util.Map;
import java.util.Set;

/** Sees to it that a start does everything a definition asks for: what nobody honours is refused, not passed over. */
final class Honour {
    /** The elements of the root that are honoured, or say nothing about how the program runs. */
    private static final Set<String> ROOT = Set.of(
            "name",
            "uuid",
            "title",
            "description",
            "metadata",
            "genid",
            "maxMemory",
            "memory",
            "currentMemory",
            "vcpu",
            "cputune",
            "memtune",
            "resource",
            "os",
            "features",
            "clock",
            "on_poweroff",
            "on_reboot",
            "on_crash",
            "devices",
            JavaProgram.ELEMENT);

    /** The children of elements whose children are each a wish of its own. */
    private static final Map<String, Set<String>> BELOW = Map.of(
            "cputune",
            Set.of("shares", "period", "quota", "global_period", "global_quota", "emulatorpin"),
            "memtune",
            Set.of("hard_limit", "soft_limit", "swap_hard_limit"),
            JavaProgram.ELEMENT,
            Set.of("jvm:classpath", "jvm:modulepath", "jvm:property", "jvm:option"),
            "features",
            Set.of());

    private static final Set<String> JAVA_ATTRIBUTES = Set.of("jdk", "jar", "main", "module");

    private Honour() {}

    /**
     * Looks through a definition.
     *
     * @throws dev.posada.model.PosadaException {@code CONFIG_UNSUPPORTED}, naming the element
     */
    static void check(DomainDefinition definition) {
        for (var child : definition.root().children()) {
            if (!ROOT.contains(child.name())) {
                throw refused(child, "domain");
            }
            var known = BELOW.get(child.name());
            if (known != null) {
                for (var below : child.children()) {
                    if (!known.contains(below.name())) {
                        throw refused(below, child.name());
                    }
                }
            }
            if (child.name().equals(JavaProgram.ELEMENT)) {
                for (var attribute : child.attributes().keySet()) {
                    if (!JAVA_ATTRIBUTES.contains(attribute) && !attribute.startsWith("xmlns")) {
                        throw Refusal.unsupported(
                                child, "<jvm:java " + Refusal.shown(attribute) + "='…'> is not supported");
                    }
                }
            }
        }
    }

    private static dev.posada.model.PosadaException refused(Element child, String where) {
        return Refusal.unsupported(
                child, "<" + Refusal.shown(child.name()) + "> in <" + where + "> is not supported for Java programs");
    }
}
