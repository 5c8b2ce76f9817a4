package dev.posada.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.protocol.KeepaliveProcedure;
import dev.posada.protocol.MessageHeader;
import dev.posada.protocol.MessageStatus;
import dev.posada.protocol.MessageType;
import dev.posada.protocol.NoPayload;
import dev.posada.protocol.Program;
import dev.posada.protocol.RemoteConnectSupportsFeatureArgs;
import dev.posada.protocol.RemoteProcedure;
import dev.posada.server.KeepAlive.Ask;
import dev.posada.server.KeepAlive.GiveUp;
import dev.posada.server.KeepAlive.Wait;
import dev.posada.server.ServerSettings.KeepAliveRule;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KeepAliveTest {
    private static final KeepAliveRule RULE = new KeepAliveRule(Optional.of(Duration.ofNanos(5)), 3);

    @Test
    void asksAfterEachIntervalAndGivesUpOneIntervalLater() {
        var keepAlive = new KeepAlive(RULE, 100);
        assertThat(keepAlive.look(104, 100)).isEqualTo(new Wait(1));
        assertThat(keepAlive.look(105, 100)).isEqualTo(new Ask(5));
        assertThat(keepAlive.look(110, 100)).isEqualTo(new Ask(5));
        assertThat(keepAlive.look(114, 100)).isEqualTo(new Wait(1));
        assertThat(keepAlive.look(115, 100)).isEqualTo(new Ask(5));
        assertThat(keepAlive.look(120, 100)).isEqualTo(new GiveUp());
    }

    @Test
    void anythingHeardCountsAsLife() {
        var keepAlive = new KeepAlive(RULE, 100);
        keepAlive.look(105, 100);
        keepAlive.look(110, 100);
        assertThat(keepAlive.look(115, 112)).isEqualTo(new Wait(2));
        assertThat(keepAlive.look(117, 112)).isEqualTo(new Ask(5));
    }

    @Test
    void withoutQuestionsSilenceAloneEndsIt() {
        var keepAlive = new KeepAlive(new KeepAliveRule(Optional.of(Duration.ofNanos(5)), 0), 100);
        assertThat(keepAlive.look(105, 100)).isEqualTo(new GiveUp());
    }

    @Test
    void aLateLookDoesNotUseUpTheQuestions() {
        var keepAlive = new KeepAlive(RULE, 100);
        assertThat(keepAlive.look(1000, 100)).isEqualTo(new Ask(5));
        assertThat(keepAlive.look(1005, 100)).isEqualTo(new Ask(5));
    }

    @Test
    void onlyAClientThatAskedIsPingedAndASilentOneIsGivenUp() {
        var interval = Duration.ofMillis(50);
        try (var server = RunningServer.start(s -> s.withKeepAlive(new KeepAliveRule(Optional.of(interval), 2)));
                var silent = server.connect();
                var knowing = server.connect()) {
            knowing.require(RemoteProcedure.CONNECT_SUPPORTS_FEATURE, new RemoteConnectSupportsFeatureArgs(10));
            var ping = knowing.next().header();
            assertThat(ping.program()).isEqualTo(Program.KEEPALIVE.number());
            assertThat(ping.procedure()).isEqualTo(KeepaliveProcedure.PING.number());
            assertThat(ping.type()).contains(MessageType.MESSAGE);
            assertThat(ping.serial()).isZero();
            knowing.awaitEnd();
            assertThat(silent.quietFor(10)).isTrue();
        }
    }

    @Test
    void aClientThatAnswersStays() {
        // Three seconds without an answer would be the end: more than a busy host keeps a client from answering.
        var interval = Duration.ofMillis(500);
        try (var server = RunningServer.start(s -> s.withKeepAlive(new KeepAliveRule(Optional.of(interval), 5)));
                var client = server.connect()) {
            client.require(RemoteProcedure.CONNECT_SUPPORTS_FEATURE, new RemoteConnectSupportsFeatureArgs(10));
            for (int i = 0; i < 8; i++) {
                assertThat(client.next().header().procedure()).isEqualTo(KeepaliveProcedure.PING.number());
                client.send(
                        MessageHeader.of(KeepaliveProcedure.PONG, MessageType.MESSAGE, 0, MessageStatus.OK),
                        NoPayload.INSTANCE);
            }
        }
    }
}
