package dev.posada.server;

/**
 * What a server has done since it started.
 *
 * @param clients clients connected now
 * @param anonymousClients those of them that have not proved who they are
 * @param accepted connections accepted, also those turned away
 * @param refused connections turned away: too many, or of a user who may not
 * @param calls calls answered
 * @param failedCalls those of them answered with an error
 * @param events event messages sent
 * @param streams streams opened
 * @param bytesIn bytes received
 * @param bytesOut bytes sent
 */
public record ServerCounts(
        int clients,
        int anonymousClients,
        long accepted,
        long refused,
        long calls,
        long failedCalls,
        long events,
        long streams,
        long bytesIn,
        long bytesOut) {}
