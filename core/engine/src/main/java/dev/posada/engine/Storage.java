package dev.posada.engine;

import dev.posada.model.Element;
import java.util.List;
import java.util.Set;

/**
 * Keeps objects of one kind, as a driver's domains, beyond the daemon's life. Each change is lasting when the call
 * returns. Calls that concern one name never overlap; the engine's jobs see to that.
 *
 * @param <D> a definition
 * @param <L> what is known of a definition at work
 */
interface Storage<D extends Stored, L> extends AutoCloseable {
    /** Keeps a definition under a name that has none yet. */
    void add(D definition);

    /** Keeps a definition in place of the one its name has. */
    void replace(D definition);

    /** Forgets a definition and its mark of starting by itself. */
    void remove(String name);

    /** Moves a definition and its mark to the name it now says. */
    void rename(String from, D definition, boolean autostart);

    /** Marks a definition as starting by itself, or takes the mark away. */
    void autostart(String name, boolean autostart);

    /** Keeps the record of an instance; it outlives the daemon, but need not outlive the host's run. */
    void saveLive(String name, Element document);

    /** Forgets the record of an instance. */
    void removeLive(String name);

    /** All that was kept; what cannot be read is put aside and reported. Called once, before anything else. */
    Kept<D, L> load();

    /** Brings to rest what is still under way; nothing is kept or forgotten afterwards. */
    @Override
    void close();

    /** Whether this is the first time the question is asked since the host was started. */
    boolean firstSinceBoot();

    /**
     * What was kept.
     *
     * @param definitions stored definitions; names and uuids are unique
     * @param autostart names of those that start by themselves
     * @param live records of instances, as saved
     * @param <D> a definition
     * @param <L> what is known of a definition at work
     */
    record Kept<D, L>(List<D> definitions, Set<String> autostart, List<L> live) {}
}
