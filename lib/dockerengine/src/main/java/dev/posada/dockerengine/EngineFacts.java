package dev.posada.dockerengine;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What an engine is.
 *
 * @param name "Docker" or "Podman"
 * @param version as {@code 20.10.24+dfsg1}
 * @param apiVersion as {@code 1.41}
 * @param identity what tells this engine from another, empty where it does not say
 * @param experimental whether it offers what is not finished, as checkpoints
 * @param controlGroups 1 or 2: the version of the host's control groups as it sees them; 0 where it does not say
 * @param containerLimit whether the kernel lets it limit memory
 */
public record EngineFacts(
        String name,
        String version,
        String apiVersion,
        String architecture,
        String identity,
        boolean experimental,
        int controlGroups,
        boolean containerLimit) {
    static EngineFacts of(JsonNode version, JsonNode info) {
        var podman = false;
        for (var component : version.path("Components")) {
            podman |= component.path("Name").asText("").startsWith("Podman");
        }
        return new EngineFacts(
                podman ? "Podman" : "Docker",
                version.path("Version").asText(""),
                version.path("ApiVersion").asText(""),
                info.path("Architecture").asText(""),
                info.path("ID").asText(""),
                version.path("Experimental")
                        .asBoolean(info.path("ExperimentalBuild").asBoolean()),
                info.path("CgroupVersion").asInt(0),
                info.path("MemoryLimit").asBoolean(true));
    }

    /** The version as libvirt counts: 1,000,000 for the first part, 1,000 for the second. */
    public long number() {
        long number = 0;
        var parts = version.split("[^0-9]+", 4);
        for (int i = 0; i < 3; i++) {
            number = number * 1000
                    + (i < parts.length && !parts[i].isEmpty() ? Math.min(Integer.parseInt(parts[i]), 999) : 0);
        }
        return number;
    }
}
