package dev.posada.engine;

/**
 * How well a domain can be reached ({@code virDomainControlInfo}).
 *
 * @param state 0 ready, 1 busy with a job, 2 occupied by another call, 3 failed
 * @param details why it failed; 0 otherwise
 * @param stateMillis how long it has been so; 0 when ready
 */
public record ControlInfo(int state, int details, long stateMillis) {}
