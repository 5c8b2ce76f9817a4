package dev.posada.qemu;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.posix.DescriptorChannel;
import dev.posada.posix.DescriptorPassing;
import dev.posada.posix.Pipe;
import dev.posada.posix.Poller;
import dev.posada.posix.PosixException;
import dev.posada.posix.ProcessDescriptor;
import dev.posada.posix.Readiness;
import dev.posada.posix.Spawn;
import dev.posada.posix.TapDevice;
import dev.posada.posix.UnixSockets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Gets taps for a daemon that may not make them: by QEMU's own helper, which runs as root and obeys
 * {@code /etc/qemu/bridge.conf}. The tap is a port of its bridge, and up, when it comes.
 */
record BridgeProgram(Path program, Poller poller) {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int SOCKET = 3;
    private static final int ERRORS = 2;
    private static final int WORDS_MAX = 1024;

    /**
     * A tap on a bridge.
     *
     * @throws PosadaException {@code INTERNAL_ERROR} with the helper's words
     */
    TapDevice open(String bridge, boolean packetHeaders) {
        var words = new ArrayList<>(List.of(program.toString()));
        if (packetHeaders) {
            words.add("--use-vnet");
        }
        words.add("--br=" + bridge);
        words.add("--fd=" + SOCKET);
        try (var sockets = UnixSockets.pair();
                var errors = Pipe.open()) {
            int pid = new Spawn(program, words)
                    .newSession()
                    .descriptor(SOCKET, sockets.second())
                    .descriptor(ERRORS, errors.writer())
                    .start();
            sockets.second().close();
            errors.writer().close();
            if (!ends(pid)) {
                throw failed(bridge, said(errors));
            }
            var received = new DescriptorPassing(poller).receive(sockets.first(), ByteBuffer.allocate(1), 1, PATIENCE);
            return TapDevice.adopt(received.descriptors().getFirst());
        } catch (PosixException | IOException e) {
            throw failed(bridge, String.valueOf(e.getMessage()));
        }
    }

    private boolean ends(int pid) throws IOException {
        try (var process = ProcessDescriptor.open(pid).orElseThrow()) {
            return poller.await(process.descriptor(), Readiness.READABLE, PATIENCE)
                    && process.reap().filter(status -> status.success()).isPresent();
        }
    }

    private String said(Pipe errors) throws IOException {
        var words = ByteBuffer.allocate(WORDS_MAX);
        try (var channel = new DescriptorChannel(errors.reader(), poller)) {
            channel.read(words, PATIENCE);
        }
        return new String(words.array(), 0, words.position(), StandardCharsets.UTF_8)
                .strip()
                .replace('\n', ' ');
    }

    private PosadaException failed(String bridge, String why) {
        return new PosadaException(
                ErrorCode.INTERNAL_ERROR,
                ErrorOrigin.QEMU,
                program + ": failed to communicate with bridge helper for bridge '" + bridge + "': " + why);
    }
}
