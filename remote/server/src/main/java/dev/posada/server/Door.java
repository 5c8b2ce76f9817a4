package dev.posada.server;

/**
 * A way in, and what holds for everybody who comes by it.
 *
 * @param name for the log
 * @param readOnly whether only calls without side effects are allowed
 * @param authentication how clients prove who they are
 * @param unix whether it is a unix socket: peers are known, and descriptors can travel
 */
record Door(String name, boolean readOnly, Authentication authentication, boolean unix) {}
