package dev.posada.client;

/**
 * What a security model of the host calls a running domain.
 *
 * @param text the label; empty when there is none
 * @param enforcing whether the model forbids, and does not only report
 */
public record SecurityLabel(String text, boolean enforcing) {}
