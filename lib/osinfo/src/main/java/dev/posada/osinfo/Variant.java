package dev.posada.osinfo;

/**
 * An edition of a system.
 *
 * @param id its name within the system
 * @param name its name for people
 */
public record Variant(String id, String name) {}
