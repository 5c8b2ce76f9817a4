package dev.posada.image;

/**
 * Adjoining clusters of the file.
 *
 * @param first number of the first one: its place divided by the cluster size
 * @param count how many, at least one
 */
record Qcow2Run(long first, long count) {
    long end() {
        return first + count;
    }
}
