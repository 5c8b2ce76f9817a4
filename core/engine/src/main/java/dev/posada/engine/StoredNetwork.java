package dev.posada.engine;

import dev.posada.model.NetworkDefinition;
import dev.posada.xml.NetworkXml;
import java.util.UUID;

/**
 * A virtual network's definition at rest.
 *
 * @param definition canonical and complete
 */
record StoredNetwork(NetworkDefinition definition) implements Stored {
    /** Reads a definition's file; one that somebody edited is checked as if a client had sent it. */
    static StoredNetwork read(String file) {
        return new StoredNetwork(NetworkXml.parse(Seal.open(file).orElse(file), false));
    }

    @Override
    public String name() {
        return definition.name();
    }

    @Override
    public UUID uuid() {
        return definition.uuid();
    }

    @Override
    public String sealed() {
        return Seal.put(NetworkXml.format(definition));
    }
}
