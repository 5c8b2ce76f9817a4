package dev.posada.conformance;

/** What all groups of claims stand on. */
public interface Claims {
    /** The driver the claims are about; made anew for each of them. */
    DriverUnderTest driver();
}
