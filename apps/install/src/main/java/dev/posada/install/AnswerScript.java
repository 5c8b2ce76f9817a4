package dev.posada.install;

import dev.posada.osinfo.InstallScript;
import dev.posada.osinfo.Media;
import dev.posada.osinfo.Os;
import dev.posada.osinfo.OsDatabase;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.stream.StreamResult;
import javax.xml.transform.stream.StreamSource;

/**
 * Makes the file that answers an installer's questions, and the words for the installer's kernel, from one of the
 * database's style sheets.
 *
 * <p>The style sheet is given a document: a root, {@code install-script-config} for the file or {@code command-line} for
 * the words; in it {@code script}, {@code os} and, where it is known, {@code media}, with what the database says of each,
 * and {@code config} with an element for each setting. It can name no other document and call nothing.
 */
final class AnswerScript {
    private final InstallScript script;
    private final Os os;
    private final Optional<Media> media;
    private final String injection;
    private final SequencedMap<String, String> settings;
    private final OsDatabase systems;

    /** @param injection how the file reaches the installer, {@code initrd} or {@code cdrom} */
    AnswerScript(
            InstallScript script,
            Os os,
            Optional<Media> media,
            String injection,
            SequencedMap<String, String> settings,
            OsDatabase systems) {
        this.script = script;
        this.os = os;
        this.media = media;
        this.injection = injection;
        this.settings = settings;
        this.systems = systems;
    }

    /** The name that the installer looks for. */
    String fileName() {
        return script.expectedFilename();
    }

    /** The answers. */
    String answers() {
        return made("install-script-config");
    }

    /** Words for the command line of the installer's kernel; may be empty. */
    String commandLine() {
        return made("command-line");
    }

    private String made(String root) {
        try {
            TransformerFactory factory = TransformerFactory.newDefaultInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
            factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_STYLESHEET, "");
            List<String> complaints = new ArrayList<>();
            factory.setErrorListener(new Complaints(complaints));
            Transformer transformer = factory.newTransformer(new StreamSource(new StringReader(script.styleSheet())));
            var result = new StringWriter();
            transformer.transform(new StreamSource(new StringReader(document(root))), new StreamResult(result));
            return result.toString();
        } catch (TransformerException | XMLStreamException e) {
            throw new InstallException(
                    "the script '" + script.id() + "' of the database of systems cannot be used: " + e.getMessage(), e);
        }
    }

    /** Keeps what the processor would print. */
    private record Complaints(List<String> said) implements javax.xml.transform.ErrorListener {
        @Override
        public void warning(TransformerException e) {
            said.add(String.valueOf(e.getMessage()));
        }

        @Override
        public void error(TransformerException e) throws TransformerException {
            throw e;
        }

        @Override
        public void fatalError(TransformerException e) throws TransformerException {
            throw e;
        }
    }

    private String document(String root) throws XMLStreamException {
        var text = new StringWriter();
        XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
        xml.writeStartDocument();
        xml.writeStartElement(root);
        writeScript(xml);
        writeOs(xml);
        if (media.isPresent()) {
            writeMedia(xml, media.get());
        }
        xml.writeStartElement("config");
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            element(xml, setting.getKey(), translated(setting.getKey(), setting.getValue()));
        }
        xml.writeEndElement();
        xml.writeEndElement();
        xml.writeEndDocument();
        xml.flush();
        return text.toString();
    }

    private void writeScript(XMLStreamWriter xml) throws XMLStreamException {
        xml.writeStartElement("script");
        element(xml, "id", script.id());
        element(xml, "profile", script.profile());
        element(xml, "expected-filename", script.expectedFilename());
        element(xml, "path-format", script.pathFormat());
        element(xml, "preferred-injection-method", injection);
        element(xml, "installation-source", media.isPresent() ? "media" : "network");
        xml.writeEndElement();
    }

    /** A setting in the installer's own words, where the script says that it has some. */
    private String translated(String name, String value) {
        for (InstallScript.Parameter parameter : script.parameters()) {
            if (parameter.name().equals(name) && parameter.valueMap().isPresent()) {
                return systems.datamap(parameter.valueMap().get())
                        .flatMap(map -> map.translate(value))
                        .orElse(value);
            }
        }
        return value;
    }

    private void writeOs(XMLStreamWriter xml) throws XMLStreamException {
        xml.writeStartElement("os");
        element(xml, "id", os.id());
        for (String shortId : os.shortIds()) {
            element(xml, "short-id", shortId);
        }
        element(xml, "name", os.name());
        element(xml, "version", os.version());
        element(xml, "vendor", os.vendor());
        element(xml, "family", os.family());
        element(xml, "distro", os.distro());
        element(xml, "codename", os.codename());
        xml.writeEndElement();
    }

    private static void writeMedia(XMLStreamWriter xml, Media media) throws XMLStreamException {
        xml.writeStartElement("media");
        element(xml, "architecture", media.architecture());
        element(xml, "url", media.url().orElse(""));
        element(xml, "volume-id", media.volumeId().orElse(""));
        element(xml, "kernel", media.kernel().orElse(""));
        element(xml, "initrd", media.initrd().orElse(""));
        for (String variant : media.variants()) {
            element(xml, "variant", variant);
        }
        xml.writeEndElement();
    }

    private static void element(XMLStreamWriter xml, String name, String text) throws XMLStreamException {
        if (text.isEmpty()) {
            return;
        }
        xml.writeStartElement(name);
        xml.writeCharacters(text);
        xml.writeEndElement();
    }
}
