package dev.posada.xml;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.model.SecretDefinition;
import dev.posada.model.SecretUsage;
import java.util.UUID;

/**
 * Definitions of secrets as text: reads what users write into canonical {@link SecretDefinition}s and writes them again.
 * A value never stands in a document. Safe for any thread.
 */
public final class SecretXml {
    private static final String NAME = "definition_of_secret";

    private static final class Holder {
        static final Rule SECRET = Outline.load("secret.outline");
    }

    private SecretXml() {}

    /**
     * Reads a definition that comes from outside; one without uuid gets one.
     *
     * @param text one {@code secret} element
     * @param strict whether the document must match the documented format in every element and attribute
     * @throws PosadaException with libvirt's code, of origin {@code SECRET}, when it says what no definition can say
     */
    public static SecretDefinition parse(String text, boolean strict) {
        var root = RootElement.read(text, NAME, "secret", ErrorOrigin.SECRET);
        if (strict) {
            new StrictCheck(NAME).check(root, Holder.SECRET);
        }
        root = flag(flag(Namespaces.normal(root), "ephemeral"), "private");
        root = usage(identified(root));
        return new SecretDefinition(new Canonical(false).element(root, Holder.SECRET));
    }

    /** Writes a definition as libvirt does. */
    public static String format(SecretDefinition definition) {
        return Documents.format(definition.root());
    }

    private static Element flag(Element root, String name) {
        var word = root.attribute(name, "no");
        if (!word.equals("yes") && !word.equals("no")) {
            throw error(ErrorCode.XML_ERROR, "invalid value of '" + name + "'");
        }
        return root.with(name, word);
    }

    private static Element identified(Element root) {
        var given = root.childText("uuid").filter(text -> !text.isEmpty());
        var uuid = given.isEmpty()
                ? UUID.randomUUID().toString()
                : Addresses.uuid(given.get())
                        .orElseThrow(() -> error(ErrorCode.INTERNAL_ERROR, "malformed uuid element"));
        return root.withChild(Element.text("uuid", uuid));
    }

    private static Element usage(Element root) {
        var given = root.child("usage");
        if (given.isEmpty()) {
            return root;
        }
        var word = given.get()
                .attribute("type")
                .orElseThrow(() -> error(ErrorCode.XML_ERROR, "unknown secret usage type"));
        var usage = SecretUsage.ofWord(word)
                .orElseThrow(
                        () -> error(ErrorCode.CONFIG_UNSUPPORTED, "unknown secret usage type " + Invalid.shown(word)));
        if (usage == SecretUsage.NONE) {
            return root.withoutChildren(child -> child.name().equals("usage"));
        }
        if (given.get()
                .childText(usage.element())
                .filter(text -> !text.isEmpty())
                .isEmpty()) {
            throw error(ErrorCode.INTERNAL_ERROR, usage.missing());
        }
        return root;
    }

    private static PosadaException error(ErrorCode code, String problem) {
        return new PosadaException(code, ErrorOrigin.SECRET, problem);
    }
}
