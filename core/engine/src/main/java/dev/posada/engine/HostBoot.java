package dev.posada.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The run of the host we are in. */
final class HostBoot {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private HostBoot() {}

    /** Differs from one run of the host to the next; empty where that cannot be told. */
    static String id() {
        try {
            return Files.readString(BOOT_ID).strip();
        } catch (IOException _) {
            return "";
        }
    }
}
