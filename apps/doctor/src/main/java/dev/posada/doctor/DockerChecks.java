package dev.posada.doctor;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;

/** Docker's engine, by its socket. */
final class DockerChecks implements Check {
    private static final String SOCKET = "/run/docker.sock";
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
        if (!host.exists(SOCKET)) {
            missing(report, exists, "no " + SOCKET, "Install and start it: apt install docker.io.");
            return;
        }
        report.pass(Topic.DOCKER, exists, SOCKET);
        var answers = "if Docker's engine answers";
        if (!Files.isWritable(host.at(SOCKET))) {
            missing(
                    report,
                    answers,
                    "permission denied",
                    "Join its group and log in again: usermod -a -G docker " + System.getProperty("user.name", "USER")
                            + ".");
            return;
        }
        try {
            report.pass(Topic.DOCKER, answers, version(host));
        } catch (IOException e) {
            missing(report, answers, String.valueOf(e.getMessage()), "See what it says: systemctl status docker.");
        }
    }

    private void missing(Report report, String what, String note, String remedy) {
        if (needed) {
            report.fail(Topic.DOCKER, what, note, remedy);
        } else {
            report.warn(Topic.DOCKER, what, note, remedy);
        }
    }

    /** Asks the engine in HTTP's simplest version, which ends with the connection. */
    private static String version(Host host) throws IOException {
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(host.at(SOCKET)));
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
