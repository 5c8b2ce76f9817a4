package dev.posada.dockerengine;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Paths of requests. */
final class Targets {
    private static final Pattern SLASH = Pattern.compile("%2F", Pattern.LITERAL);

    private Targets() {}

    /** A name as one part of a path; the slashes of an image's name stay. */
    static String part(String name) {
        return SLASH.matcher(query(name)).replaceAll("/");
    }

    /** A value of a query. */
    static String query(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
