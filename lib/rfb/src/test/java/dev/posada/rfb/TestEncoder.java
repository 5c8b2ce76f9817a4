package dev.posada.rfb;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.Deflater;

/** The server's side of every encoding, written to be plainly right rather than to compress well. */
final class TestEncoder {
    private final Deflater zlib = new Deflater();
    private final Deflater zrle = new Deflater();
    private final Deflater[] tight = {new Deflater(), new Deflater(), new Deflater(), new Deflater()};

    /** A growing array of bytes, big-endian. */
    static final class Bytes {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Bytes u8(int value) {
            out.write(value);
            return this;
        }

        Bytes u16(int value) {
            return u8(value >> 8).u8(value);
        }

        Bytes s32(int value) {
            return u16(value >> 16).u16(value);
        }

        Bytes raw(byte[] bytes) {
            out.writeBytes(bytes);
            return this;
        }

        Bytes text(String text) {
            return raw(text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        }

        Bytes pixel(int rgb) {
            return small(rgb).u8(0);
        }

        Bytes small(int rgb) {
            return u8(rgb).u8(rgb >> 8).u8(rgb >> 16);
        }

        Bytes colour(int rgb) {
            return u8(rgb >> 16).u8(rgb >> 8).u8(rgb);
        }

        byte[] toArray() {
            return out.toByteArray();
        }
    }

    /** A picture of its own size. */
    static final class Picture {
        private final int width;
        private final int height;
        private final int[] rgb;

        Picture(int width, int height, int[] rgb) {
            this.width = width;
            this.height = height;
            this.rgb = rgb;
        }

        int width() {
            return width;
        }

        int height() {
            return height;
        }

        int[] rgb() {
            return rgb;
        }

        int at(int x, int y) {
            return rgb[y * width + x];
        }

        int[] distinct() {
            return Arrays.stream(rgb).distinct().toArray();
        }

        Picture part(int x, int y, int w, int h) {
            int[] part = new int[w * h];
            for (int row = 0; row < h; row++) {
                System.arraycopy(rgb, (y + row) * width + x, part, row * w, w);
            }
            return new Picture(w, h, part);
        }
    }

    private static byte[] deflate(Deflater stream, byte[] plain) {
        var out = new ByteArrayOutputStream();
        byte[] chunk = new byte[4096];
        stream.setInput(plain);
        int count;
        do {
            count = stream.deflate(chunk, 0, chunk.length, Deflater.SYNC_FLUSH);
            out.write(chunk, 0, count);
        } while (count == chunk.length);
        return out.toByteArray();
    }

    byte[] encode(Encoding encoding, Picture picture) {
        return switch (encoding) {
            case RAW -> raw(picture);
            case RRE -> rre(picture);
            case HEXTILE -> hextile(picture);
            case ZLIB -> {
                byte[] packed = deflate(zlib, raw(picture));
                yield new Bytes().s32(packed.length).raw(packed).toArray();
            }
            case ZRLE -> {
                byte[] packed = deflate(zrle, zrleTiles(picture));
                yield new Bytes().s32(packed.length).raw(packed).toArray();
            }
            case TIGHT -> tight(picture, picture.distinct().length <= 256 ? 1 : 0);
            case COPY_RECT -> throw new IllegalArgumentException("copies have no pixels");
        };
    }

    private static byte[] raw(Picture picture) {
        var out = new Bytes();
        for (int rgb : picture.rgb()) {
            out.pixel(rgb);
        }
        return out.toArray();
    }

    private static byte[] rre(Picture picture) {
        int background = picture.at(0, 0);
        var parts = new Bytes();
        int count = 0;
        for (int y = 0; y < picture.height(); y++) {
            for (int x = 0; x < picture.width(); x++) {
                if (picture.at(x, y) != background) {
                    parts.pixel(picture.at(x, y)).u16(x).u16(y).u16(1).u16(1);
                    count++;
                }
            }
        }
        return new Bytes().s32(count).pixel(background).raw(parts.toArray()).toArray();
    }

    private static byte[] hextile(Picture picture) {
        var out = new Bytes();
        for (int y = 0; y < picture.height(); y += 16) {
            for (int x = 0; x < picture.width(); x += 16) {
                hextileTile(
                        out, picture.part(x, y, Math.min(16, picture.width() - x), Math.min(16, picture.height() - y)));
            }
        }
        return out.toArray();
    }

    private static void hextileTile(Bytes out, Picture tile) {
        int[] colours = tile.distinct();
        if (colours.length > 6) {
            out.u8(1).raw(raw(tile));
            return;
        }
        var parts = new Bytes();
        int count = 0;
        for (int y = 0; y < tile.height(); y++) {
            for (int x = 0; x < tile.width(); x++) {
                if (tile.at(x, y) != colours[0] && count < 255) {
                    if (colours.length > 2) {
                        parts.pixel(tile.at(x, y));
                    }
                    parts.u8(x << 4 | y).u8(0);
                    count++;
                }
            }
        }
        if (count == 255) {
            out.u8(1).raw(raw(tile));
        } else if (count == 0) {
            out.u8(2).pixel(colours[0]);
        } else if (colours.length == 2) {
            out.u8(2 | 4 | 8).pixel(colours[0]).pixel(colours[1]).u8(count).raw(parts.toArray());
        } else {
            out.u8(2 | 8 | 16).pixel(colours[0]).u8(count).raw(parts.toArray());
        }
    }

    private static byte[] zrleTiles(Picture picture) {
        var out = new Bytes();
        int number = 0;
        for (int y = 0; y < picture.height(); y += 64) {
            for (int x = 0; x < picture.width(); x += 64) {
                zrleTile(
                        out,
                        picture.part(x, y, Math.min(64, picture.width() - x), Math.min(64, picture.height() - y)),
                        number++);
            }
        }
        return out.toArray();
    }

    /** Chooses among the kinds that can hold the tile by its number, so that all are met. */
    private static void zrleTile(Bytes out, Picture tile, int number) {
        int[] colours = tile.distinct();
        if (colours.length == 1) {
            out.u8(1).small(colours[0]);
        } else if (colours.length <= 16 && number % 3 == 0) {
            packedTile(out, tile, colours);
        } else if (colours.length <= 127 && number % 3 == 1) {
            out.u8(128 + colours.length);
            Arrays.stream(colours).forEach(out::small);
            runs(out, tile, colours);
        } else if (number % 2 == 0) {
            out.u8(128);
            runs(out, tile, new int[0]);
        } else {
            out.u8(0);
            Arrays.stream(tile.rgb()).forEach(out::small);
        }
    }

    private static void packedTile(Bytes out, Picture tile, int[] colours) {
        out.u8(colours.length);
        Arrays.stream(colours).forEach(out::small);
        int bits = colours.length == 2 ? 1 : colours.length <= 4 ? 2 : 4;
        for (int y = 0; y < tile.height(); y++) {
            int packed = 0;
            int used = 0;
            for (int x = 0; x < tile.width(); x++) {
                packed = packed << bits | indexOf(colours, tile.at(x, y));
                used += bits;
                if (used == 8) {
                    out.u8(packed);
                    packed = 0;
                    used = 0;
                }
            }
            if (used > 0) {
                out.u8(packed << (8 - used));
            }
        }
    }

    private static void runs(Bytes out, Picture tile, int[] palette) {
        int[] rgb = tile.rgb();
        for (int at = 0; at < rgb.length; ) {
            int end = at + 1;
            while (end < rgb.length && rgb[end] == rgb[at]) {
                end++;
            }
            int length = end - at;
            if (palette.length > 0) {
                int index = indexOf(palette, rgb[at]);
                out.u8(length == 1 ? index : index | 128);
            } else {
                out.small(rgb[at]);
            }
            if (palette.length == 0 || length > 1) {
                int rest = length - 1;
                for (; rest >= 255; rest -= 255) {
                    out.u8(255);
                }
                out.u8(rest);
            }
            at = end;
        }
    }

    private static int indexOf(int[] colours, int rgb) {
        for (int i = 0; i < colours.length; i++) {
            if (colours[i] == rgb) {
                return i;
            }
        }
        throw new IllegalArgumentException("no such colour");
    }

    /** Filter 0 copies, 1 has a palette, 2 the gradient; a picture of one colour is filled. */
    byte[] tight(Picture picture, int filter) {
        int[] colours = picture.distinct();
        if (colours.length == 1) {
            return new Bytes().u8(0x80).colour(colours[0]).toArray();
        }
        var plain = new Bytes();
        var out = new Bytes();
        out.u8((4 | filter) << 4).u8(filter);
        switch (filter) {
            case 0 -> Arrays.stream(picture.rgb()).forEach(plain::colour);
            case 1 -> {
                out.u8(colours.length - 1);
                Arrays.stream(colours).forEach(out::colour);
                indexes(plain, picture, colours);
            }
            default -> gradient(plain, picture);
        }
        byte[] bytes = plain.toArray();
        if (bytes.length < 12) {
            return out.raw(bytes).toArray();
        }
        byte[] packed = deflate(tight[filter], bytes);
        int length = packed.length;
        if (length < 1 << 7) {
            out.u8(length);
        } else if (length < 1 << 14) {
            out.u8((length & 0x7f) | 0x80).u8(length >> 7);
        } else {
            out.u8((length & 0x7f) | 0x80).u8((length >> 7 & 0x7f) | 0x80).u8(length >> 14);
        }
        return out.raw(packed).toArray();
    }

    private static void indexes(Bytes out, Picture picture, int[] colours) {
        for (int y = 0; y < picture.height(); y++) {
            for (int x = 0; x < picture.width(); x += colours.length == 2 ? 8 : 1) {
                if (colours.length > 2) {
                    out.u8(indexOf(colours, picture.at(x, y)));
                } else {
                    int packed = 0;
                    for (int i = 0; i < 8 && x + i < picture.width(); i++) {
                        packed |= indexOf(colours, picture.at(x + i, y)) << (7 - i);
                    }
                    out.u8(packed);
                }
            }
        }
    }

    private static void gradient(Bytes out, Picture picture) {
        for (int y = 0; y < picture.height(); y++) {
            for (int x = 0; x < picture.width(); x++) {
                for (int shift = 16; shift >= 0; shift -= 8) {
                    int left = x == 0 ? 0 : part(picture.at(x - 1, y), shift);
                    int above = y == 0 ? 0 : part(picture.at(x, y - 1), shift);
                    int corner = x == 0 || y == 0 ? 0 : part(picture.at(x - 1, y - 1), shift);
                    int expected = Math.max(0, Math.min(255, left + above - corner));
                    out.u8(part(picture.at(x, y), shift) - expected);
                }
            }
        }
    }

    private static int part(int rgb, int shift) {
        return rgb >> shift & 255;
    }
}
