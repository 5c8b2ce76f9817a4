package dev.posada.dockerengine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which login is sent for which registry. */
class RegistryLoginsTest {
    private static final String USUAL = "https://index.docker.io/v1/";

    @TempDir
    Path folder;

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void close() {
        clock.shutdownNow();
    }

    private String sent(String settings, String registry) throws IOException {
        var file = folder.resolve("config.json");
        Files.writeString(file, settings);
        return new RegistryLogins(file, folder + "/", clock)
                .header(registry)
                .map(text -> new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8))
                .orElse("");
    }

    private static String both(String user, String password) {
        return Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void namesTellTheirRegistry() {
        assertThat(RegistryLogins.registry("busybox")).isEqualTo(USUAL);
        assertThat(RegistryLogins.registry("team/image")).isEqualTo(USUAL);
        assertThat(RegistryLogins.registry("docker.io/library/busybox")).isEqualTo(USUAL);
        assertThat(RegistryLogins.registry("inn.example/team/image")).isEqualTo("inn.example");
        assertThat(RegistryLogins.registry("inn:5000/image")).isEqualTo("inn:5000");
        assertThat(RegistryLogins.registry("localhost/image")).isEqualTo("localhost");
    }

    @Test
    void writtenLoginsAreSentToTheirRegistryAlone() throws IOException {
        var settings = """
                {"auths": {"inn.example:5000": {"auth": "%s"}, "https://other.example/v1/": {"auth": "%s"},
                           "%s": {"identitytoken": "abc"}}}
                """.formatted(both("guest", "a:b"), both("cook", "c"), USUAL);
        assertThat(sent(settings, "inn.example:5000"))
                .contains("\"username\":\"guest\"", "\"password\":\"a:b\"", "\"serveraddress\":\"inn.example:5000\"");
        assertThat(sent(settings, "other.example")).contains("\"username\":\"cook\"");
        assertThat(sent(settings, USUAL)).contains("\"identitytoken\":\"abc\"").doesNotContain("username");
        assertThat(sent(settings, "inn.example")).isEmpty();
        assertThat(sent("{}", "inn.example")).isEmpty();
    }

    @Test
    void whatCannotBeReadIsNoLogin() throws IOException {
        assertThat(sent("not json", "inn.example")).isEmpty();
        assertThat(sent("{\"auths\": {\"inn.example\": {\"auth\": \"%%%\"}}}", "inn.example"))
                .isEmpty();
        assertThat(sent("{\"credsStore\": \"nothing-of-the-kind\"}", "inn.example"))
                .isEmpty();
        assertThat(sent("{\"credsStore\": \"../sh\"}", "inn.example")).isEmpty();
        assertThat(new RegistryLogins(folder.resolve("none"), "", clock).header("inn.example"))
                .isEmpty();
    }

    @Test
    void aProgramIsAskedForWhatItKeeps() throws IOException {
        var program = folder.resolve("docker-credential-inn");
        Files.writeString(program, """
                #!/bin/sh
                read -r registry
                case "$1 $registry" in
                  'get inn.example') echo '{"Username": "guest", "Secret": "key"}' ;;
                  'get token.example') echo '{"Username": "<token>", "Secret": "abc"}' ;;
                  *) echo 'credentials not found in native keychain'; exit 1 ;;
                esac
                """);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(sent("{\"credsStore\": \"inn\"}", "inn.example"))
                .contains("\"username\":\"guest\"", "\"password\":\"key\"");
        assertThat(sent("{\"credHelpers\": {\"token.example\": \"inn\"}}", "token.example"))
                .contains("\"identitytoken\":\"abc\"");
        assertThat(sent("{\"credHelpers\": {\"token.example\": \"inn\"}}", "inn.example"))
                .isEmpty();
        assertThat(sent("{\"credsStore\": \"inn\"}", "other.example")).isEmpty();
    }
}
