package dev.posada.engine;

import dev.posada.model.DomainDefinition;
import dev.posada.xml.Documents;
import dev.posada.xml.DomainXml;

/**
 * A definition at rest: its canonical text and the facts asked for often. The tree is made when somebody wants it and
 * not kept: a daemon has thousands of definitions and uses few of them at a time.
 */
final class StoredDefinition {
    private final String text;
    private final boolean secrets;
    private final DomainFacts facts;

    private StoredDefinition(String text, boolean secrets, DomainFacts facts) {
        this.text = text;
        this.secrets = secrets;
        this.facts = facts;
    }

    static StoredDefinition of(DomainDefinition definition) {
        var shown = DomainXml.format(definition, false);
        var whole = DomainXml.format(definition, true);
        return new StoredDefinition(whole, !whole.equals(shown), DomainFacts.of(definition));
    }

    /** Reads a definition from its file's text; whatever a hand has changed in it becomes canonical again. */
    static StoredDefinition read(String text) {
        var definition = DomainXml.parse(text, false);
        var shown = DomainXml.format(definition, false);
        return text.equals(shown) ? new StoredDefinition(text, false, DomainFacts.of(definition)) : of(definition);
    }

    DomainFacts facts() {
        return facts;
    }

    DomainDefinition definition() {
        return new DomainDefinition(Documents.parse(text));
    }

    /** The canonical text, with passwords or without. */
    String text(boolean secure) {
        return secure || !secrets ? text : DomainXml.format(definition(), false);
    }
}
