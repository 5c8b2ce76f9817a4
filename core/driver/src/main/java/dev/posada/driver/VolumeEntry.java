package dev.posada.driver;

import dev.posada.model.VolumeType;

/**
 * A volume as its pool lists it.
 *
 * @param name unique in its pool
 * @param key unique on its host; for files their path
 * @param path where its bytes are
 * @param type what it is to its host
 */
public record VolumeEntry(String name, String key, String path, VolumeType type) {}
