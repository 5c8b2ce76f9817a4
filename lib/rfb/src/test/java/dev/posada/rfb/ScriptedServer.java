package dev.posada.rfb;

import dev.posada.rfb.TestEncoder.Bytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;

/** All a server will ever say, written down before; the client reads it and then finds the connection closed. */
final class ScriptedServer {
    private final Bytes script = new Bytes();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    /** What the client told its listener. */
    static final class Diary implements RfbListener {
        final List<String> lines = new ArrayList<>();
        final List<CursorShape> cursors = new ArrayList<>();

        @Override
        public void resized(Framebuffer screen) {
            lines.add("size " + screen.width() + "x" + screen.height());
        }

        @Override
        public void updated(Framebuffer screen, Area area) {
            lines.add("update " + area.x() + "," + area.y() + " " + area.width() + "x" + area.height());
        }

        @Override
        public void cursor(CursorShape shape) {
            cursors.add(shape);
        }

        @Override
        public void pointerIsAbsolute(boolean absolute) {
            lines.add("absolute " + absolute);
        }

        @Override
        public void named(String name) {
            lines.add("name " + name);
        }

        @Override
        public void bell() {
            lines.add("bell");
        }

        @Override
        public void clipboard(String text) {
            lines.add("clipboard " + text);
        }

        @Override
        public void resizable(boolean possible) {
            lines.add("resizable " + possible);
        }
    }

    /** A server of version 3.8 that wants no password. */
    static ScriptedServer open(int width, int height) {
        var server = new ScriptedServer();
        server.script.text("RFB 003.008\n").u8(1).u8(1).s32(0);
        return server.init(width, height);
    }

    static ScriptedServer silent() {
        return new ScriptedServer();
    }

    ScriptedServer init(int width, int height) {
        script.u16(width).u16(height).raw(new byte[16]).s32(4).text("demo");
        return this;
    }

    Bytes says() {
        return script;
    }

    /** The beginning of an update of so many rectangles. */
    ScriptedServer update(int rectangles) {
        script.u8(0).u8(0).u16(rectangles);
        return this;
    }

    ScriptedServer rectangle(int x, int y, int width, int height, int encoding, byte[] content) {
        script.u16(x).u16(y).u16(width).u16(height).s32(encoding).raw(content);
        return this;
    }

    byte[] script() {
        return script.toArray();
    }

    /** What the client has sent. */
    byte[] received() {
        return received.toByteArray();
    }

    RfbClient connect(RfbOptions options, RfbListener listener) {
        return connect(script.toArray(), options, listener);
    }

    RfbClient connect(byte[] script, RfbOptions options, RfbListener listener) {
        return RfbClient.connect(
                Channels.newChannel(new ByteArrayInputStream(script)), new Recorder(received), options, listener);
    }

    /** Lets the client read all of the script, and returns it. */
    RfbClient play(RfbListener listener) {
        var client = connect(RfbOptions.DEFAULT, listener);
        try {
            client.run();
        } catch (RfbException e) {
            if (e.kind() != RfbException.Kind.LOST) {
                throw e;
            }
        }
        return client;
    }

    /** Takes all, also after the script has ended. */
    private record Recorder(ByteArrayOutputStream received) implements java.nio.channels.WritableByteChannel {
        @Override
        public int write(java.nio.ByteBuffer source) {
            byte[] bytes = new byte[source.remaining()];
            source.get(bytes);
            received.writeBytes(bytes);
            return bytes.length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
