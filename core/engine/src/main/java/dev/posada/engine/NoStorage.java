package dev.posada.engine;

import dev.posada.model.Element;
import java.util.List;
import java.util.Set;

/** Keeps nothing: for drivers that live as long as one connection. */
final class NoStorage<D extends Stored, L> implements Storage<D, L> {
    @Override
    public void add(D definition) {}

    @Override
    public void replace(D definition) {}

    @Override
    public void remove(String name) {}

    @Override
    public void rename(String from, D definition, boolean autostart) {}

    @Override
    public void autostart(String name, boolean autostart) {}

    @Override
    public void saveLive(String name, Element document) {}

    @Override
    public void removeLive(String name) {}

    @Override
    public Kept<D, L> load() {
        return new Kept<>(List.of(), Set.of(), List.of());
    }

    @Override
    public boolean firstSinceBoot() {
        return false;
    }

    @Override
    public void close() {}
}
