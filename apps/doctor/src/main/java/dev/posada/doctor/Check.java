package dev.posada.doctor;

/** Looks at one side of a host. */
@FunctionalInterface
interface Check {
    void look(Host host, Report report);
}
