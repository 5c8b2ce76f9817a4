package dev.posada.engine;

/** What becomes of the virtual networks a host has from its first day, as {@code default}. */
public enum FirstNetworks {
    /** There are none: their driver could not start them. */
    NONE,
    /** They are defined, and started when somebody wants them. */
    DEFINED,
    /** They are defined, and start with the host. */
    AUTOSTARTED
}
