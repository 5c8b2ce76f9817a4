package dev.posada.driver;

import java.nio.file.Path;

/**
 * Where a driver's part of a saved state is: from a place in a file to the file's end. What stands before it is the
 * engine's.
 *
 * @param file a file that is there
 * @param offsetBytes where the driver's part begins
 */
public record SavedState(Path file, long offsetBytes) {}
