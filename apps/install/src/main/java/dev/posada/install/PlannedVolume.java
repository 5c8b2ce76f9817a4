package dev.posada.install;

/**
 * A volume that a guest's disk needs and that is not there yet.
 *
 * @param pool the name of the pool
 * @param name the name of the volume
 * @param xml the document to make it from
 * @param capacityBytes how large it will be
 * @param preallocateMetadata whether to make the tables of its format with it
 */
record PlannedVolume(String pool, String name, String xml, long capacityBytes, boolean preallocateMetadata) {}
