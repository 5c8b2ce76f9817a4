package dev.posada.install;

/** A word of an option that is wrong in itself; told without the option around it. */
final class BadWord extends InstallException {
    private static final long serialVersionUID = 1L;

    BadWord(String message) {
        super(message);
    }
}
