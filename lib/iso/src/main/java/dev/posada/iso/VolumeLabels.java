package dev.posada.iso;

/**
 * What the first volume descriptor says of an image, without the spaces at the ends.
 *
 * @param systemId the system that the volume is for
 * @param volumeId the volume's name
 * @param volumeSetId the set of volumes it belongs to
 * @param publisherId its publisher
 * @param preparerId who prepared it
 * @param applicationId what made it
 * @param blocks how many blocks the volume has
 * @param blockBytes the size of a block
 */
public record VolumeLabels(
        String systemId,
        String volumeId,
        String volumeSetId,
        String publisherId,
        String preparerId,
        String applicationId,
        long blocks,
        int blockBytes) {
    /** The size of the volume. */
    public long sizeBytes() {
        return blocks * blockBytes;
    }
}
