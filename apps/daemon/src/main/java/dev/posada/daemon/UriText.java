package dev.posada.daemon;

import java.nio.charset.StandardCharsets;

/** Writes text as it may stand in the query of a URI, RFC 3986. */
final class UriText {
    private static final String PLAIN = "/-._~:@!$'()*,";

    private UriText() {}

    static String encoded(String text) {
        var encoded = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xFF);
            boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || PLAIN.indexOf(c) >= 0);
            if (plain) {
                encoded.append(c);
            } else {
                encoded.append("%%%02X".formatted((int) c));
            }
        }
        return encoded.toString();
    }
}
