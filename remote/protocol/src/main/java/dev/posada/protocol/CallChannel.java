package dev.posada.protocol;

import dev.posada.xdr.XdrReader;

/**
 * Sends calls and waits for their replies; what the generated stubs are built on.
 *
 * @param <S> the streams this channel opens
 */
public interface CallChannel<S> {

    /**
     * Makes a call and waits for its reply.
     *
     * @return the payload of the reply, to be decoded by the calling thread
     * @throws dev.posada.model.PosadaException when the server answers with an error
     */
    XdrReader call(Procedure procedure, XdrMessage args);

    /**
     * Makes a call whose reply is followed by a stream.
     *
     * @return the payload of the reply, and the stream, which the caller must close
     * @throws dev.posada.model.PosadaException when the server answers with an error; there is no stream then
     */
    StreamReply<XdrReader, S> open(Procedure procedure, XdrMessage args);
}
