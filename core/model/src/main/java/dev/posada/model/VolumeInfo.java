package dev.posada.model;

/**
 * The vital figures of a storage volume.
 *
 * @param type what it is to its host
 * @param capacityBytes what a guest can keep on it
 * @param allocationBytes what it takes of its pool
 * @param physicalBytes how long its file or device is
 */
public record VolumeInfo(VolumeType type, long capacityBytes, long allocationBytes, long physicalBytes) {}
