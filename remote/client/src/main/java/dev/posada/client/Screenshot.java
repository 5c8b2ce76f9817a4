package dev.posada.client;

/**
 * A picture of a guest's screen, still to be read.
 *
 * @param mimeType its format, such as {@code image/png}; empty when the daemon does not say
 * @param stream the picture's bytes; the caller closes it
 */
public record Screenshot(String mimeType, DataStream stream) {}
