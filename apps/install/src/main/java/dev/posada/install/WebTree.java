package dev.posada.install;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLConnection;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** A tree on a server, by HTTP or FTP. */
final class WebTree implements TreeSource {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int OK = 200;

    private final String location;
    private Optional<HttpClient> client = Optional.empty();

    WebTree(String location) {
        this.location = location;
    }

    /** Whether a location is for this class. */
    static boolean isWeb(String location) {
        return location.startsWith("http://") || location.startsWith("https://") || location.startsWith("ftp://");
    }

    @Override
    public String location() {
        return location;
    }

    @Override
    public boolean isThere() {
        return has("");
    }

    private boolean isFtp() {
        return location.startsWith("ftp://");
    }

    private HttpClient client() {
        HttpClient made = client.orElseGet(() -> HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(PATIENCE)
                .build());
        client = Optional.of(made);
        return made;
    }

    private URI uri(String path) {
        try {
            if (path.isEmpty()) {
                return URI.create(location);
            }
            String relative = path.startsWith("/") ? path.substring(1) : path;
            return URI.create(location.endsWith("/") ? location + relative : location + "/" + relative);
        } catch (IllegalArgumentException e) {
            throw new InstallException("'" + location + "' is not a URL that can be used", e);
        }
    }

    @Override
    public boolean has(String path) {
        try {
            if (isFtp()) {
                try (OpenFile file = open(path)) {
                    return file.in().read() >= -1;
                }
            }
            HttpRequest request = HttpRequest.newBuilder(uri(path))
                    .timeout(PATIENCE)
                    .method("HEAD", HttpRequest.BodyPublishers.noBody())
                    .build();
            return client().send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == OK;
        } catch (IOException unreachable) {
            return false;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    @Override
    public OpenFile open(String path) throws IOException {
        URI uri = uri(path);
        if (isFtp()) {
            URLConnection connection = uri.toURL().openConnection();
            connection.setConnectTimeout((int) PATIENCE.toMillis());
            connection.setReadTimeout((int) PATIENCE.toMillis());
            return new OpenFile(connection.getInputStream(), Math.max(0, connection.getContentLengthLong()));
        }
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(uri).timeout(PATIENCE).GET().build();
            HttpResponse<InputStream> response = client().send(request, HttpResponse.BodyHandlers.ofInputStream());
            if (response.statusCode() != OK) {
                response.body().close();
                throw new IOException("the server answers " + response.statusCode() + " for " + uri);
            }
            return new OpenFile(
                    response.body(),
                    response.headers().firstValueAsLong("content-length").orElse(0));
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static UncheckedIOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new UncheckedIOException(new IOException("interrupted", e));
    }

    @Override
    public void close() {
        client.ifPresent(HttpClient::close);
        client = Optional.empty();
    }
}
