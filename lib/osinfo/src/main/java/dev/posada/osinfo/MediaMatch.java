package dev.posada.osinfo;

/**
 * A system recognized by the labels of an image.
 *
 * @param os the system
 * @param media the entry that fitted
 */
public record MediaMatch(Os os, Media media) {}
