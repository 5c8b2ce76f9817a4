package dev.posada.driver;

/**
 * One image of a backing chain.
 *
 * @param path where it is
 * @param format its format, as {@code qcow2}
 * @param device whether it is a block device rather than a file
 */
public record ImageLink(String path, String format, boolean device) {}
