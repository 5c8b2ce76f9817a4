package dev.posada.model;

/**
 * The vital figures of a storage pool.
 *
 * @param state what it is doing
 * @param capacityBytes what it can hold
 * @param allocationBytes what is taken of it
 * @param availableBytes what is left
 */
public record PoolInfo(PoolState state, long capacityBytes, long allocationBytes, long availableBytes) {}
