package dev.posada.server;

import dev.posada.driver.VolumeReader;
import dev.posada.driver.VolumeWriter;
import dev.posada.protocol.WireLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ReadableByteChannel;
import java.util.Optional;

/**
 * What a call wants to follow it: a stream to the client, from it, or both.
 *
 * @param source what goes to the client
 * @param sink what comes from the client
 * @param sparse whether the client asked for holes
 * @param packetBytes most data in a packet to the client
 */
record StreamPlan(Optional<StreamSource> source, Optional<StreamSink> sink, boolean sparse, int packetBytes) {
    /** A conversation is made of small pieces, and there may be many of them at a time. */
    private static final int DUPLEX_PACKET_BYTES = 32 << 10;

    /** Data both ways, as a console has it. */
    static StreamPlan duplex(ByteChannel channel) {
        return new StreamPlan(
                Optional.of(StreamSource.of(channel)), Optional.of(StreamSink.of(channel)), false, DUPLEX_PACKET_BYTES);
    }

    /** Data to the client. */
    static StreamPlan download(ReadableByteChannel channel) {
        return new StreamPlan(
                Optional.of(StreamSource.of(channel)), Optional.empty(), false, WireLimits.MAX_STREAM_DATA_BYTES);
    }

    /** A volume to the client. */
    static StreamPlan download(VolumeReader volume, boolean sparse) {
        return new StreamPlan(
                Optional.of(new StreamSource() {
                    @Override
                    public Part read(ByteBuffer into) throws IOException {
                        return switch (volume.read(into, sparse)) {
                            case DATA -> Part.DATA;
                            case HOLE -> Part.HOLE;
                            case END -> Part.END;
                        };
                    }

                    @Override
                    public long holeBytes() {
                        return volume.holeBytes();
                    }

                    @Override
                    public void close() throws IOException {
                        volume.close();
                    }
                }),
                Optional.empty(),
                sparse,
                WireLimits.MAX_STREAM_DATA_BYTES);
    }

    /** A volume from the client. */
    static StreamPlan upload(VolumeWriter volume, boolean sparse) {
        return new StreamPlan(
                Optional.empty(),
                Optional.of(new StreamSink() {
                    @Override
                    public void write(ByteBuffer data) throws IOException {
                        volume.write(data);
                    }

                    @Override
                    public void hole(long bytes) throws IOException {
                        volume.hole(bytes);
                    }

                    @Override
                    public void finish() throws IOException {
                        volume.finish();
                    }

                    @Override
                    public void close() throws IOException {
                        volume.close();
                    }
                }),
                sparse,
                WireLimits.MAX_STREAM_DATA_BYTES);
    }

    /** Lets go of both ends. */
    void close() {
        source.ifPresent(end -> closeQuietly(end::close));
        sink.ifPresent(end -> closeQuietly(end::close));
    }

    private interface Closing {
        void close() throws IOException;
    }

    private static void closeQuietly(Closing closing) {
        try {
            closing.close();
        } catch (IOException e) {
            System.getLogger("posada.server")
                    .log(System.Logger.Level.DEBUG, "closing a stream's end: " + e.getMessage());
        }
    }
}
