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
 * @param source the {@code <source>} as it was found, where there is more to tell than was defined
 */
public record PoolFigures(
        long capacityBytes,
        long allocationBytes,
        long availableBytes,
        Optional<Element> permissions,
        Optional<Element> source) {

    /** Figures of a pool whose source is as it was defined. */
    public PoolFigures(long capacityBytes, long allocationBytes, long availableBytes, Optional<Element> permissions) {
        this(capacityBytes, allocationBytes, availableBytes, permissions, Optional.empty());
    }
}
