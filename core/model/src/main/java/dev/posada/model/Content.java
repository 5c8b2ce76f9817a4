package dev.posada.model;

/** What stands inside an {@link Element}. */
public sealed interface Content permits Element, Text {}
