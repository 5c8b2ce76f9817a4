package dev.posada.qemu;

import java.nio.file.*;
import org.junit.jupiter.api.*;

class FixtureTool {
    @Test
    void run() throws Exception {
        for (var a : new String[] {"x86_64", "i386"})
            Files.writeString(
                    Fixtures.RESOURCES.resolve("qemu-7.2-" + a + ".json"),
                    CapabilitiesFile.write(CapabilitiesProbe.probe(Path.of("/usr/bin/qemu-system-" + a)), "fixture")
                            + "\n");
    }
}
