package dev.posada.dockerengine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;

/** The engine's JSON: nodes rather than types where docker-java has no type or a wrong one. */
final class EngineJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int MESSAGE_CHARACTERS = 600;

    private EngineJson() {}

    static JsonNode read(InputStream body) throws IOException {
        var node = MAPPER.readTree(body);
        return node == null ? MAPPER.missingNode() : node;
    }

    /** Values one after the other. */
    static MappingIterator<JsonNode> lines(InputStream body) throws IOException {
        return MAPPER.readerFor(JsonNode.class).readValues(body);
    }

    static byte[] bytes(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw EngineException.failed("writing a request", String.valueOf(e.getMessage()), e);
        }
    }

    /** What an engine's error says, on one line: its {@code message}, or whatever it sent. */
    static String message(String body, int status) {
        var words = body;
        try {
            var node = MAPPER.readTree(body);
            if (node != null && node.path("message").isTextual()) {
                words = node.path("message").asText();
            } else if (node != null && node.path("cause").isTextual()) {
                words = node.path("cause").asText();
            }
        } catch (JsonProcessingException e) {
            // Plain text then.
        }
        var line = words.strip().replaceAll("\\s*\\R\\s*", "; ");
        if (line.isEmpty()) {
            return "status " + status;
        }
        return line.length() <= MESSAGE_CHARACTERS ? line : line.substring(0, MESSAGE_CHARACTERS) + "…";
    }
}
