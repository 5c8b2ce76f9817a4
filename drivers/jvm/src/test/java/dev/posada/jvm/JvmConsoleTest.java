package dev.posada.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Talking to a program. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class JvmConsoleTest {
    private static final int HUMAN = 1;

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
    void aConsoleIsAsLargeAsTheWindowItIsShownIn() throws Exception {
        try (var house = new House(root)) {
            var domain = house.run("inn", "window").uuid();
            var devices = house.on().devices();
            try (var console = devices.openConsole(domain, "", 0)) {
                House.readUntil(console, "guest says window");
                assertSize(console, "first", "24 80");
                // A program that stands still is no hindrance.
                house.on().lifecycle().suspend(domain);
                devices.monitorCommand(domain, "console-resize 40 132", HUMAN);
                house.on().lifecycle().resume(domain);
                assertSize(console, "second", "40 132");
                devices.monitorCommand(domain, "console-resize console0 50 200", HUMAN);
                assertSize(console, "third", "50 200");
                assertThatThrownBy(() -> devices.monitorCommand(domain, "console-resize serial9 50 200", HUMAN))
                        .hasMessageContaining("cannot find character device serial9");
                // Its next run has another terminal in the same window.
                house.on().lifecycle().reset(domain, 0);
                House.readUntil(console, "guest says window");
                assertSize(console, "fourth", "50 200");
            }
            house.restart();
            try (var console = house.on().devices().openConsole(domain, "", 0)) {
                assertSize(console, "fifth", "24 80");
            }
        }
    }

    @Test
    void theLastWordsAreTheProgramsAndNotWhatWasTyped() throws Exception {
        try (var house = new House(root)) {
            var domain = house.run("inn", "echo").uuid();
            try (var console = house.on().devices().openConsole(domain, "", 0)) {
                House.readUntil(console, "guest says echo");
                House.type(console, "good morning\rbreak down\r");
                house.awaitEnd(domain);
            }
            assertThat(house.on().domains().messages(domain, 0))
                    .singleElement()
                    .asString()
                    .contains("ended with status 7: heard GOOD MORNING");
        }
    }

    private static void assertSize(ByteChannel console, String when, String size) throws IOException {
        House.type(console, when + "\r");
        House.readUntil(console, "at " + when + "\r\n" + size + "\r\nasked, status 0\r\n");
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
