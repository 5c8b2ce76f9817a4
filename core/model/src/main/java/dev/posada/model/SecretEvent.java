package dev.posada.model;

/**
 * Something that happened to a secret.
 *
 * @param secret the secret
 * @param happening what happened
 */
public record SecretEvent(SecretIdentity secret, Happening happening) {

    /** What can happen; each case is one of libvirt's secret event ids ({@code virSecretEventID}). */
    public sealed interface Happening {}

    /**
     * Id 0: it was defined or forgotten.
     *
     * @param defined which of the two
     */
    public record Lifecycle(boolean defined) implements Happening {}

    /** Id 1: it has another value. */
    public record ValueChanged() implements Happening {}
}
