package dev.posada.dockerengine;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;

/**
 * The standard streams of a container or of a program in one, as a channel of both directions. Reading ends (-1) when the
 * program does, when its container does, and when the engine goes away; closing it leaves the program running.
 *
 * <p>One thread may read while another writes; {@link #close} ends both.
 */
public final class Attachment implements ByteChannel {
    private static final int PIECE_BYTES = 16 * 1024;

    private final Exchange exchange;
    private final InputStream output;
    private final byte[] piece = new byte[PIECE_BYTES];

    /** {@code framed} where there is no terminal: output and errors come in pieces then, each with what it is. */
    Attachment(Exchange exchange, boolean framed) {
        this.exchange = exchange;
        this.output = framed ? new FrameStream(exchange.input()) : exchange.input();
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (!into.hasRemaining()) {
            return 0;
        }
        try {
            int count = output.read(piece, 0, Math.min(into.remaining(), piece.length));
            into.put(piece, 0, Math.max(count, 0));
            return count;
        } catch (ClosedChannelException | EOFException e) {
            return -1;
        } catch (IOException e) {
            if (!isOpen()) {
                return -1;
            }
            throw e;
        }
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        int before = bytes.remaining();
        while (bytes.hasRemaining()) {
            exchange.channel().write(bytes);
        }
        return before;
    }

    /** Says that there is no more input; what the program prints still arrives. */
    public void endInput() throws IOException {
        exchange.channel().shutdownOutput();
    }

    @Override
    public boolean isOpen() {
        return exchange.channel().isOpen();
    }

    @Override
    public void close() {
        exchange.close();
    }
}
