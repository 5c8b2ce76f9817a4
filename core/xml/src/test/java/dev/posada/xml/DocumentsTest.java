package dev.posada.xml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.model.Text;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentsTest {
    @Test
    void elementsAttributesAndTextAreReadWithLines() {
        var root =
                Documents.parse("<?xml version='1.0'?>\n<!-- c -->\n<a x='1' y=\"two\">\n  <b/>\n  <c>t</c>\n</a>\n");

        assertThat(root.name()).isEqualTo("a");
        assertThat(root.line()).isEqualTo(3);
        assertThat(root.attributes()).containsExactly(Map.entry("x", "1"), Map.entry("y", "two"));
        assertThat(root.children()).extracting(Element::name).containsExactly("b", "c");
        assertThat(root.children()).extracting(Element::line).containsExactly(4, 5);
        assertThat(root.childText("c")).contains("t");
    }

    @Test
    void referencesSectionsAndLineEndsAreResolved() {
        var root =
                Documents.parse("<a k='&lt;&#x41;\n&#10;'>&amp;&quot;&apos;&gt;\r\n<![CDATA[<x>&amp;]]>&#x1F600;</a>");

        assertThat(root.attribute("k")).contains("<A \n");
        assertThat(root.content()).containsExactly(new Text("&\"'>\n<x>&amp;\uD83D\uDE00"));
    }

    @Test
    void spaceBetweenElementsIsDroppedAndMixedContentIsKept() {
        assertThat(Documents.parse("<a> <b/> <c/> </a>").content()).hasSize(2);
        assertThat(Documents.parse("<a>x <b/> <c/> </a>").content()).hasSize(5);
        assertThat(Documents.parse("<a> </a>").content()).containsExactly(new Text(" "));
    }

    @Test
    void documentsAreWrittenAsLibvirtWritesThem() {
        var text =
                "<a x='it&apos;s &quot;&lt;&#10;'><b/><c>1 &gt; 0 &amp; it&apos;s</c><d><e/></d><f>m <g> <h/> </g> n</f></a>";

        assertThat(Documents.format(Documents.parse(text))).isEqualTo("""
                <a x='it&apos;s &quot;&lt;&#10;'>
                  <b/>
                  <c>1 &gt; 0 &amp; it&apos;s</c>
                  <d>
                    <e/>
                  </d>
                  <f>m <g><h/></g> n</f>
                </a>
                """);
    }

    @Test
    void metadataKeepsTheMannerOfItsWriters() {
        var text = "<d><metadata><a:b xmlns:a='urn:a' k=\"it's\">it's</a:b></metadata></d>";

        assertThat(Documents.format(Documents.parse(text))).contains("<a:b xmlns:a=\"urn:a\" k=\"it's\">it's</a:b>");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    ``                                   | 1 | Document is empty
                    junk                                 | 1 | Start tag expected, '<' not found
                    </a>                                 | 1 | Start tag expected, '</a>' found
                    <                                    | 1 | invalid element name
                    <a><                                 | 1 | invalid element name
                    <a>                                  | 1 | Premature end of data in tag a line 1
                    <a><b></a>                           | 1 | Opening and ending tag mismatch: b line 1 and a
                    <a x='1' x='2'/>                     | 1 | Attribute x redefined
                    <a x=1/>                             | 1 | AttValue: \" or ' expected
                    <a x/>                               | 1 | Specification mandates value for attribute x
                    <a x='<'/>                           | 1 | Unescaped '<' not allowed
                    <a x='1'y='2'/>                      | 1 | white space is missing
                    <a/><b/>                             | 1 | Extra content at the end of the document
                    <a>&b;</a>                           | 1 | Entity 'b' not defined
                    <a>& b</a>                           | 1 | expecting ';'
                    <a>&#0;</a>                          | 1 | invalid xmlChar value 0
                    <a>&#xD800;</a>                      | 1 | invalid xmlChar value
                    <a>&#99999999999999999999;</a>       | 1 | invalid xmlChar value
                    <a>&#x;</a>                          | 1 | invalid xmlChar value
                    <a>]]></a>                           | 1 | ']]>' not allowed
                    <!DOCTYPE a><a/>                     | 1 | Document type declarations are refused
                    <p:a/>                               | 1 | Namespace prefix p on a is not defined
                    <a p:b='1'/>                         | 1 | Namespace prefix p on b of a is not defined
                    <a><b xmlns:p='u'/><p:c/></a>        | 1 | Namespace prefix p on c is not defined
                    <a:b:c/>                             | 1 | Failed to parse QName
                    <a><!-- x                            | 1 | Comment is not closed
                    <a><!-- x -- y --></a>               | 1 | Double hyphen
                    <a><![CDATA[ x                       | 1 | CDATA section is not closed
                    <a><?x                               | 1 | Processing instruction is not closed
                    <a b='                               | 1 | expected to close attribute b
                    <a                                   | 1 | Couldn't find end of Start Tag a
                    <1/>                                 | 1 | invalid element name
                    """)
    void malformedTextIsRefusedWithItsReason(String text, int line, String reason) {
        assertThatExceptionOfType(PosadaException.class)
                .isThrownBy(() -> Documents.parse(text == null ? "" : text))
                .satisfies(e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.XML_DETAIL);
                    assertThat(e.detail())
                            .startsWith("(document):" + line + ": ")
                            .contains(reason);
                });
    }

    @Test
    void errorsShowLineExcerptAndPlace() {
        assertThatExceptionOfType(PosadaException.class)
                .isThrownBy(() -> Documents.parse("<a>\n  <b></c>\n</a>"))
                .withMessage("(document):2: Opening and ending tag mismatch: b line 2 and c\n  <b></c>\n-----^");
    }

    @Test
    void forbiddenCharactersAreRefused() {
        for (var text : List.of("<a>\u0000</a>", "<a>\u0001</a>", "<a>\uFFFE</a>", "<a>\uD800</a>", "<a>\uDC00x</a>")) {
            assertThatExceptionOfType(PosadaException.class).isThrownBy(() -> Documents.parse(text));
        }
    }

    @Test
    void bytesMustBeUtf8() {
        assertThat(Documents.parse("\uFEFF<a>é\uFFFD</a>".getBytes(StandardCharsets.UTF_8))
                        .text())
                .isEqualTo("é\uFFFD");
        assertThatExceptionOfType(PosadaException.class)
                .isThrownBy(() -> Documents.parse("<a>é</a>".getBytes(StandardCharsets.ISO_8859_1)))
                .withMessageContaining("not proper UTF-8");
    }

    @Test
    @Timeout(300)
    void boundsHold() {
        int depth = Documents.MAX_DEPTH;
        assertThat(Documents.parse("<a>".repeat(depth - 1) + "<a/>" + "</a>".repeat(depth - 1)))
                .isNotNull();
        assertThatExceptionOfType(PosadaException.class)
                .isThrownBy(() -> Documents.parse("<a>".repeat(100_000)))
                .withMessageContaining("Excessive depth");

        var attributes = new StringBuilder("<a");
        for (int i = 0; i <= Documents.MAX_ATTRIBUTES; i++) {
            attributes.append(" a").append(i).append("=''");
        }
        assertThatExceptionOfType(PosadaException.class)
                .isThrownBy(() -> Documents.parse(attributes + "/>"))
                .withMessageContaining("more than 256 attributes");

        assertThatExceptionOfType(PosadaException.class)
                .isThrownBy(() -> Documents.parse("<a>" + "x".repeat(Documents.MAX_LENGTH) + "</a>"))
                .withMessageContaining("longer than");
        assertThat(Documents.parse("<a k='" + "&amp;".repeat(800_000) + "'/>").attribute("k", ""))
                .hasSize(800_000);
    }

    @Test
    @Timeout(300)
    void entitiesCannotGrowADocument() {
        var laughs = """
                <?xml version="1.0"?>
                <!DOCTYPE lolz [
                 <!ENTITY lol "lol">
                 <!ENTITY lol1 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">
                ]>
                <lolz>&lol1;</lolz>
                """;
        assertThatExceptionOfType(PosadaException.class)
                .isThrownBy(() -> Documents.parse(laughs))
                .withMessageContaining("(document):2: Document type declarations are refused");
    }

    @Test
    void whatNoDocumentMayHoldIsNotWritten() {
        assertThatIllegalArgumentException().isThrownBy(() -> Documents.format(Element.text("a", "\u0000")));
        assertThatIllegalArgumentException().isThrownBy(() -> Documents.format(Element.of("a b")));
        assertThatIllegalArgumentException().isThrownBy(() -> Documents.format(Element.of("a", "b>", "c")));
    }
}
