package dev.posada.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whom dnsmasq becomes. */
final class UnprivilegedUser {
    private static final Path USERS = Path.of("/etc/passwd");

    private UnprivilegedUser() {}

    /** The user Debian makes for it with the full package, or the one that owns nothing. */
    static String name() {
        try (var lines = Files.lines(USERS)) {
            return lines.anyMatch(line -> line.startsWith("dnsmasq:")) ? "dnsmasq" : "nobody";
        } catch (IOException unreadable) {
            return "nobody";
        }
    }
}
