package dev.posada.protocol;

/**
 * The reply to a call that opened a stream.
 *
 * @param reply what the call returned
 * @param stream the stream, still open
 * @param <R> the type of the reply
 * @param <S> the type of the stream
 */
public record StreamReply<R, S>(R reply, S stream) {}
