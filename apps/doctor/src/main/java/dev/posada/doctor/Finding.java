package dev.posada.doctor;

/**
 * What one check found.
 *
 * @param what was checked, as in "for hardware virtualization"
 * @param note with a pass what was found, else what is wrong; may be empty
 * @param remedy what to do about it; empty with a pass
 */
record Finding(Topic topic, String what, Verdict verdict, String note, String remedy) {}
