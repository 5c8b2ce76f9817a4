package dev.posada.client;

import dev.posada.xdr.Opaque;

/**
 * The security model that keeps domains apart on a host.
 *
 * @param name such as {@code apparmor}; empty when there is none
 * @param interpretation its domain of interpretation
 */
public record SecurityModel(String name, String interpretation) {

    /** A text that travels with the zero byte that ends it in C. */
    static String text(Opaque bytes) {
        var text = bytes.text();
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }
}
