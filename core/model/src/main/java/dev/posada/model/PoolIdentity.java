package dev.posada.model;

import java.util.UUID;

/**
 * A storage pool as clients refer to it.
 *
 * @param name unique among the pools of a host
 * @param uuid its lasting identity
 */
public record PoolIdentity(String name, UUID uuid) {}
