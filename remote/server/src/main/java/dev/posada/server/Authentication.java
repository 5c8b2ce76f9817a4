package dev.posada.server;

/** How clients of a socket prove who they are, as the {@code auth_*} keys of {@code libvirtd.conf} name it. */
public enum Authentication {
    /** Not at all: whoever may open the socket may use it. */
    NONE("none"),
    /** By a name and a secret, or a ticket. */
    SASL("sasl"),
    /** By what the host's policy says about their user. */
    POLKIT("polkit");

    private final String word;

    Authentication(String word) {
        this.word = word;
    }

    /** The word in settings. */
    String word() {
        return word;
    }
}
