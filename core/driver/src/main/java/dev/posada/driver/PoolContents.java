package dev.posada.driver;

import java.util.List;

/**
 * What a pool was found to hold.
 *
 * @param figures its sizes
 * @param volumes its volumes, in any order
 */
public record PoolContents(PoolFigures figures, List<VolumeEntry> volumes) {
    public PoolContents {
        volumes = List.copyOf(volumes);
    }
}
