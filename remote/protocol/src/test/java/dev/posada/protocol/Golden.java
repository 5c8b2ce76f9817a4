package dev.posada.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Compares text with a checked-in file; {@code -Dposada.golden.rewrite=true} writes the file instead. */
final class Golden {

    private static final Path FOLDER = Path.of("src/test/resources/dev/posada/protocol");

    private Golden() {}

    static void compare(String name, String actual) throws IOException {
        Path golden = FOLDER.resolve(name);
        if (Boolean.getBoolean("posada.golden.rewrite")) {
            Files.writeString(golden, actual);
            return;
        }
        assertThat(actual).as("differs from %s", golden).isEqualTo(Files.readString(golden));
    }
}
