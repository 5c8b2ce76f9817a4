package dev.posada.osinfo;

/** For what a figure of resources is meant. */
public enum Needs {
    /** Below this the system does not work. */
    MINIMUM("minimum"),
    /** With this it works well. */
    RECOMMENDED("recommended"),
    /** It cannot make use of more. */
    MAXIMUM("maximum"),
    /** What an installation from the network takes while it lasts. */
    NETWORK_INSTALL("network-install");

    private final String element;

    Needs(String element) {
        this.element = element;
    }

    String element() {
        return element;
    }
}
