package dev.posada.rfb;

import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A connection to a server of RFB, which VNC speaks.
 *
 * <p>One thread stays in {@link #run} and draws what the server sends; it calls the listener. All other methods may be
 * called by any thread at any time, also by the listener; those that send block while the connection is full.
 * {@link #close} may be called by anybody, wakes all of them, and has no effect the second time.
 */
public final class RfbClient implements AutoCloseable {
    private static final int MAX_NAME_BYTES = 64 << 10;
    private static final int MAX_FENCE_BYTES = 64;
    private static final int NO_END = 0xffff;
    private static final int FENCE_REQUEST = 1 << 31;
    /** Those of its flags that a client which answers at once, and in order, can promise. */
    private static final int FENCE_FLAGS = 7;

    /** Where a mouse that only knows how far it moved has its middle. */
    private static final int RELATIVE_ZERO = 0x7fff;

    private final Channel in;
    private final Channel out;
    private final WireInput input;
    private final WireOutput output;
    private final RfbListener listener;
    private final Decoders decoders;
    private final CursorDecoder cursors;
    private final Clipboard clipboard;
    private final boolean encrypted;
    private volatile Framebuffer screen;
    private volatile boolean scanCodes;
    private volatile Optional<byte[]> screenLayout = Optional.empty();
    private volatile boolean closed;
    private boolean continuous;
    /** Whether the server is QEMU's, which tells of all but pixels unasked. */
    private boolean qemu;

    private RfbClient(
            ReadableByteChannel in, WritableByteChannel out, Handshake.Greeted greeted, RfbListener listener) {
        this.in = in;
        this.out = out;
        this.input = greeted.input();
        this.output = greeted.output();
        this.encrypted = greeted.encrypted();
        this.listener = listener;
        this.decoders = new Decoders(input);
        this.cursors = new CursorDecoder(input);
        this.clipboard = new Clipboard(input, output);
        this.screen = new Framebuffer(greeted.width(), greeted.height());
    }

    /**
     * Shakes hands and tells the server what we want. The channels belong to the client from here on, and are closed
     * when this fails.
     *
     * @param in blocking; what the server sends
     * @param out blocking; may be the same channel, if it can be read and written at the same time
     * @throws RfbException when the server refuses us, wants what we cannot, or does not speak the protocol
     */
    public static RfbClient connect(
            ReadableByteChannel in, WritableByteChannel out, RfbOptions options, RfbListener listener) {
        boolean done = false;
        try {
            var greeted = Handshake.perform(in, out, options);
            var client = new RfbClient(in, out, greeted, listener);
            client.introduce(options);
            listener.named(greeted.name());
            listener.resized(client.screen);
            done = true;
            return client;
        } finally {
            if (!done) {
                closeQuietly(in);
                closeQuietly(out);
            }
        }
    }

    private void introduce(RfbOptions options) {
        output.send(message -> PixelFormat.write(message.u8(0).padding(3)));
        int[] pseudo = PseudoEncoding.announced();
        output.send(message -> {
            message.u8(2).u8(0).u16(options.encodings().size() + pseudo.length);
            options.encodings().forEach(encoding -> message.s32(encoding.number()));
            for (int number : pseudo) {
                message.s32(number);
            }
        });
    }

    /**
     * Draws until the client is closed.
     *
     * @throws RfbException when the server closes the connection or breaks the protocol
     */
    public void run() {
        try (decoders) {
            request(false);
            while (!closed) {
                message();
            }
        } catch (RfbException e) {
            if (!closed) {
                throw e;
            }
        } finally {
            close();
        }
    }

    /** The screen as it is now; another object after it has changed its size. */
    public Framebuffer screen() {
        return screen;
    }

    /** Whether TLS protects the connection. */
    public boolean isEncrypted() {
        return encrypted;
    }

    /** Whether the server takes scan codes, so that the guest's own keyboard layout decides. */
    public boolean takesScanCodes() {
        return scanCodes;
    }

    /**
     * Presses a key or lets it go.
     *
     * @param keysym what X11 calls the key's meaning; 0 when unknown
     * @param scanCode its place on the keyboard as {@link ScanCode} has it; 0 when unknown. A server that takes scan
     *     codes believes it more than the meaning.
     */
    public void key(int keysym, int scanCode, boolean down) {
        if (scanCodes && scanCode != 0) {
            output.send(message ->
                    message.u8(255).u8(0).u16(down ? 1 : 0).s32(keysym).s32(scanCode));
        } else if (keysym != 0) {
            output.send(message -> message.u8(4).u8(down ? 1 : 0).padding(2).s32(keysym));
        }
    }

    /**
     * Moves the pointer.
     *
     * @param buttons a bit for each that is down: 1 left, 2 middle, 4 right, 8 and 16 the wheel up and down
     */
    public void pointer(int x, int y, int buttons) {
        output.send(message -> message.u8(5).u8(buttons).u16(x).u16(y));
    }

    /** Moves a mouse that only tells how far it moved; see {@link RfbListener#pointerIsAbsolute}. */
    public void pointerBy(int dx, int dy, int buttons) {
        pointer(
                RELATIVE_ZERO + Math.clamp(dx, -RELATIVE_ZERO, RELATIVE_ZERO),
                RELATIVE_ZERO + Math.clamp(dy, -RELATIVE_ZERO, RELATIVE_ZERO),
                buttons);
    }

    /** There is new text in our clipboard, which the server may have. */
    public void offerClipboard(String text) {
        clipboard.offer(text);
    }

    /** Asks for another size of the screen; does nothing when the server has not said that it may be asked. */
    public void requestSize(int width, int height) {
        screenLayout.ifPresent(first -> output.send(message -> {
            message.u8(251).u8(0).u16(width).u16(height).u8(1).u8(0);
            // One screen that is all of it, with the number and flags the server gave its first.
            message.bytes(Arrays.copyOf(first, 4)).u16(0).u16(0).u16(width).u16(height);
            message.bytes(Arrays.copyOfRange(first, 12, 16));
        }));
    }

    /** Asks for the whole screen again. */
    public void refresh() {
        request(false);
    }

    @Override
    public void close() {
        closed = true;
        closeQuietly(in);
        closeQuietly(out);
    }

    private static void closeQuietly(Channel channel) {
        try {
            channel.close();
        } catch (IOException ignored) {
            // What is left of a connection that is given up has nothing to lose.
        }
    }

    private void request(boolean onlyChanges) {
        var now = screen;
        output.send(message -> message.u8(3)
                .u8(onlyChanges ? 1 : 0)
                .u16(0)
                .u16(0)
                .u16(now.width())
                .u16(now.height()));
    }

    private void message() {
        int type = input.u8();
        switch (type) {
            case 0 -> update();
            case 1 -> colourMap();
            case 2 -> listener.bell();
            case 3 -> clipboard.received().ifPresent(listener::clipboard);
            case 150 -> goOnWithoutRequests();
            case 248 -> fence();
            default -> throw RfbException.malformed("the server sends a message of unknown type " + type);
        }
    }

    /** A message for screens of few colours, which ours never is. */
    private void colourMap() {
        input.skip(3);
        int colours = input.u16();
        input.skip(colours * 6);
    }

    /** The server says that it can send updates unasked: from now on it shall. */
    private void goOnWithoutRequests() {
        continuous = !continuous;
        if (continuous) {
            enableContinuousUpdates();
        }
    }

    private void enableContinuousUpdates() {
        var now = screen;
        output.send(
                message -> message.u8(150).u8(1).u16(0).u16(0).u16(now.width()).u16(now.height()));
    }

    /** The server asks when we have got so far. */
    private void fence() {
        input.skip(3);
        int flags = input.s32();
        int length = input.u8();
        if (length > MAX_FENCE_BYTES) {
            throw RfbException.malformed("a fence of " + length + " bytes");
        }
        byte[] payload = input.bytes(length);
        if ((flags & FENCE_REQUEST) != 0) {
            output.send(message -> message.u8(248)
                    .padding(3)
                    .s32(flags & FENCE_FLAGS)
                    .u8(length)
                    .bytes(payload));
        }
    }

    /**
     * Draws what has changed, and asks for what will.
     *
     * <p>QEMU's server tells of another size, cursor or the like whenever it wants to, and still owes us the pixels we
     * asked for; other servers take it for the answer. Asked a second time meanwhile, QEMU may send nothing ever again:
     * when the size changes while it has one request, and has not begun to encode for the other, it forgets to go on.
     */
    private void update() {
        input.skip(1);
        int count = input.u16();
        var changed = new Area(0, 0, 0, 0);
        var before = screen;
        boolean more = true;
        int told = 0;
        for (int i = 0; more && (count == NO_END || i < count); i++) {
            var place = new Area(input.u16(), input.u16(), input.u16(), input.u16());
            int encoding = input.s32();
            if (encoding == PseudoEncoding.LAST_RECT) {
                more = false;
            } else if (special(encoding, place)) {
                told++;
            } else if (!place.isEmpty()) {
                screen.require(place);
                decoders.of(encoding).decode(place, screen);
                changed = changed.with(place);
            }
        }
        boolean resized = before != screen;
        if (continuous) {
            if (resized) {
                enableContinuousUpdates();
                request(false);
            }
        } else if (!qemu || told == 0 || !changed.isEmpty()) {
            request(!resized);
        }
        if (!changed.isEmpty()) {
            listener.updated(screen, resized ? screen.bounds() : changed);
        }
    }

    /** Takes a rectangle that is no pixels of the screen; false for one that is. */
    private boolean special(int encoding, Area place) {
        switch (encoding) {
            case PseudoEncoding.DESKTOP_SIZE -> resize(place.width(), place.height());
            case PseudoEncoding.EXTENDED_DESKTOP_SIZE -> layout(place);
            case PseudoEncoding.CURSOR -> listener.cursor(cursors.withMask(place));
            case PseudoEncoding.ALPHA_CURSOR -> listener.cursor(cursors.withAlpha(place));
            case PseudoEncoding.QEMU_POINTER_MOTION -> {
                qemu = true;
                listener.pointerIsAbsolute(place.x() != 0);
            }
            case PseudoEncoding.QEMU_KEY_EVENT -> scanCodes = true;
            case PseudoEncoding.DESKTOP_NAME ->
                listener.named(input.text(MAX_NAME_BYTES, "the desktop's name", StandardCharsets.UTF_8));
            default -> {
                return false;
            }
        }
        return true;
    }

    /** How the screen is laid out; x says who wanted it so, y whether that worked. */
    private void layout(Area place) {
        int screens = input.u8();
        input.skip(3);
        byte[] all = input.bytes(screens * 16);
        boolean first = screenLayout.isEmpty();
        screenLayout = Optional.of(screens == 0 ? new byte[16] : Arrays.copyOf(all, 16));
        if (first) {
            listener.resizable(true);
        }
        boolean refused = place.x() == 1 && place.y() != 0;
        if (!refused) {
            resize(place.width(), place.height());
        }
    }

    private void resize(int width, int height) {
        if (width == screen.width() && height == screen.height()) {
            return;
        }
        var resized = new Framebuffer(width, height);
        resized.takeOver(screen);
        screen = resized;
        listener.resized(resized);
    }
}
