package dev.posada.model;

/**
 * A network link of the host as it is now.
 *
 * @param name as {@code eth0}
 * @param mac its hardware address; empty when it has none
 * @param active whether packets can pass
 * @param document the {@code interface} element: what it is and what addresses it has
 */
public record HostInterface(String name, String mac, boolean active, Element document) {}
