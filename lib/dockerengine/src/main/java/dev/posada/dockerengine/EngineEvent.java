package dev.posada.dockerengine;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Something happened in an engine.
 *
 * @param type {@code container}, {@code image}, {@code network}, {@code volume}…
 * @param action {@code create}, {@code start}, {@code die}, {@code oom}, {@code pause}, {@code rename}, {@code destroy}, {@code
 *     tag}…; that of a program run within a container has its words behind a colon
 * @param subject the container's id, the image's reference or id…
 * @param attributes {@code name}, {@code image}, {@code exitCode}, the labels…
 */
public record EngineEvent(String type, String action, String subject, Map<String, String> attributes, Instant at) {
    public EngineEvent {
        attributes = Map.copyOf(attributes);
    }

    static EngineEvent of(JsonNode event) {
        var attributes = new LinkedHashMap<String, String>();
        event.path("Actor")
                .path("Attributes")
                .properties()
                .forEach(
                        entry -> attributes.put(entry.getKey(), entry.getValue().asText("")));
        long nanos = event.path("timeNano").asLong(event.path("time").asLong() * 1_000_000_000L);
        return new EngineEvent(
                event.path("Type").asText(""),
                event.path("Action").asText(""),
                event.path("Actor").path("ID").asText(event.path("id").asText("")),
                attributes,
                Instant.ofEpochSecond(0, nanos));
    }

    /** An attribute, empty where there is none. */
    public String attribute(String name) {
        return attributes.getOrDefault(name, "");
    }
}
