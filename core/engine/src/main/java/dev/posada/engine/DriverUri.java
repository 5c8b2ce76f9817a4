package dev.posada.engine;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/**
 * What a connection's URI says to the engine; how the client came here is of no concern any more.
 *
 * @param scheme the driver's word, without transport
 * @param path with its leading slash
 */
record DriverUri(String scheme, String path) {
    /** Reads a URI; nothing when it is none or has no scheme. */
    static Optional<DriverUri> parse(String text) {
        try {
            var uri = new URI(text);
            if (uri.getScheme() == null) {
                return Optional.empty();
            }
            int plus = uri.getScheme().indexOf('+');
            var scheme = plus < 0 ? uri.getScheme() : uri.getScheme().substring(0, plus);
            var path = uri.getPath() == null || uri.getPath().isEmpty() ? "/" : uri.getPath();
            return path.startsWith("/") ? Optional.of(new DriverUri(scheme, path)) : Optional.empty();
        } catch (URISyntaxException _) {
            return Optional.empty();
        }
    }

    /** The URI without transport, host and query. */
    @Override
    public String toString() {
        return scheme + "://" + path;
    }
}
