package dev.posada.link;

import java.util.OptionalLong;

/**
 * How much may pass.
 *
 * @param averageKilobytes a second, in the long run (of 1000 bytes)
 * @param peakKilobytes a second, while nothing else wants to pass
 * @param burstKibibytes how much may pass at once at the highest speed (of 1024 bytes)
 */
public record Rate(long averageKilobytes, OptionalLong peakKilobytes, OptionalLong burstKibibytes) {
    public Rate {
        if (averageKilobytes < 1) {
            throw new IllegalArgumentException("a rate is at least 1 kB a second");
        }
    }
}
