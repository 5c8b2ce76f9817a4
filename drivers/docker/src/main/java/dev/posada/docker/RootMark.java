package dev.posada.docker;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import java.util.Optional;
import java.util.UUID;

/**
 * Whose root file system a definition means: {@code <docker:root domain='UUID'/>}. A complete definition names its own domain;
 * one that was copied from another's still names that, by which a clone is known, whoever made it.
 */
final class RootMark {
    private static final String ROOT = "docker:root";
    private static final String DOMAIN = "domain";
    private static final String FOUND = "docker:found";

    private RootMark() {}

    /** The same with its own domain named where none is. */
    static DomainDefinition completed(DomainDefinition definition) {
        var root = Words.container(definition).child(ROOT);
        if (root.isEmpty()) {
            return own(definition);
        }
        try {
            var _ = UUID.fromString(root.get().attribute(DOMAIN, ""));
            return definition;
        } catch (IllegalArgumentException e) {
            throw Refusal.xml(
                    root.get(),
                    "<docker:root> names a domain by its uuid, not '"
                            + Refusal.shown(root.get().attribute(DOMAIN, "")) + "'");
        }
    }

    private static DomainDefinition own(DomainDefinition definition) {
        var mark = Element.of(ROOT, DOMAIN, definition.uuid().toString());
        return new DomainDefinition(definition
                .root()
                .with("xmlns:docker", Words.NAMESPACE)
                .withChild(Words.container(definition).withChild(mark)));
    }

    /** What was copied from another domain's definition, as its own from now on: no container was found for it. */
    static DomainDefinition settled(DomainDefinition definition) {
        return other(definition).isEmpty()
                ? definition
                : own(new DomainDefinition(definition
                        .root()
                        .withChild(Words.container(definition)
                                .withoutChildren(child -> child.name().equals(FOUND)))));
    }

    /** The domain this one is to be a copy of; none when it is itself. */
    static Optional<UUID> other(DomainDefinition definition) {
        return Words.container(definition)
                .child(ROOT)
                .map(root -> UUID.fromString(root.attribute(DOMAIN, "")))
                .filter(domain -> !domain.equals(definition.uuid()));
    }
}
