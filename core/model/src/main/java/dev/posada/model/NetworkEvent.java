package dev.posada.model;

import java.util.Optional;

/**
 * Something that happened to a virtual network.
 *
 * @param network the network
 * @param happening what happened
 */
public record NetworkEvent(NetworkIdentity network, Happening happening) {

    /** What can happen; each case is one of libvirt's network event ids ({@code virNetworkEventID}). */
    public sealed interface Happening {}

    /** Id 0: the network's life took a step. */
    public record Lifecycle(NetworkChange change) implements Happening {}

    /**
     * Id 1: its title, description or a user's own metadata changed.
     *
     * @param type which, as {@code virNetworkMetadataType}
     * @param namespace of a user's own element
     */
    public record MetadataChange(int type, Optional<String> namespace) implements Happening {}
}
