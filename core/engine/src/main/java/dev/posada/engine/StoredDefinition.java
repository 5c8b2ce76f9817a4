package dev.posada.engine;

import dev.posada.model.DomainDefinition;
import dev.posada.xml.Documents;
import dev.posada.xml.DomainXml;
import java.util.UUID;

/**
 * A definition at rest: its canonical text and the facts asked for often. The tree is made when somebody wants it and
 * not kept: a daemon has thousands of definitions and uses few of them at a time.
 */
final class StoredDefinition implements Stored {
    private final String text;
    private final boolean secrets;
    private final DomainFacts facts;

    private StoredDefinition(String text, boolean secrets, DomainFacts facts) {
        this.text = text;
        this.secrets = secrets;
        this.facts = facts;
    }

    static StoredDefinition of(DomainDefinition definition) {
        return new StoredDefinition(
                DomainXml.format(definition, true), DomainXml.hasSecrets(definition), DomainFacts.of(definition));
    }

    /**
     * Reads a definition from a file. One that carries our seal unbroken is as we wrote it: it needs no checking, which
     * matters when thousands are read at a start. Whatever a hand has changed is checked and becomes canonical again.
     *
     * @throws dev.posada.model.PosadaException when the text is no definition
     */
    static StoredDefinition read(String file) {
        var text = Seal.open(file);
        if (text.isEmpty()) {
            return of(DomainXml.parse(file, false));
        }
        var definition = new DomainDefinition(Documents.parse(text.get()));
        return new StoredDefinition(text.get(), DomainXml.hasSecrets(definition), DomainFacts.of(definition));
    }

    @Override
    public String name() {
        return facts.name();
    }

    @Override
    public UUID uuid() {
        return facts.uuid();
    }

    @Override
    public String sealed() {
        return Seal.put(text);
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
