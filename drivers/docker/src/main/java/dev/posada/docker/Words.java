package dev.posada.docker;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;

/** Words of definitions that more than one class here reads. */
final class Words {
    /** The namespace of what libvirt has no word for. */
    static final String NAMESPACE = "https://posada.dev/docker/1.0";

    private Words() {}

    /** The element of our own namespace; an empty one where there is none. */
    static Element container(DomainDefinition definition) {
        return definition.root().child("docker:container").orElse(Element.of("docker:container"));
    }

    /** Whether an action at an ending begins the program anew. */
    static boolean restarts(String action) {
        return action.equals("restart") || action.equals("rename-restart");
    }
}
