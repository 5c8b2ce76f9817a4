package dev.posada.model;

import java.util.UUID;

/**
 * A place in a virtual network as clients refer to it.
 *
 * @param network the network
 * @param uuid its lasting identity
 */
public record NetworkPortIdentity(NetworkIdentity network, UUID uuid) {}
