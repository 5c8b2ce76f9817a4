package dev.posada.dockerengine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.posada.dockerhost.BusyboxArchive;
import dev.posada.dockerhost.DockerHost;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An engine that fetches from a registry which wants a name and a password, on this host's loopback. */
@Timeout(300)
class RegistryTest {
    private static final String LOGIN =
            Base64.getEncoder().encodeToString("guest:key".getBytes(StandardCharsets.UTF_8));
    private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

    private static DockerHost host;
    private static HttpServer registry;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws IOException {
        assumeTrue(DockerHost.missing().isEmpty(), () -> DockerHost.missing().orElse(""));
        assumeTrue("own".equals(System.getenv("POSADA_TEST_NAMESPACE")), "needs a network of its own");
        host = DockerHost.start(DockerHost.Network.NONE);
        registry = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        var layer = BusyboxArchive.bytes();
        var config = """
                {"architecture": "amd64", "os": "linux", "config": {}, "rootfs": {"type": "layers", "diff_ids": ["%s"]}}
                """.formatted(digest(layer)).getBytes(StandardCharsets.UTF_8);
        var manifest = """
                {"schemaVersion": 2, "mediaType": "%s",
                 "config": {"mediaType": "application/vnd.docker.container.image.v1+json", "size": %d, "digest": "%s"},
                 "layers": [{"mediaType": "application/vnd.docker.image.rootfs.diff.tar", "size": %d, "digest": "%s"}]}
                """.formatted(MANIFEST, config.length, digest(config), layer.length, digest(layer))
                .getBytes(StandardCharsets.UTF_8);
        var things = Map.of(
                "/v2/",
                new byte[0],
                "/v2/team/box/manifests/1",
                manifest,
                "/v2/team/box/manifests/" + digest(manifest),
                manifest,
                "/v2/team/box/blobs/" + digest(config),
                config,
                "/v2/team/box/blobs/" + digest(layer),
                layer);
        registry.createContext("/", exchange -> answer(exchange, things));
        registry.start();
    }

    @AfterAll
    static void stop() {
        if (registry != null) {
            registry.stop(0);
        }
        if (host != null) {
            host.close();
        }
    }

    private static String digest(byte[] bytes) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static void answer(HttpExchange exchange, Map<String, byte[]> things) throws IOException {
        try (exchange) {
            var found = things.get(exchange.getRequestURI().getPath());
            int status = found == null ? 404 : 200;
            var body = found == null
                    ? "{\"errors\": [{\"code\": \"MANIFEST_UNKNOWN\", \"message\": \"manifest unknown\"}]}"
                            .getBytes(StandardCharsets.UTF_8)
                    : found;
            if (!("Basic " + LOGIN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"inn\"");
                status = 401;
                body = "{\"errors\": [{\"code\": \"UNAUTHORIZED\", \"message\": \"authentication required\"}]}"
                        .getBytes(StandardCharsets.UTF_8);
            } else if (exchange.getRequestURI().getPath().contains("/manifests/")) {
                exchange.getResponseHeaders().add("Content-Type", MANIFEST);
                exchange.getResponseHeaders().add("Docker-Content-Digest", digest(body));
            }
            boolean head = exchange.getRequestMethod().equals("HEAD");
            if (head) {
                exchange.getResponseHeaders().add("Content-Length", Integer.toString(body.length));
            }
            exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
            if (!head && body.length > 0) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    private static String at() {
        return "127.0.0.1:" + registry.getAddress().getPort();
    }

    private DockerEngine engine(String auth) throws IOException {
        var file = folder.resolve("config.json");
        if (!auth.isEmpty()) {
            Files.writeString(file, "{\"auths\": {\"%s\": {\"auth\": \"%s\"}}}".formatted(at(), auth));
        }
        return new DockerEngine(host.socket(), DockerEngine.PATIENCE, file);
    }

    @Test
    void aLoginOfDockersSettingsIsUsed() throws IOException {
        try (var engine = engine(LOGIN)) {
            var told = new CopyOnWriteArrayList<Images.Progress>();
            engine.images().pull(at() + "/team/box:1", told::add);
            assertThat(engine.images().find(at() + "/team/box:1")).isPresent();
            assertThat(told).extracting(Images.Progress::total).anyMatch(bytes -> bytes > 0);
            engine.images().remove(at() + "/team/box:1", false);
            assertThatThrownBy(() -> engine.images().pull(at() + "/team/box:2", one -> {}))
                    .isInstanceOfSatisfying(
                            EngineException.class,
                            e -> assertThat(e.getMessage())
                                    .contains("manifest unknown")
                                    .doesNotContain("login"));
        }
    }

    @Test
    void whoHasNoLoginOrAWrongOneIsToldWhatToDo() throws IOException {
        try (var engine = engine("")) {
            assertThatThrownBy(() -> engine.images().pull(at() + "/team/box:1", one -> {}))
                    .hasMessageContaining("there is no login for " + at() + " in " + folder)
                    .hasMessageEndingWith("use docker login");
        }
        var wrong = Base64.getEncoder().encodeToString("guest:wrong".getBytes(StandardCharsets.UTF_8));
        try (var engine = engine(wrong)) {
            assertThatThrownBy(() -> engine.images().pull(at() + "/team/box:1", one -> {}))
                    .hasMessageContaining("it does not take the login that " + folder);
            assertThat(engine.images().all()).isEqualTo(List.of());
        }
    }
}
