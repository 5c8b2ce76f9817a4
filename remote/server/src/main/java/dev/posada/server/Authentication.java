package dev.posada.server;

/** How clients of a socket prove who they are, as the {@code auth_*} keys of {@code libvirtd.conf} name it. */
public enum Authentication {
    /** Not at all: whoever may open the socket may use it. */
    NONE(0, "none"),
    /** By a name and a secret, or a ticket. */
    SASL(1, "sasl"),
    /** By what the host's policy says about their user. */
    POLKIT(2, "polkit");

    private final int number;
    private final String word;

    Authentication(int number, String word) {
        this.number = number;
        this.word = word;
    }

    /** The number in the answer to {@code auth_list}. */
    int number() {
        return number;
    }

    /** The word in settings. */
    String word() {
        return word;
    }
}
