package dev.posada.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Talking to a program. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class JvmConsoleTest {
    @TempDir
    Path root;

    @Test
    void aConsoleTypesAndShowsAndOutlivesTheDaemon() throws Exception {
        try (var house = new House(root)) {
            var domain = house.run("inn", "echo").uuid();
            try (var console = house.on().devices().openConsole(domain, "", 0)) {
                House.readUntil(console, "guest says echo");
                House.type(console, "good morning\r");
                // What is typed is shown as on any terminal, and lines end as they do there.
                assertThat(House.readUntil(console, "heard GOOD MORNING\r\n")).contains("good morning\r\n");
            }
            house.restart();
            try (var console = house.on().devices().openConsole(domain, "console0", 0)) {
                House.readUntil(console, "heard GOOD MORNING");
                House.type(console, "still there?\r");
                House.readUntil(console, "heard STILL THERE?");
                assertThatThrownBy(() -> house.on().devices().openConsole(domain, "", 0))
                        .hasMessageContaining("Active console session exists for this domain");
                try (var other = house.on().devices().openConsole(domain, "", 1)) {
                    House.readUntil(other, "heard STILL THERE?");
                }
            }
        }
    }

    @Test
    void theEndOfTheProgramIsTheEndOfTheConsole() throws Exception {
        try (var house = new House(root)) {
            var domain = house.run("inn", "echo").uuid();
            try (var console = house.on().devices().openConsole(domain, "", 0)) {
                House.readUntil(console, "guest says echo");
                // The end of the input, as a terminal says it.
                House.type(console, "\u0004");
                var rest = ByteBuffer.allocate(64 << 10);
                while (console.read(rest) >= 0) {
                    assertThat(rest.hasRemaining()).isTrue();
                }
            }
            house.awaitEnd(domain);
        }
    }
}
