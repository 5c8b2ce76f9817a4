package dev.posada.dockerengine;

import java.util.List;

/**
 * A reference to an image in its two parts.
 *
 * @param repository with the registry, as {@code registry.example.org:5000/team/image}
 * @param tag {@code latest} where none was given; a digest ({@code sha256:…}) may stand there
 */
public record ImageName(String repository, String tag) {
    private static final List<String> USUAL_REGISTRY = List.of("docker.io/library/", "docker.io/");

    /** A colon belongs to a tag only behind the last slash: before it, it is a registry's port. */
    public static ImageName parse(String reference) {
        int digest = reference.indexOf('@');
        if (digest > 0) {
            return new ImageName(reference.substring(0, digest), reference.substring(digest + 1));
        }
        int colon = reference.indexOf(':', reference.lastIndexOf('/') + 1);
        return colon < 0
                ? new ImageName(reference, "latest")
                : new ImageName(reference.substring(0, colon), reference.substring(colon + 1));
    }

    /**
     * A reference as people write it: Podman puts the registry before names that Docker leaves without. Both take either.
     */
    public static String familiar(String reference) {
        for (var prefix : USUAL_REGISTRY) {
            if (reference.startsWith(prefix)) {
                return reference.substring(prefix.length());
            }
        }
        return reference;
    }

    /** As it is written. */
    @Override
    public String toString() {
        return repository + (tag.startsWith("sha256:") ? "@" : ":") + tag;
    }
}
