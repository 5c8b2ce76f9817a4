package dev.posada.doctor;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;

/** The engine of containers, Docker's or Podman's, by its socket. */
final class DockerChecks implements Check {
    private static final String DOCKER = "/run/docker.sock";
    private static final String PODMAN = "/run/podman/podman.sock";
    private static final String REQUEST = "GET /version HTTP/1.0\r\nHost: docker\r\n\r\n";
    private static final int ANSWER_BYTES = 64 * 1024;

    private final boolean needed;

    /**
     * Looks at Docker.
     *
     * @param needed whether its absence is a failure
     */
    DockerChecks(boolean needed) {
        this.needed = needed;
    }

    @Override
    public void look(Host host, Report report) {
        var exists = "if Docker's socket exists";
        // As the driver of containers looks for one.
        boolean docker = host.exists(DOCKER) || !host.exists(PODMAN);
        var socket = docker ? DOCKER : PODMAN;
        if (!host.exists(socket)) {
            missing(report, exists, "no " + socket, start(host));
            return;
        }
        report.pass(Topic.DOCKER, exists, socket);
        var answers = "if Docker's engine answers";
        if (!Files.isWritable(host.at(socket))) {
            var user = System.getProperty("user.name", "USER");
            missing(
                    report,
                    answers,
                    "permission denied",
                    docker
                            ? "Join its group and log in again: usermod -a -G docker " + user + "."
                            : "Root's engine is root's alone; for one of " + user
                                    + ": systemctl --user enable --now podman.socket.");
            return;
        }
        try {
            report.pass(Topic.DOCKER, answers, version(host, socket));
        } catch (IOException e) {
            missing(
                    report,
                    answers,
                    String.valueOf(e.getMessage()),
                    "See what it says: systemctl status " + (docker ? "docker." : "podman.socket."));
        }
    }

    /** What would bring an engine's socket into being here. */
    private static String start(Host host) {
        if (host.program("dockerd").isPresent()) {
            return "Docker is installed; start it: systemctl enable --now docker.";
        }
        if (host.program("podman").isPresent()) {
            return "Podman is installed; have it listen: systemctl enable --now podman.socket.";
        }
        return "Install and start it: apt install docker.io.";
    }

    private void missing(Report report, String what, String note, String remedy) {
        if (needed) {
            report.fail(Topic.DOCKER, what, note, remedy);
        } else {
            report.warn(Topic.DOCKER, what, note, remedy);
        }
    }

    /** Asks the engine in HTTP's simplest version, which ends with the connection. */
    private static String version(Host host, String socket) throws IOException {
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(host.at(socket)));
            channel.write(ByteBuffer.wrap(REQUEST.getBytes(StandardCharsets.US_ASCII)));
            var answer = ByteBuffer.allocate(ANSWER_BYTES);
            while (answer.hasRemaining() && channel.read(answer) >= 0) {
                Thread.onSpinWait();
            }
            var text = new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
            var mark = "\"Version\":\"";
            // The engine's own version stands behind those of its components.
            int at = text.lastIndexOf(mark);
            if (at < 0) {
                throw new IOException(text.lines().findFirst().orElse("no answer"));
            }
            return text.substring(at + mark.length(), text.indexOf('"', at + mark.length()));
        }
    }
}
