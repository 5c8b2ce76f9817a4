package dev.posada.client;

/** Which piece of what people say about a domain. */
public enum MetadataType {
    DESCRIPTION(0),
    TITLE(1),
    /** An element of somebody's own namespace. */
    ELEMENT(2);

    private final int number;

    MetadataType(int number) {
        this.number = number;
    }

    /** The number on the wire. */
    public int number() {
        return number;
    }
}
