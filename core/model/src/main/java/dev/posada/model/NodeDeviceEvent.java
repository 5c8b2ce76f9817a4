package dev.posada.model;

/**
 * Something that happened to a device of the host.
 *
 * @param device the device's name
 * @param happening what happened
 */
public record NodeDeviceEvent(String device, Happening happening) {

    /** What can happen; each case is one of libvirt's node device event ids ({@code virNodeDeviceEventID}). */
    public sealed interface Happening {}

    /**
     * Id 0: it came or went.
     *
     * @param created which of the two
     */
    public record Lifecycle(boolean created) implements Happening {}

    /** Id 1: it is not what it was, as a network device that got another address. */
    public record Update() implements Happening {}
}
