package dev.posada.engine;

import dev.posada.model.PoolDefinition;
import dev.posada.xml.PoolXml;
import java.util.UUID;

/**
 * A pool's definition at rest.
 *
 * @param definition canonical and complete
 */
record StoredPool(PoolDefinition definition) implements Stored {
    /** Reads a definition's file; one that somebody edited is checked as if a client had sent it. */
    static StoredPool read(String file) {
        return new StoredPool(PoolXml.parse(Seal.open(file).orElse(file), false));
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
        return Seal.put(PoolXml.format(definition));
    }
}
