package dev.posada.protocol;

import dev.posada.xdr.XdrWriter;

/** The payload of a call without arguments and of a reply without results: no bytes at all. */
public enum NoPayload implements XdrMessage {
    INSTANCE;

    @Override
    public void encode(XdrWriter out) {
        // Nothing travels.
    }
}
