package dev.posada.doctor;

import dev.posada.client.ClientSettings;
import dev.posada.client.Connection;
import dev.posada.client.ConnectionOptions;
import dev.posada.model.PosadaException;
import dev.posada.xml.Documents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;

/** A daemon that runs: whether it answers, and what it says it can do. */
final class DaemonChecks implements Check {
    private static final String SOCKET = "/run/posada/posada-sock";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Optional<String> uri;

    /**
     * Looks for a daemon.
     *
     * @param uri where; empty for where tools look by themselves
     */
    DaemonChecks(Optional<String> uri) {
        this.uri = uri;
    }

    @Override
    public void look(Host host, Report report) {
        socket(host, report);
        if (host.isThisOne() || uri.isPresent()) {
            daemon(report);
        }
    }

    private static void socket(Host host, Report report) {
        var what = "for the daemon's socket";
        if (!host.exists(SOCKET)) {
            report.pass(Topic.HOST, what, "no system daemon runs");
            return;
        }
        try {
            var rights = PosixFilePermissions.toString(Files.getPosixFilePermissions(host.at(SOCKET)));
            if (host.answers(SOCKET)) {
                report.pass(Topic.HOST, what, SOCKET + ", " + rights);
            } else {
                report.warn(
                        Topic.HOST,
                        what,
                        SOCKET + " (" + rights + ") lets us not in, or nobody listens",
                        "Start the daemon (posadad), or join the group that unix_sock_group of posadad.conf names.");
            }
        } catch (IOException e) {
            report.warn(Topic.HOST, what, String.valueOf(e.getMessage()), "See ls -l " + SOCKET + ".");
        }
    }

    private void daemon(Report report) {
        var what = "if a daemon answers";
        var options = ConnectionOptions.DEFAULT
                .asReadOnly()
                .withConnectTimeout(PATIENCE)
                .withCallTimeout(PATIENCE);
        try (var connection = Connection.open(ClientSettings.ofThisUser().resolveToAllKinds(uri), options)) {
            report.pass(Topic.HOST, what, connection.daemonUri() + ", " + connection.type());
            offers(connection, report);
        } catch (PosadaException e) {
            if (uri.isPresent()) {
                report.fail(Topic.HOST, what, e.getMessage(), "Start it, or correct the address.");
            } else {
                report.pass(Topic.HOST, what, "none does, and none has to");
            }
        }
    }

    /** What domains a daemon can run is what counts in the end. */
    private static void offers(Connection connection, Report report) {
        var what = "what kinds of domains the daemon runs";
        var kinds = new LinkedHashSet<String>();
        var capabilities = Documents.parse(connection.capabilities());
        for (var guest : capabilities.children("guest")) {
            guest.child("arch")
                    .ifPresent(arch -> arch.children("domain")
                            .forEach(domain -> domain.attribute("type").ifPresent(kinds::add)));
        }
        if (kinds.isEmpty()) {
            report.warn(Topic.HOST, what, "none", "Install an emulator and start the daemon again.");
        } else {
            report.pass(Topic.HOST, what, String.join(", ", kinds));
        }
    }
}
