package dev.posada.osinfo;

/**
 * What the first volume descriptor of an image says, without the spaces at the ends.
 *
 * @param volumeId the volume's name
 * @param systemId the system that the volume is for
 * @param publisherId its publisher
 * @param applicationId what made it
 * @param volumeSizeBytes the blocks of the volume times their size
 */
public record MediaLabels(
        String volumeId, String systemId, String publisherId, String applicationId, long volumeSizeBytes) {}
