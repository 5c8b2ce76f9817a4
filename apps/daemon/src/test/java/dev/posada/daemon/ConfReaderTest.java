package dev.posada.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfReaderTest {
    @Test
    void numbersTextsAndListsAreRead() {
        var conf = read("""
                # a comment
                number = -12
                  text="with spaces # and no comment"   # a comment
                single = 'quotes "inside"'
                list = [ "one", 'two' ]
                long = [   # begins here
                  "a",     # first

                  "b",
                ]
                none = []
                block = \"""two
                lines\"""
                """);

        assertThat(conf.values())
                .isEqualTo(Map.of(
                        "number", List.of("-12"),
                        "text", List.of("with spaces # and no comment"),
                        "single", List.of("quotes \"inside\""),
                        "list", List.of("one", "two"),
                        "long", List.of("a", "b"),
                        "none", List.of(),
                        "block", List.of("two\nlines")));
        assertThat(conf.entries().get("none").line()).isEqualTo(11);
        assertThat(conf.entries().get("block").line()).isEqualTo(12);
    }

    @Test
    void emptyFileSetsNothing() {
        assertThat(read("").entries()).isEmpty();
        assertThat(read("\r\n# only this\r\n").entries()).isEmpty();
    }

    @Test
    void complaintsNameFileLineAndKey() {
        assertThatThrownBy(() -> read("a = 1\nb 2\n")).hasMessage("/etc/x.conf:2: expected '=' after 'b', as in b = 1");
        assertThatThrownBy(() -> read("a = yes")).hasMessageStartingWith("/etc/x.conf:1: the value of a is neither");
        assertThatThrownBy(() -> read("a = \"open\nb = 1")).hasMessageContaining("no closing \" in its line");
        assertThatThrownBy(() -> read("\na = [ \"x\"\n")).hasMessageContaining("list of a that begins in line 2");
        assertThatThrownBy(() -> read("a = [ x ]")).hasMessageContaining("takes texts in quotes");
        assertThatThrownBy(() -> read("a = 1 2")).hasMessageContaining("more than a value after a, found '2'");
        assertThatThrownBy(() -> read("a = 1\na = 2")).hasMessageContaining("a second time, first in line 1");
        assertThatThrownBy(() -> read("= 1")).hasMessageContaining("expected the name of a setting");
        assertThatThrownBy(() -> read("a = 99999999999999999999")).hasMessageContaining("64 bits");
    }

    @Test
    void complaintAboutASecretDoesNotShowIt() {
        assertThatThrownBy(() -> read("vnc_password = hunter2"))
                .hasMessageContaining("vnc_password")
                .hasMessageNotContaining("hunter2");
        assertThatThrownBy(() -> read("vnc_password = \"a\" hunter2")).hasMessageNotContaining("hunter2");
    }

    @Test
    void fileThatIsNotThereOrTooLongIsRefused(@TempDir Path folder) throws IOException {
        var file = folder.resolve("posadad.conf");
        assertThatThrownBy(() -> ConfFile.read(file)).hasMessageContaining("there is no such file");
        assertThat(ConfFile.readIfThere(file).entries()).isEmpty();

        Files.writeString(file, "#".repeat(ConfFile.LIMIT_BYTES + 1));
        assertThatThrownBy(() -> ConfFile.read(file)).hasMessageContaining("longer than");
    }

    @Test
    void whateverTheTextItIsReadOrRefused() {
        long seed = System.nanoTime();
        var random =
                RandomGeneratorFactory.<RandomGenerator>of("L64X128MixRandom").create(seed);
        var pieces = List.of(
                "a", "key", "=", " ", "\n", "\"", "'", "[", "]", ",", "#", "1", "-", "\"\"\"", "\0", "é", "\\", "\t");
        for (int i = 0; i < 20_000; i++) {
            var text = new StringBuilder();
            for (int n = random.nextInt(30); n > 0; n--) {
                text.append(pieces.get(random.nextInt(pieces.size())));
            }
            try {
                read(text.toString());
            } catch (StartException refused) {
                assertThat(refused.exit()).as("seed %d: %s", seed, text).isEqualTo(ExitCode.SETTINGS);
            }
        }
    }

    private static ConfFile read(String text) {
        return new ConfReader(Path.of("/etc/x.conf"), text).read();
    }
}
