package dev.posada.dockerengine;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The beginning of an answer: status and header fields, their names in lower case.
 *
 * @param status 100 to 999
 */
record HttpHead(int status, Map<String, List<String>> fields) {
    static final int LINES_AT_MOST = 200;
    private static final int LINE_BYTES_AT_MOST = 64 * 1024;

    HttpHead {
        fields = Map.copyOf(fields);
    }

    /** Reads one; the body is what follows. */
    static HttpHead read(InputStream source) throws IOException {
        var first = line(source);
        if (!first.startsWith("HTTP/1.") || first.length() < 12) {
            throw new IOException("what answers there does not speak HTTP");
        }
        int status;
        try {
            status = Integer.parseInt(first.substring(9, 12));
        } catch (NumberFormatException e) {
            throw new IOException("what answers there does not speak HTTP", e);
        }
        var fields = new TreeMap<String, List<String>>();
        for (int lines = 0; ; lines++) {
            var line = line(source);
            if (line.isEmpty()) {
                return new HttpHead(status, fields);
            }
            int colon = line.indexOf(':');
            if (colon < 1 || lines >= LINES_AT_MOST) {
                throw new IOException("the engine's answer has a beginning that makes no sense");
            }
            fields.computeIfAbsent(line.substring(0, colon).strip().toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
    }

    Optional<String> field(String name) {
        return fields.getOrDefault(name, List.of()).stream().findFirst();
    }

    /** The body that follows this beginning. */
    InputStream body(InputStream source) throws IOException {
        if (status == 204 || status == 304) {
            return InputStream.nullInputStream();
        }
        if (field("transfer-encoding").orElse("").toLowerCase(Locale.ROOT).contains("chunked")) {
            return new ChunkedStream(source);
        }
        var length = field("content-length");
        if (length.isEmpty()) {
            return source;
        }
        try {
            return BoundedStream.exactly(source, Long.parseUnsignedLong(length.get()));
        } catch (NumberFormatException e) {
            throw new IOException("the engine's answer has a length that makes no sense", e);
        }
    }

    /** One line without its end. */
    static String line(InputStream source) throws IOException {
        var line = new StringBuilder();
        while (line.length() < LINE_BYTES_AT_MOST) {
            int next = source.read();
            if (next < 0) {
                throw new EOFException("the connection ended before the answer");
            }
            if (next == '\n') {
                int end = line.length();
                return line.substring(0, end > 0 && line.charAt(end - 1) == '\r' ? end - 1 : end);
            }
            line.append((char) next);
        }
        throw new IOException("the engine's answer has a line without an end");
    }

    /** A request's beginning, as bytes. */
    static byte[] request(String method, String target, Map<String, String> fields) {
        var text = new StringBuilder(method).append(' ').append(target).append(" HTTP/1.1\r\nHost: engine\r\n");
        fields.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        return text.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    }
}
