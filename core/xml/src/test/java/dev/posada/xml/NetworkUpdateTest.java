package dev.posada.xml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.model.NetworkDefinition;
import dev.posada.model.PosadaException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Edits of networks, each with what libvirt 9.0 makes of it: {@code updates.txt} holds command, section, index, the network
 * it is tried on and the entry; then the lines that change with one before and one after, or the error.
 */
class NetworkUpdateTest {
    static Stream<List<String>> updates() throws IOException {
        return Stream.of(resource("updates.txt").split("\n\n"))
                .map(entry -> entry.lines().toList());
    }

    private static String resource(String name) throws IOException {
        try (var in = NetworkUpdateTest.class.getResourceAsStream("/networks/" + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @MethodSource("updates")
    void editsAreMadeAsLibvirtMakesThem(List<String> entry) throws IOException {
        var header = entry.getFirst().split(" ", 5);
        var before = NetworkXml.parse(resource("update-" + header[3] + ".xml"), false);
        var answer = entry.subList(1, entry.size());
        if (answer.getFirst().startsWith("ERR ")) {
            var parts = answer.getFirst().split(" ", 3);
            assertThatThrownBy(() -> edited(before, header)).isInstanceOfSatisfying(PosadaException.class, e -> {
                assertThat(e.code().number()).isEqualTo(Integer.parseInt(parts[1]));
                assertThat(e.getMessage()).startsWith(parts[2]);
            });
            return;
        }
        var after = edited(before, header);
        assertThat(lines(before)).containsSequence(without('+', answer));
        assertThat(lines(after)).containsSequence(without('-', answer));
    }

    private static NetworkDefinition edited(NetworkDefinition before, String[] header) {
        return NetworkUpdate.parse(
                        before.name(),
                        Integer.parseInt(header[0]),
                        Integer.parseInt(header[1]),
                        Integer.parseInt(header[2]),
                        header[4])
                .apply(before);
    }

    private static List<String> lines(NetworkDefinition definition) {
        return NetworkXml.format(definition).lines().toList();
    }

    private static List<String> without(char mark, List<String> difference) {
        return difference.stream()
                .filter(line -> line.charAt(0) != mark)
                .map(line -> line.substring(1))
                .toList();
    }

    @Test
    void aRangeThatOverlapsAnotherIsRefused() throws IOException {
        var before = NetworkXml.parse(resource("update-nat.xml"), false);
        assertThatThrownBy(() -> NetworkUpdate.parse("u", 3, 5, -1, "<range start='10.0.0.50' end='10.0.0.120'/>")
                        .apply(before))
                .hasMessageContaining("dhcp range 10.0.0.50 - 10.0.0.120 overlaps range 10.0.0.2 - 10.0.0.99");
    }
}
