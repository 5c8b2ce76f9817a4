package dev.posada.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The bridge of this host that leads outside, if its default route goes over one. */
final class HostBridge {
    private static final int ROUTE_FIELDS = 11;

    private HostBridge() {}

    static Optional<String> find(Host host) {
        if (host.isRemote()) {
            return Optional.empty();
        }
        return defaultRoute().filter(link -> Files.isDirectory(Path.of("/sys/class/net", link, "bridge")));
    }

    private static Optional<String> defaultRoute() {
        try {
            for (var line : Files.readAllLines(Path.of("/proc/net/route"))) {
                var fields = line.strip().split("\\s+", -1);
                if (fields.length == ROUTE_FIELDS && fields[1].equals("00000000")) {
                    return Optional.of(fields[0]);
                }
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }
}
