package dev.posada.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RootLockTest {
    @TempDir
    Path run;

    @Test
    void secondDaemonOfTheProcessIsRefusedAndTheFirstKeepsItsLock() throws Exception {
        try (var first = RootLock.take(run)) {
            assertThatThrownBy(() -> RootLock.take(run))
                    .isInstanceOfSatisfying(
                            StartException.class, e -> assertThat(e.exit()).isEqualTo(ExitCode.TAKEN))
                    .hasMessageContaining("process " + ProcessHandle.current().pid())
                    .hasMessageContaining(run.toString())
                    .hasMessageContaining("--root DIR");
            // Another process sees whether the kernel still holds the lock for us.
            assertThat(lockedForOthers()).isTrue();
            assertThat(first).isNotNull();
        }
        assertThat(lockedForOthers()).isFalse();
    }

    @Test
    void lockGivenUpCanBeTakenAgain() {
        RootLock.take(run).close();
        RootLock.take(run).close();
    }

    @Test
    void numberLeftByAnEarlierProcessIsNobody() throws IOException {
        var pidFile = run.resolve("posadad.pid");
        Files.writeString(pidFile, ProcessHandle.current().pid() + "\n");
        Files.setLastModifiedTime(pidFile, FileTime.from(Instant.EPOCH));

        RootLock.take(run).close();
    }

    @Test
    void numberOfTheHolderStandsInTheFile() throws IOException {
        try (var lock = RootLock.take(run)) {
            assertThat(lock).isNotNull();
            assertThat(run.resolve("posadad.pid"))
                    .hasContent(ProcessHandle.current().pid() + "\n");
        }
    }

    private boolean lockedForOthers() throws IOException {
        // The kernel's list of locks names the inode; no other process has to be started to ask.
        var inode = Files.getAttribute(run.resolve("posadad.lock"), "unix:ino").toString();
        return Files.readString(Path.of("/proc/locks")).contains(":" + inode + " ");
    }
}
