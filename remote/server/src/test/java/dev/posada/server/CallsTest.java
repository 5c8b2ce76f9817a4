package dev.posada.server;

import static dev.posada.server.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.protocol.DomainRef;
import dev.posada.protocol.Frame;
import dev.posada.protocol.MessageError;
import dev.posada.protocol.NetworkPortRef;
import dev.posada.protocol.NetworkRef;
import dev.posada.protocol.NoPayload;
import dev.posada.protocol.QemuDomainMonitorCommandArgs;
import dev.posada.protocol.QemuDomainMonitorCommandRet;
import dev.posada.protocol.QemuProcedure;
import dev.posada.protocol.RemoteConnectGetTypeRet;
import dev.posada.protocol.RemoteConnectGetUriRet;
import dev.posada.protocol.RemoteConnectOpenArgs;
import dev.posada.protocol.RemoteConnectSupportsFeatureArgs;
import dev.posada.protocol.RemoteConnectSupportsFeatureRet;
import dev.posada.protocol.RemoteDomainCreateXmlArgs;
import dev.posada.protocol.RemoteDomainCreateXmlRet;
import dev.posada.protocol.RemoteDomainGetStateArgs;
import dev.posada.protocol.RemoteDomainGetXmlDescArgs;
import dev.posada.protocol.RemoteDomainLookupByNameArgs;
import dev.posada.protocol.RemoteDomainSuspendArgs;
import dev.posada.protocol.RemoteNetworkPortSetParametersArgs;
import dev.posada.protocol.RemoteNodeGetInfoRet;
import dev.posada.protocol.RemoteProcedure;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls through to an engine: order, limits, failures and rights. */
class CallsTest {
    private final ToyDriver toys = new ToyDriver();
    private RunningServer server;
    private WireClient client;
    private DomainRef guest;

    @BeforeEach
    void start() {
        server = RunningServer.start(settings -> settings, List.of(toys));
        client = server.connect().open(ToyDriver.URI);
        guest = create("guest");
    }

    @AfterEach
    void stop() {
        toys.gate.countDown();
        client.close();
        server.close();
    }

    @Test
    void theConnectionIsToTheDriverOfTheUri() {
        assertThat(RemoteConnectGetTypeRet.decode(
                                client.call(RemoteProcedure.CONNECT_GET_TYPE).reader())
                        .type())
                .isEqualTo("TOY");
        assertThat(RemoteConnectGetUriRet.decode(
                                client.call(RemoteProcedure.CONNECT_GET_URI).reader())
                        .uri())
                .isEqualTo("toy:///system");
        assertThat(RemoteNodeGetInfoRet.decode(
                                client.call(RemoteProcedure.NODE_GET_INFO).reader())
                        .model()
                        .text())
                .isEqualTo("x86_64");
    }

    @Test
    void anEmptyUriIsTheDefaultDriver() {
        try (var other = server.connect().open("")) {
            assertThat(RemoteConnectGetTypeRet.decode(
                                    other.call(RemoteProcedure.CONNECT_GET_TYPE).reader())
                            .type())
                    .isEqualTo("TOY");
        }
    }

    @Test
    void anotherDriverIsNotThere() {
        try (var other = server.connect()) {
            var reply = other.call(RemoteProcedure.CONNECT_OPEN, new RemoteConnectOpenArgs("vbox:///session", 0));
            assertThat(WireClient.error(reply).code()).isEqualTo(5);
            assertThat(WireClient.error(reply).message())
                    .isEqualTo("no connection driver available for vbox:///session");
            other.open(ToyDriver.URI);
        }
    }

    @Test
    void aSecondOpenIsRefused() {
        var reply = client.call(RemoteProcedure.CONNECT_OPEN, new RemoteConnectOpenArgs(ToyDriver.URI, 0));
        assertThat(WireClient.error(reply).message()).isEqualTo("internal error: connection already open");
    }

    @Test
    void featuresAreThoseClientsNeed() {
        for (int feature = 0; feature < 22; feature++) {
            var reply = client.require(
                    RemoteProcedure.CONNECT_SUPPORTS_FEATURE, new RemoteConnectSupportsFeatureArgs(feature));
            assertThat(RemoteConnectSupportsFeatureRet.decode(reply.reader()).supported())
                    .as("feature %d", feature)
                    .isEqualTo(List.of(8, 9, 10, 14, 15, 16).contains(feature) ? 1 : 0);
        }
    }

    @Test
    void whatIsNotSupportedIsNamedWithItsOrigin() {
        var port = new NetworkPortRef(new NetworkRef("default", new UUID(1, 2)), new UUID(3, 4));
        var error = WireClient.error(client.call(
                RemoteProcedure.NETWORK_PORT_SET_PARAMETERS,
                new RemoteNetworkPortSetParametersArgs(port, List.of(), 0)));
        assertThat(error.code()).isEqualTo(3);
        assertThat(error.domain()).isEqualTo(19);
        assertThat(error.level()).isEqualTo(2);
        assertThat(error.message())
                .isEqualTo("this function is not supported by the connection driver: virNetworkPortSetParameters");
        assertThat(error.str1()).isEqualTo("this function is not supported by the connection driver: %s");
        assertThat(error.str2()).isEqualTo("virNetworkPortSetParameters");
        assertThat(error.int1()).isEqualTo(-1);
    }

    @Test
    void anUnknownDomainIsAnError() {
        var error = WireClient.error(client.call(
                RemoteProcedure.DOMAIN_GET_STATE,
                new RemoteDomainGetStateArgs(new DomainRef("nobody", new UUID(1, 1), -1), 0)));
        assertThat(error.code()).isEqualTo(42);
    }

    @Test
    void aCallThatWaitsForAGuestBlocksNoOther() {
        int slow = client.startCall(
                QemuProcedure.DOMAIN_MONITOR_COMMAND, new QemuDomainMonitorCommandArgs(guest, "wait", 0));
        eventually("it waits", () -> toys.waiting.get() == 1);
        client.require(RemoteProcedure.DOMAIN_GET_STATE, new RemoteDomainGetStateArgs(guest, 0));
        server.requireAlive();
        toys.gate.countDown();
        var reply = client.next(frame -> frame.header().serial() == slow);
        assertThat(QemuDomainMonitorCommandRet.decode(reply.reader()).result()).isEqualTo("waited");
    }

    @Test
    void onlySoManyCallsOfOneClientRunAndTheRestWait() {
        var others = List.of("a", "b", "c", "d", "e", "f", "g").stream()
                .map(this::create)
                .toList();
        for (var other : others) {
            client.startCall(QemuProcedure.DOMAIN_MONITOR_COMMAND, new QemuDomainMonitorCommandArgs(other, "wait", 0));
        }
        eventually("as many as may run do", () -> toys.waiting.get() == 5);
        int behind = client.startCall(RemoteProcedure.AUTH_LIST, NoPayload.INSTANCE);
        assertThat(client.quietFor(100)).isTrue();
        assertThat(toys.waiting).hasValue(5);
        try (var neighbour = server.connect().open(ToyDriver.URI)) {
            neighbour.require(RemoteProcedure.DOMAIN_GET_STATE, new RemoteDomainGetStateArgs(guest, 0));
        }
        toys.gate.countDown();
        client.next(frame -> frame.header().serial() == behind);
        for (int i = 0; i < others.size(); i++) {
            client.next();
        }
    }

    @Test
    void anUnexpectedFailureIsAnErrorAndTheConnectionLives() {
        for (var command : List.of("break", "dive")) {
            var error = WireClient.error(client.call(
                    QemuProcedure.DOMAIN_MONITOR_COMMAND, new QemuDomainMonitorCommandArgs(guest, command, 0)));
            assertThat(error.code()).isEqualTo(1);
            assertThat(error.message()).contains("virDomainQemuMonitorCommand");
        }
        client.require(RemoteProcedure.DOMAIN_GET_STATE, new RemoteDomainGetStateArgs(guest, 0));
    }

    @Test
    void anAnswerBeyondTheProtocolsLimitsIsAnError() {
        var error = WireClient.error(
                client.call(QemuProcedure.DOMAIN_MONITOR_COMMAND, new QemuDomainMonitorCommandArgs(guest, "shout", 0)));
        assertThat(error.code()).isEqualTo(39);
        assertThat(error.message()).isEqualTo("Unable to encode message payload");
    }

    @Test
    void theReadOnlySocketRefusesWhatChanges() {
        try (var watcher = server.connectReadOnly().open(ToyDriver.URI)) {
            requireReadOnly(watcher);
        }
    }

    @Test
    void aClientMayWishToBeReadOnly() {
        try (var watcher = server.connect()) {
            watcher.require(RemoteProcedure.CONNECT_OPEN, new RemoteConnectOpenArgs(ToyDriver.URI, 1));
            requireReadOnly(watcher);
        }
    }

    @Test
    void theReadOnlySocketStaysSoWhateverTheClientAsks() {
        try (var watcher = server.connectReadOnly()) {
            watcher.require(RemoteProcedure.CONNECT_OPEN, new RemoteConnectOpenArgs(ToyDriver.URI, 0x7ffffffe));
            requireReadOnly(watcher);
        }
    }

    @Test
    void closeIsAnsweredBeforeTheServerHangsUp() {
        client.require(RemoteProcedure.CONNECT_CLOSE, NoPayload.INSTANCE);
        client.awaitEnd();
    }

    @Test
    void stoppingTheServerAnswersCallsUnderWay() {
        int slow = client.startCall(
                QemuProcedure.DOMAIN_MONITOR_COMMAND, new QemuDomainMonitorCommandArgs(guest, "wait", 0));
        eventually("it waits", () -> toys.waiting.get() == 1);
        var closing = Thread.ofVirtual().start(server.server()::close);
        toys.gate.countDown();
        var reply = client.next(frame -> frame.header().serial() == slow);
        assertThat(reply.header().statusNumber()).isZero();
        client.awaitEnd();
        eventually("closed", () -> !closing.isAlive());
    }

    private void requireReadOnly(WireClient watcher) {
        watcher.require(RemoteProcedure.DOMAIN_LOOKUP_BY_NAME, new RemoteDomainLookupByNameArgs("guest"));
        var suspend = refusal(watcher.call(RemoteProcedure.DOMAIN_SUSPEND, new RemoteDomainSuspendArgs(guest)));
        assertThat(suspend.message()).isEqualTo("operation forbidden: read only access prevents virDomainSuspend");
        var secrets = watcher.call(RemoteProcedure.DOMAIN_GET_XML_DESC, new RemoteDomainGetXmlDescArgs(guest, 1));
        assertThat(refusal(secrets).message()).contains("virDomainGetXMLDesc");
        watcher.require(RemoteProcedure.DOMAIN_GET_XML_DESC, new RemoteDomainGetXmlDescArgs(guest, 0));
        refusal(watcher.call(
                QemuProcedure.DOMAIN_MONITOR_COMMAND, new QemuDomainMonitorCommandArgs(guest, "break", 0)));
    }

    private static MessageError refusal(Frame reply) {
        var error = WireClient.error(reply);
        assertThat(error.code()).isEqualTo(29);
        return error;
    }

    private DomainRef create(String name) {
        return create(client, name);
    }

    private static DomainRef create(WireClient by, String name) {
        return RemoteDomainCreateXmlRet.decode(by.require(
                                RemoteProcedure.DOMAIN_CREATE_XML,
                                new RemoteDomainCreateXmlArgs(ToyDriver.xml(name), 0))
                        .reader())
                .dom();
    }

    @Test
    void whoHoardsAnswersIsDroppedBeforeMemoryRunsOut() {
        try (var small = RunningServer.start(settings -> settings, List.of(toys), 1 << 20);
                var reader = small.connect().open(ToyDriver.URI);
                var hoarder = WireClient.notReading(small.socket())) {
            var mine = create(reader, "hoarded");
            hoarder.startCall(RemoteProcedure.CONNECT_OPEN, new RemoteConnectOpenArgs(ToyDriver.URI, 0));
            var echo = new QemuDomainMonitorCommandArgs(mine, "x".repeat(900_000), 0);
            for (int i = 0; i < 4; i++) {
                hoarder.startCall(QemuProcedure.DOMAIN_MONITOR_COMMAND, echo);
            }
            eventually("the hoarder is dropped", () -> small.server().counts().clients() == 1);
            reader.require(QemuProcedure.DOMAIN_MONITOR_COMMAND, echo);
            eventually("nothing waits any more", () -> small.server().backlogBytes() == 0);
        }
    }
}
