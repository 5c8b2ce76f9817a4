package dev.posada.dockerengine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageNameTest {
    @ParameterizedTest
    @CsvSource({
        "busybox, busybox, latest, busybox:latest",
        "busybox:1.35, busybox, 1.35, busybox:1.35",
        "localhost:5000/team/tools, localhost:5000/team/tools, latest, localhost:5000/team/tools:latest",
        "r.example.org:5000/a:b, r.example.org:5000/a, b, r.example.org:5000/a:b",
        "a@sha256:00, a, sha256:00, a@sha256:00"
    })
    void aReferenceHasTwoParts(String reference, String repository, String tag, String written) {
        var name = ImageName.parse(reference);
        assertThat(name).isEqualTo(new ImageName(repository, tag));
        assertThat(name).hasToString(written);
    }

    @Test
    void theUsualRegistryGoesWithoutSaying() {
        assertThat(ImageName.familiar("docker.io/library/busybox:1")).isEqualTo("busybox:1");
        assertThat(ImageName.familiar("docker.io/team/tools:1")).isEqualTo("team/tools:1");
        assertThat(ImageName.familiar("localhost/tools:1")).isEqualTo("localhost/tools:1");
    }
}
