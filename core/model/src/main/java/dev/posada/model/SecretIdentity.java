package dev.posada.model;

import java.util.UUID;

/**
 * A secret as clients refer to it.
 *
 * @param uuid its lasting identity
 * @param usage what it is for
 * @param usageId which of these, as a volume's path; empty for {@link SecretUsage#NONE}. Two secrets never share one.
 */
public record SecretIdentity(UUID uuid, SecretUsage usage, String usageId) {}
