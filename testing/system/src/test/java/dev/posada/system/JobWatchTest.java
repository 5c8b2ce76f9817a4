package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A virsh that waits for ever is run again: without that, some of these lines would not end. */
class JobWatchTest {
    private static final int LINES = 20;

    @TempDir
    static Path folder;

    @BeforeAll
    static void virsh() {
        Programs.need("virsh");
    }

    @Test
    void everyLineEnds() {
        for (int line = 0; line < LINES; line++) {
            var command = "save test " + folder.resolve("saved") + " --running --paused";
            assertThat(Programs.run("virsh", "-c", "test:///default", command)
                            .refused()
                            .err())
                    .contains("mutually exclusive");
        }
    }

    @Test
    void onlyJobsAreWatched() {
        assertThat(JobWatch.concerns("virsh", "-c", "test:///default", "dump test /tmp/file"))
                .isTrue();
        assertThat(JobWatch.concerns("virsh", "-q", "managedsave", "test")).isTrue();
        assertThat(JobWatch.concerns("setpriv", "--reuid", "1", "virsh", "dump", "test", "/tmp/file"))
                .isTrue();
        assertThat(JobWatch.concerns("virsh", "managedsave-remove test")).isFalse();
        assertThat(JobWatch.concerns("qemu-img", "dump")).isFalse();
    }
}
