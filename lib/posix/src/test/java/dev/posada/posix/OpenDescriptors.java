package dev.posada.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The descriptors this process has open, seen through /proc. */
final class OpenDescriptors {
    private OpenDescriptors() {}

    static List<String> targets() {
        var targets = new ArrayList<String>();
        try (var numbers = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (var number : numbers) {
                try {
                    targets.add(Files.readSymbolicLink(number).toString());
                } catch (IOException closedMeanwhile) {
                    // The directory stream's own descriptor, or one of another thread.
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return targets;
    }

    /** Waits until no more are open than before: what is closed by another thread takes a moment. */
    static void assertNoMoreThan(int count) {
        assertThat(Eventually.holds(() -> targets().size() <= count))
                .as("open descriptors: %d before, now %s", count, targets())
                .isTrue();
    }
}
