package dev.posada.xml;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;

/**
 * Domain definitions as text: reads what users write into canonical {@link DomainDefinition}s and writes them again.
 *
 * <p>Reading fills in what libvirt fills in whatever the hypervisor: the uuid, units, the current memory, actions at an
 * ending, the clock, bus and kind of each disk, the mac of each interface. What only a driver knows (machine type,
 * controllers, addresses) stays open for it. A definition that has been read once reads the same again.
 */
public final class DomainXml {
    private static final String NAME = "domain_definition";

    private DomainXml() {}

    /**
     * Reads a definition.
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

    /** Reads a definition from a tree already parsed, as when it is a part of a status file; see the other form. */
    public static DomainDefinition parse(Element root, boolean strict) {
        if (!root.name().equals("domain")) {
            throw new PosadaException(
                    ErrorCode.XML_ERROR,
                    ErrorOrigin.XML,
                    "expecting root element of 'domain', not '" + Invalid.shown(root.name()) + "'");
        }
        if (strict) {
            DomainGrammar.validate(root);
        }
        return new DomainDefinition(DomainGrammar.canonical(new RootDefaults(root).fill()));
    }

    /**
     * Writes a definition as libvirt does.
     *
     * @param secure whether passwords are written too ({@code VIR_DOMAIN_XML_SECURE})
     */
    public static String format(DomainDefinition definition, boolean secure) {
        var ordered = DomainGrammar.ordered(definition.root());
        return Documents.format(secure ? ordered : withoutSecrets(ordered));
    }

    private static Element withoutSecrets(Element root) {
        return root.mapChildren(part -> part.name().equals("devices")
                ? part.mapChildren(device -> device.name().equals("graphics") ? device.without("passwd") : device)
                : part);
    }
}
