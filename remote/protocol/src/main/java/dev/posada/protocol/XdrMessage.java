package dev.posada.protocol;

import dev.posada.xdr.XdrWriter;

/** A value that knows its form on the wire; every generated structure is one. */
public interface XdrMessage {

    /**
     * Writes this value at the writer's position.
     *
     * @throws dev.posada.xdr.XdrException when a part exceeds the limit the protocol sets for it
     */
    void encode(XdrWriter out);
}
