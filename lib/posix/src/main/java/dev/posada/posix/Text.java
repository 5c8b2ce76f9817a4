package dev.posada.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Java text as C strings, in UTF-8. */
final class Text {
    private Text() {}

    /**
     * The text with a zero byte behind it.
     *
     * @throws IllegalArgumentException when the text holds a zero byte, behind which C would not see the rest
     */
    static MemorySegment of(String text, Arena arena) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a zero byte in " + text.replace('\0', '?'));
        }
        return Memory.cString(text, arena);
    }

    /** A null-terminated array of strings, as argv and environ are. */
    static MemorySegment arrayOf(List<String> texts, Arena arena) {
        var array = arena.allocate(ValueLayout.ADDRESS, texts.size() + 1L);
        for (int i = 0; i < texts.size(); i++) {
            array.setAtIndex(ValueLayout.ADDRESS, i, of(texts.get(i), arena));
        }
        return array;
    }
}
