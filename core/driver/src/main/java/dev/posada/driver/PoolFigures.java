package dev.posada.driver;

import dev.posada.model.Element;
import java.util.Optional;

/**
 * How a pool fares.
 *
 * @param capacityBytes what it can hold
 * @param allocationBytes what is taken of it
 * @param availableBytes what is left
 * @param permissions the {@code <permissions>} its folder has, where it has a folder
 */
public record PoolFigures(
        long capacityBytes, long allocationBytes, long availableBytes, Optional<Element> permissions) {}
