package dev.posada.osinfo;

/**
 * A device that a system may know how to drive. What the database does not state is empty.
 *
 * @param id its name in the database, a URI
 * @param name its name for people and machines, as {@code virtio-net}
 * @param vendor its maker
 * @param kind what it is for, as {@code net} or {@code block}
 * @param bus what it is plugged into, as {@code pci}
 */
public record Device(String id, String name, String vendor, String kind, String bus) {}
