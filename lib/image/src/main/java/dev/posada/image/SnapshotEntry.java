package dev.posada.image;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * A snapshot kept inside an image.
 *
 * @param id short name, unique within the image; usually a number
 * @param name the name people gave it
 * @param date when it was taken
 * @param vmClock how long the guest had run by then
 * @param vmStateBytes size of the guest's memory and devices kept with it; 0 when only the disk was kept
 * @param diskBytes size of the disk at that time
 * @param instructionCount how many instructions the guest had executed by then, if that was counted
 */
public record SnapshotEntry(
        String id,
        String name,
        Instant date,
        Duration vmClock,
        long vmStateBytes,
        long diskBytes,
        OptionalLong instructionCount) {}
