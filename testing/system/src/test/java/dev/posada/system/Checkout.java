package dev.posada.system;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the programs under test are. */
final class Checkout {
    private Checkout() {}

    static Path root() {
        var given = System.getProperty("posada.source", "");
        var here = given.isEmpty() ? Path.of("").toAbsolutePath() : Path.of(given);
        while (!Files.exists(here.resolve("mvnw"))) {
            here = here.getParent();
        }
        return here;
    }
}
