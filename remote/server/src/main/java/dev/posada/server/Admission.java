package dev.posada.server;

import dev.posada.server.ServerSettings.Limits;

/** Counts the clients against their limits. Safe for use by several threads. */
final class Admission {
    private final Limits limits;
    private int clients;
    private int anonymous;

    Admission(Limits limits) {
        this.limits = limits;
    }

    /**
     * Lets a client in.
     *
     * @param authenticated whether nothing is left to prove
     * @return false when there are too many already
     */
    synchronized boolean admit(boolean authenticated) {
        boolean tooManyAnonymous =
                !authenticated && limits.anonymousClients() > 0 && anonymous >= limits.anonymousClients();
        if (clients >= limits.clients() || tooManyAnonymous) {
            return false;
        }
        clients++;
        anonymous += authenticated ? 0 : 1;
        return true;
    }

    /** An admitted client is gone. */
    synchronized void leave(boolean authenticated) {
        clients--;
        anonymous -= authenticated ? 0 : 1;
    }

    synchronized int clients() {
        return clients;
    }

    synchronized int anonymous() {
        return anonymous;
    }
}
