package dev.posada.client;

import java.util.Collection;

/** A flag of a call whose enumeration stands beside the call it belongs to; see {@link Flag} for those of domains. */
public interface CallFlag {

    /** The flag's bit on the wire. */
    int bit();

    /** All bits of some flags together. */
    static int bits(Collection<? extends CallFlag> flags) {
        int bits = 0;
        for (var flag : flags) {
            bits |= flag.bit();
        }
        return bits;
    }
}
