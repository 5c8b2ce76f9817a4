package dev.posada.qemu;

import dev.posada.xml.DomainXml;
import java.nio.file.*;
import org.junit.jupiter.api.*;

class JudgeTool {
    @Test
    void run() throws Exception {
        for (var dir : System.getProperty("judge", "").split(":", -1)) {
            try (var files = Files.list(Path.of(dir))) {
                for (var f : files.filter(x -> x.toString().endsWith(".xml"))
                        .sorted()
                        .toList()) {
                    var out = Path.of(f.toString().replace(".xml", ".ours"));
                    try {
                        var c = Fixtures.complete(Files.readString(f));
                        Files.writeString(out, DomainXml.format(c, true));
                        var again = Fixtures.defaults().complete(DomainXml.parse(DomainXml.format(c, true), false));
                        if (!DomainXml.format(again, true).equals(DomainXml.format(c, true))) {
                            System.out.println("NOT IDEMPOTENT " + f);
                            Files.writeString(Path.of(out + "2"), DomainXml.format(again, true));
                        }
                    } catch (RuntimeException e) {
                        Files.writeString(out, "ERROR " + e + "\n");
                        if (!(e instanceof dev.posada.model.PosadaException)) e.printStackTrace(System.out);
                    }
                }
            }
        }
    }
}
