package dev.posada.xml;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;

/**
 * Words the errors of one document as clients of libvirt know them: {@code (name):line: what is wrong}, the line of the
 * text, and a mark under the place.
 */
final class DocumentProblem {
    /** As much of a line as an error shows. */
    private static final int EXCERPT_LENGTH = 80;

    private final String text;
    private final String what;
    private final ErrorOrigin origin;

    DocumentProblem(String text, String what, ErrorOrigin origin) {
        this.text = text;
        this.what = what;
        this.origin = origin;
    }

    /** A document longer than we read. */
    PosadaException tooLong(int length) {
        return new PosadaException(
                ErrorCode.XML_DETAIL,
                origin,
                "(" + what + "):1: Document of " + length + " bytes is longer than the " + Documents.MAX_LENGTH
                        + " that are read; take large content out of it");
    }

    /** What is wrong at a position of the text. */
    PosadaException at(int position, String problem) {
        int here = Math.clamp(position, 0, text.length());
        int lineStart = here;
        while (lineStart > 0 && text.charAt(lineStart - 1) != '\n') {
            lineStart--;
        }
        int lineEnd = text.indexOf('\n', here);
        if (lineEnd < 0) {
            lineEnd = text.length();
        }
        int from = Math.max(lineStart, here - EXCERPT_LENGTH + 1);
        int to = Math.min(lineEnd, from + EXCERPT_LENGTH);
        return new PosadaException(
                ErrorCode.XML_DETAIL,
                origin,
                "(" + what + "):" + lineOf(here) + ": " + problem + '\n' + printable(from, to) + '\n'
                        + "-".repeat(here - from) + '^');
    }

    private int lineOf(int position) {
        int line = 1;
        for (int at = text.indexOf('\n'); at >= 0 && at < position; at = text.indexOf('\n', at + 1)) {
            line++;
        }
        return line;
    }

    /** A part of the text that a terminal can show: control characters and halves of pairs become question marks. */
    private String printable(int from, int to) {
        var shown = new StringBuilder(to - from);
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c == '\t') {
                shown.append(' ');
            } else if (Character.isISOControl(c) || c == 0xFFFE || c == 0xFFFF) {
                shown.append('?');
            } else if (Character.isSurrogate(c)) {
                boolean pair =
                        Character.isHighSurrogate(c) && i + 1 < to && Character.isLowSurrogate(text.charAt(i + 1));
                if (pair) {
                    shown.append(c).append(text.charAt(++i));
                } else {
                    shown.append('?');
                }
            } else {
                shown.append(c);
            }
        }
        return shown.toString();
    }
}
