package dev.posada.xml;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.util.Set;

/**
 * Domain definitions as text: reads what users write into canonical {@link DomainDefinition}s and writes them again.
 *
 * <p>Reading fills in what libvirt fills in whatever the hypervisor: the uuid, units, the current memory, actions at an
 * ending, the clock, bus and kind of each disk, the mac of each interface, the serial port behind a console, controllers
 * that disks and channels cannot be without. What only a driver knows (machine type, PCI addresses, default video) stays
 * open for it. A definition that has been read once reads the same again.
 *
 * <p>What the format does not know stays in the definition, where {@link DomainGrammar#unknown} finds it. Safe for any
 * thread.
 */
public final class DomainXml {
    /** What to write of a definition. */
    public enum Part {
        /** Passwords too ({@code VIR_DOMAIN_XML_SECURE}). */
        SECRETS,
        /** Nothing that only a running domain has ({@code VIR_DOMAIN_XML_INACTIVE}). */
        INACTIVE,
        /** What another host needs to run it ({@code VIR_DOMAIN_XML_MIGRATABLE}): no private namespace of this host. */
        MIGRATABLE
    }

    private static final String NAME = "domain_definition";

    private DomainXml() {}

    /**
     * Reads a definition that comes from outside. What only a running domain has (its number, aliases the daemon chose,
     * ports it found) is left out.
     *
     * @param text one {@code domain} element
     * @param strict whether the document must match the documented format in every element and attribute
     * @throws PosadaException {@code XML_DETAIL} when the text is not well formed; {@code XML_ERROR} and its relatives
     *     when a definition says what none can say; {@code XML_INVALID_SCHEMA} when {@code strict} and something is
     *     unknown or out of place
     */
    public static DomainDefinition parse(String text, boolean strict) {
        return parse(Documents.parse(text, NAME, ErrorOrigin.DOMAIN), strict);
    }

    /** Reads a definition from a tree already parsed, as when it is a part of a snapshot; see the other form. */
    public static DomainDefinition parse(Element root, boolean strict) {
        RootElement.check(root, "domain");
        if (strict) {
            DomainGrammar.validate(root);
        }
        return filled(Inactive.of(Namespaces.normal(root)));
    }

    /**
     * Reads the definition of a running domain that this daemon wrote, as from a status file: number, aliases and ports
     * are kept.
     *
     * @throws PosadaException as for a definition from outside, since files can be torn
     */
    public static DomainDefinition parseLive(Element root) {
        RootElement.check(root, "domain");
        return filled(Namespaces.normal(root));
    }

    /**
     * A definition with everything filled in that can be without knowing the hypervisor; the same one when nothing is
     * missing. For drivers, after they have added devices of their own.
     *
     * @throws PosadaException as when a definition is read
     */
    public static DomainDefinition filled(DomainDefinition definition) {
        return filled(definition.root());
    }

    private static DomainDefinition filled(Element root) {
        var domain = RootDefaults.fill(DomainGrammar.canonical(RootDefaults.identity(root)));
        domain = domain.withChild(new DeviceDefaults(domain).fill());
        DomainChecks.check(domain);
        return new DomainDefinition(DomainGrammar.ordered(domain));
    }

    /**
     * Writes a definition as libvirt does.
     *
     * @param secure whether passwords are written too ({@code VIR_DOMAIN_XML_SECURE})
     */
    public static String format(DomainDefinition definition, boolean secure) {
        return format(definition, secure ? Set.of(Part.SECRETS) : Set.of());
    }

    /** Whether a definition holds passwords or their like, which are written only when asked for. */
    public static boolean hasSecrets(DomainDefinition definition) {
        return !Secrets.without(definition.root()).equals(definition.root());
    }

    /** Writes a definition as libvirt does, in order, with the parts that are asked for. */
    public static String format(DomainDefinition definition, Set<Part> parts) {
        return Documents.format(document(definition, parts));
    }

    /** The tree that {@link #format} writes, as for a part of another document. */
    public static Element document(DomainDefinition definition, Set<Part> parts) {
        var root = definition.root();
        if (parts.contains(Part.INACTIVE) || parts.contains(Part.MIGRATABLE)) {
            root = Inactive.of(root);
        }
        if (parts.contains(Part.MIGRATABLE)) {
            root = Migratable.of(root);
        }
        root = DomainGrammar.ordered(root);
        return parts.contains(Part.SECRETS) ? root : Secrets.without(root);
    }
}
