package dev.posada.server;

import java.io.IOException;

/** A client broke the rules of the protocol in a way after which nothing it sends can be understood. */
final class BrokenConnectionException extends IOException {
    private static final long serialVersionUID = 1L;

    BrokenConnectionException(String detail) {
        super(detail);
    }
}
