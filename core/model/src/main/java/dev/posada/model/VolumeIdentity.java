package dev.posada.model;

/**
 * A storage volume as clients refer to it.
 *
 * @param pool the name of its pool
 * @param name unique in its pool
 * @param key unique on its host; for files their path
 */
public record VolumeIdentity(String pool, String name, String key) {}
