package dev.posada.image;

import java.util.List;

/**
 * What a check of an image has found. The figures are those of {@code qemu-img check}.
 *
 * @param format the image's format
 * @param imageEndBytes where the last cluster in use ends
 * @param totalClusters clusters of the guest's disk
 * @param allocatedClusters how many of these have room in the file
 * @param fragmentedClusters how many of those do not follow the one before
 * @param compressedClusters how many are compressed
 * @param corruptions damages that remain
 * @param leaks clusters that remain counted more often than they are used; they waste room and do no other harm
 * @param corruptionsFixed damages that were mended
 * @param leaksFixed clusters that were freed
 * @param messages a line for each finding, up to {@link #MAX_MESSAGES}
 */
public record CheckResult(
        Format format,
        long imageEndBytes,
        long totalClusters,
        long allocatedClusters,
        long fragmentedClusters,
        long compressedClusters,
        long corruptions,
        long leaks,
        long corruptionsFixed,
        long leaksFixed,
        List<String> messages) {
    /** More are counted, but not described. */
    public static final int MAX_MESSAGES = 1000;

    /** What a check may change. */
    public enum Repair {
        /** Nothing; the image is opened for reading. */
        NONE,
        /** Clusters that are counted too often are freed. */
        LEAKS,
        /** All that can be mended is. */
        ALL
    }

    public CheckResult {
        messages = List.copyOf(messages);
    }

    /** Whether neither damages nor leaks remain. */
    public boolean clean() {
        return corruptions == 0 && leaks == 0;
    }

    CheckResult withFixed(long fixedCorruptions, long fixedLeaks, List<String> firstMessages) {
        return new CheckResult(
                format,
                imageEndBytes,
                totalClusters,
                allocatedClusters,
                fragmentedClusters,
                compressedClusters,
                corruptions,
                leaks,
                fixedCorruptions,
                fixedLeaks,
                firstMessages);
    }
}
