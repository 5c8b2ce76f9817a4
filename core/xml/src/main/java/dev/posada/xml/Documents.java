package dev.posada.xml;

import dev.posada.model.Element;
import dev.posada.model.ErrorOrigin;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads and writes XML documents of any kind as {@link Element} trees: definitions, capabilities, status files.
 *
 * <p>What is read is the part of XML that libvirt's documents use: elements, attributes, text, character data sections,
 * the five predefined entities, character references and namespaces, whose prefixes stay part of the names. Comments and
 * processing instructions are passed over. A document type declaration is refused, so no document can name a file, reach
 * a host, or grow while it is read. Each length has a bound, and nothing is read recursively.
 *
 * <p>White space that only separates elements is dropped; an element that mixes text and elements keeps every character.
 * For every tree read, {@code parse(format(tree))} gives the same tree but for line numbers. Safe for any thread.
 */
public final class Documents {
    /** The longest document, in bytes or characters. */
    public static final int MAX_LENGTH = 4 * 1024 * 1024;

    /** How deep elements may stand inside one another. */
    public static final int MAX_DEPTH = 64;

    /** The most attributes one element may have. */
    public static final int MAX_ATTRIBUTES = 256;

    private static final char REPLACEMENT = '\uFFFD';

    private Documents() {}

    /**
     * Reads a document.
     *
     * @throws dev.posada.model.PosadaException {@code XML_DETAIL} of origin {@code XML}, with line and excerpt, when the
     *     text is not well formed or beyond a bound
     */
    public static Element parse(String text) {
        return parse(text, "document", ErrorOrigin.XML);
    }

    /**
     * Reads a document, with errors that name it.
     *
     * @param what names the document in messages, as {@code domain_definition}
     * @param origin the part of the system that errors come from
     * @throws dev.posada.model.PosadaException {@code XML_DETAIL}, with line and excerpt, when the text is not well formed
     *     or beyond a bound
     */
    public static Element parse(String text, String what, ErrorOrigin origin) {
        return new DocumentReader(text, new DocumentProblem(text, what, origin)).document();
    }

    /**
     * Reads a document in UTF-8, with or without a byte order mark.
     *
     * @throws dev.posada.model.PosadaException {@code XML_DETAIL} as for text, and when the bytes are not UTF-8
     */
    public static Element parse(byte[] utf8) {
        return parse(utf8, "document", ErrorOrigin.XML);
    }

    /** Reads a document in UTF-8, with errors that name it; see {@link #parse(String, String, ErrorOrigin)}. */
    public static Element parse(byte[] utf8, String what, ErrorOrigin origin) {
        if (utf8.length > MAX_LENGTH) {
            throw new DocumentProblem("", what, origin).tooLong(utf8.length);
        }
        var text = new String(utf8, StandardCharsets.UTF_8);
        int replaced = text.indexOf(REPLACEMENT);
        // The decoder puts this character where bytes are wrong; it may also stand there by right.
        if (replaced >= 0 && !Arrays.equals(text.getBytes(StandardCharsets.UTF_8), utf8)) {
            throw new DocumentProblem(text, what, origin)
                    .at(replaced, "Input is not proper UTF-8: save the document in that encoding");
        }
        return parse(text, what, origin);
    }

    /**
     * Writes a document as libvirt does: two spaces a level, attributes in single quotes, an empty element as
     * {@code <x/>}, a line feed at the end; what stands inside {@code <metadata>} has its attributes in double quotes.
     *
     * @throws IllegalArgumentException when a name or a value holds what no XML document may
     */
    public static String format(Element element) {
        return new DocumentWriter().write(element);
    }

    /**
     * Writes a document as libxml2 does, and with it the tools that edit documents by it: like {@link #format}, but with
     * attributes in double quotes throughout.
     *
     * @throws IllegalArgumentException when a name or a value holds what no XML document may
     */
    public static String formatDoubleQuoted(Element element) {
        return new DocumentWriter().writeForeign(element);
    }
}
