package dev.posada.model;

/**
 * Something that happened to a storage pool.
 *
 * @param pool the pool
 * @param happening what happened
 */
public record PoolEvent(PoolIdentity pool, Happening happening) {

    /** What can happen; each case is one of libvirt's pool event ids ({@code virStoragePoolEventID}). */
    public sealed interface Happening {}

    /** Id 0: the pool's life took a step. */
    public record Lifecycle(PoolChange change) implements Happening {}

    /** Id 1: the pool looked again at what it holds. */
    public record Refresh() implements Happening {}
}
