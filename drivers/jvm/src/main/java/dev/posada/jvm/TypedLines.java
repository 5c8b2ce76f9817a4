package dev.posada.jvm;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * What was typed at a console last, a line each. A terminal shows what is typed among what the program writes, and nothing in
 * its log tells the two apart; so this does, for who looks for the program's last words. What an earlier daemon was
 * typed through is not known.
 *
 * <p>Everything is guarded by this object's monitor, which is held for moments only.
 */
final class TypedLines {
    private static final int LINES_MAX = 16;
    private static final int LINE_BYTES_MAX = 1024;

    private final Deque<String> lines = new ArrayDeque<>();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    /** Takes keys; the buffer is left as it is. */
    synchronized void take(ByteBuffer keys) {
        for (int at = keys.position(); at < keys.limit(); at++) {
            byte key = keys.get(at);
            if (key == '\r' || key == '\n') {
                end();
            } else if (line.size() < LINE_BYTES_MAX) {
                line.write(key);
            }
        }
    }

    private void end() {
        var text = line.toString(StandardCharsets.UTF_8).strip();
        line.reset();
        if (text.isEmpty()) {
            return;
        }
        lines.addLast(text);
        if (lines.size() > LINES_MAX) {
            lines.removeFirst();
        }
    }

    /** The lines, the first one first, without blanks around them. */
    synchronized List<String> lines() {
        return List.copyOf(lines);
    }
}
