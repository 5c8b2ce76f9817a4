package dev.posada.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.protocol.Frame;
import dev.posada.protocol.LxcProcedure;
import dev.posada.protocol.MessageHeader;
import dev.posada.protocol.MessageStatus;
import dev.posada.protocol.MessageType;
import dev.posada.protocol.Procedure;
import dev.posada.protocol.QemuProcedure;
import dev.posada.protocol.RemoteProcedure;
import dev.posada.simulator.SimulatorProvider;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls of every procedure, right, nearly right and wrong: whatever comes, there is an answer or an end. */
class MutatedCallsTest {
    private static final String URI = "test:///default";
    private static final int ROUNDS = 8;

    private final long seed = System.nanoTime();
    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    private final AnyArguments arguments = new AnyArguments(random);
    private RunningServer server;

    @BeforeEach
    void start() {
        System.err.println("seed " + seed);
        server = RunningServer.start(settings -> settings, List.of(new SimulatorProvider()));
    }

    @AfterEach
    void stop() {
        server.requireAlive();
        server.close();
    }

    @Test
    void everyCallIsAnswered() {
        var client = server.connect().open(URI);
        for (var procedure : calls()) {
            for (int round = 0; round < ROUNDS; round++) {
                client.send(call(procedure, round));
                requireReply(client, procedure, round);
                client = freshAfterClose(client, procedure);
            }
        }
        client.close();
    }

    @Test
    void everyCallWithWrongArgumentsIsAnswered() {
        var client = server.connect().open(URI);
        for (var procedure : calls()) {
            for (int round = 0; round < ROUNDS; round++) {
                client.send(mutated(call(procedure, round)));
                requireReply(client, procedure, round);
                client = freshAfterClose(client, procedure);
            }
        }
        client.close();
    }

    @Test
    void wrongHeadersAreAnsweredOrEndTheirConnection() {
        var procedures = calls();
        for (int round = 0; round < 300; round++) {
            try (var client = server.connect().open(URI)) {
                for (int i = 0; i < 5; i++) {
                    var bytes = call(procedures.get(random.nextInt(procedures.size())), i);
                    // The length stays right, or the test would only ever see connections that wait for more.
                    int at = 4 + random.nextInt(24);
                    bytes.put(at, (byte) (bytes.get(at) ^ 1 << random.nextInt(8)));
                    if (!client.send(bytes)) {
                        break;
                    }
                }
            }
        }
    }

    private void requireReply(WireClient client, Procedure procedure, int serial) {
        var reply = client.next(WireClient::isReply);
        assertThat(reply.header().serial()).as("%s, seed %d", procedure, seed).isEqualTo(serial);
        assertThat(reply.header().procedure()).isEqualTo(procedure.number());
    }

    private WireClient freshAfterClose(WireClient client, Procedure procedure) {
        if (procedure != RemoteProcedure.CONNECT_CLOSE) {
            return client;
        }
        client.awaitEnd();
        client.close();
        return server.connect().open(URI);
    }

    private static List<Procedure> calls() {
        return Stream.<Procedure[]>of(RemoteProcedure.values(), QemuProcedure.values(), LxcProcedure.values())
                .flatMap(Stream::of)
                .filter(procedure -> procedure.traits().kind().isCall())
                .toList();
    }

    private ByteBuffer call(Procedure procedure, int serial) {
        var header = MessageHeader.of(procedure, MessageType.CALL, serial, MessageStatus.OK);
        var frame = Frame.encode(header, arguments.of(procedure));
        return ByteBuffer.allocate(frame.remaining()).put(frame).flip();
    }

    /** Cuts the arguments, lengthens them, or flips some of their bits. */
    private ByteBuffer mutated(ByteBuffer call) {
        int headerBytes = 28;
        int length = call.limit();
        switch (random.nextInt(3)) {
            case 0 -> call.limit(headerBytes + random.nextInt(length - headerBytes + 1));
            case 1 ->
                call = ByteBuffer.allocate(length + random.nextInt(64))
                        .put(call)
                        .rewind();
            default -> {
                for (int i = random.nextInt(6); i >= 0 && length > headerBytes; i--) {
                    int at = headerBytes + random.nextInt(length - headerBytes);
                    call.put(at, (byte) (call.get(at) ^ 1 << random.nextInt(8)));
                }
            }
        }
        return call.putInt(0, call.limit());
    }
}
