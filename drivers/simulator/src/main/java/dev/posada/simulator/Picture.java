package dev.posada.simulator;

import dev.posada.driver.Abilities.Screenshot;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/**
 * What a simulated screen shows: shades of grey, as a PNG picture.
 *
 * <p>The format (ISO/IEC 15948): eight bytes of signature, then chunks of length, type, data and a check sum over type and
 * data. {@code IHDR} says width, height, 8 bits a sample, grey, no interlacing; {@code IDAT} holds the deflated lines,
 * each begun by a byte for its filter; {@code IEND} ends it.
 */
final class Picture {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 480;
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    private Picture() {}

    /** The picture of the only screen there is. */
    static Screenshot ofScreen(int screen) {
        if (screen != 0) {
            throw new PosadaException(
                    ErrorCode.INVALID_ARG, ErrorOrigin.TEST, "no screen " + screen + ": a simulated domain has one, 0");
        }
        return new Screenshot("image/png", Channels.newChannel(new ByteArrayInputStream(png())));
    }

    private static byte[] png() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.write(SIGNATURE);
            var header = new ByteArrayOutputStream();
            var fields = new DataOutputStream(header);
            fields.writeInt(WIDTH);
            fields.writeInt(HEIGHT);
            fields.write(new byte[] {8, 0, 0, 0, 0});
            chunk(out, "IHDR", header.toByteArray());
            chunk(out, "IDAT", lines());
            chunk(out, "IEND", new byte[0]);
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail to be written", e);
        }
        return bytes.toByteArray();
    }

    private static byte[] lines() throws IOException {
        var deflated = new ByteArrayOutputStream();
        try (var out = new DeflaterOutputStream(deflated)) {
            for (int y = 0; y < HEIGHT; y++) {
                out.write(0);
                for (int x = 0; x < WIDTH; x++) {
                    out.write((x + y) * 255 / (WIDTH + HEIGHT));
                }
            }
        }
        return deflated.toByteArray();
    }

    private static void chunk(DataOutputStream out, String type, byte[] data) throws IOException {
        var name = type.getBytes(StandardCharsets.US_ASCII);
        var sum = new CRC32();
        sum.update(name);
        sum.update(data);
        out.writeInt(data.length);
        out.write(name);
        out.write(data);
        out.writeInt((int) sum.getValue());
    }
}
