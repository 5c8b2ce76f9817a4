package dev.posada.engine;

import dev.posada.model.Element;

/** Keeps nothing: for drivers that live as long as one connection. */
final class NoStorage implements Storage {
    @Override
    public void add(StoredDefinition definition) {}

    @Override
    public void replace(StoredDefinition definition) {}

    @Override
    public void remove(String name) {}

    @Override
    public void rename(String from, StoredDefinition definition, boolean autostart) {}

    @Override
    public void autostart(String name, boolean autostart) {}

    @Override
    public void saveLive(String name, Element document) {}

    @Override
    public void removeLive(String name) {}

    @Override
    public Kept load() {
        return Kept.NOTHING;
    }

    @Override
    public boolean firstSinceBoot() {
        return false;
    }

    @Override
    public void close() {}
}
