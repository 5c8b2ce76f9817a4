package dev.posada.model;

/**
 * Characters inside an {@link Element}, unescaped.
 *
 * @param value the characters as they stand in the document; white space is kept
 */
public record Text(String value) implements Content {}
