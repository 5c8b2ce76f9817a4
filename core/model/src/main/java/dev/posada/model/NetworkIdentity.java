package dev.posada.model;

import java.util.UUID;

/**
 * A virtual network as clients refer to it.
 *
 * @param name unique among the networks of a host
 * @param uuid its lasting identity
 */
public record NetworkIdentity(String name, UUID uuid) {}
