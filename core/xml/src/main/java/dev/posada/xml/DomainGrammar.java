package dev.posada.xml;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import java.util.List;

/**
 * What a domain definition may hold: every element and attribute libvirt documents for QEMU and KVM domains.
 *
 * <p>The rules are data, in {@code domain.outline} beside this class, read when first needed. Safe for any thread.
 */
public final class DomainGrammar {
    /**
     * Something in a definition that the format does not know.
     *
     * @param path where it stands, as {@code /domain/devices/disk[2]/foo} or {@code /domain/os/@bar}
     * @param line the line it was read from, from 1; 0 when the program made it
     */
    public record Unknown(String path, int line) {
        @Override
        public String toString() {
            return line > 0 ? path + " (line " + line + ")" : path;
        }
    }

    private static final class Holder {
        static final Rule DOMAIN = Outline.load("domain.outline");
    }

    private DomainGrammar() {}

    /**
     * What a definition holds that the format does not know, in document order. Reading keeps such things, since nothing
     * a user wrote may be lost; a start should refuse them, since nobody will honour them.
     */
    public static List<Unknown> unknown(DomainDefinition definition) {
        return new UnknownSearch(Holder.DOMAIN).search(definition.root());
    }

    /**
     * Checks a {@code domain} element and all inside against the format: names, places, numbers, values.
     *
     * @throws dev.posada.model.PosadaException {@code XML_INVALID_SCHEMA} with the line, the element or attribute that is
     *     wrong, and what is allowed there
     */
    public static void validate(Element domain) {
        new StrictCheck("domain_definition").check(domain, Holder.DOMAIN);
    }

    /**
     * A {@code domain} element with everything in the order libvirt writes and every value in its canonical form.
     *
     * @throws dev.posada.model.PosadaException {@code XML_ERROR} when a value is none its place can have
     */
    static Element canonical(Element domain) {
        return new Canonical(true).element(domain, Holder.DOMAIN);
    }

    /** A {@code domain} element with everything in the order libvirt writes, and nothing else changed. */
    static Element ordered(Element domain) {
        return new Canonical(false).element(domain, Holder.DOMAIN);
    }

    /** Whether the format knows an element, given by the names on the way to it from the root. */
    static boolean knows(List<String> path) {
        var rule = Holder.DOMAIN;
        for (var name : path) {
            var alternatives = rule.children().get(name);
            if (alternatives == null) {
                return false;
            }
            rule = alternatives.getFirst();
        }
        return true;
    }

    static Rule rule() {
        return Holder.DOMAIN;
    }
}
