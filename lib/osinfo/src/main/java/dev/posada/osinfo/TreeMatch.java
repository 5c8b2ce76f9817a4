package dev.posada.osinfo;

/**
 * A system recognized by the description of a tree.
 *
 * @param os the system
 * @param tree the entry that fitted
 */
public record TreeMatch(Os os, Tree tree) {}
