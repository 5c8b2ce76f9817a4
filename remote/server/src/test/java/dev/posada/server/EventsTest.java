package dev.posada.server;

import static dev.posada.server.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.model.DomainEvent;
import dev.posada.model.TypedParameter;
import dev.posada.protocol.DomainRef;
import dev.posada.protocol.Frame;
import dev.posada.protocol.MessageStatus;
import dev.posada.protocol.MessageType;
import dev.posada.protocol.NoPayload;
import dev.posada.protocol.QemuConnectDomainMonitorEventRegisterArgs;
import dev.posada.protocol.QemuProcedure;
import dev.posada.protocol.RemoteConnectDomainEventCallbackDeregisterAnyArgs;
import dev.posada.protocol.RemoteConnectDomainEventCallbackRegisterAnyArgs;
import dev.posada.protocol.RemoteConnectDomainEventCallbackRegisterAnyRet;
import dev.posada.protocol.RemoteConnectDomainEventDeregisterAnyArgs;
import dev.posada.protocol.RemoteConnectDomainEventRegisterAnyArgs;
import dev.posada.protocol.RemoteConnectNetworkEventRegisterAnyArgs;
import dev.posada.protocol.RemoteConnectNodeDeviceEventRegisterAnyArgs;
import dev.posada.protocol.RemoteConnectOpenArgs;
import dev.posada.protocol.RemoteConnectSecretEventRegisterAnyArgs;
import dev.posada.protocol.RemoteConnectStoragePoolEventRegisterAnyArgs;
import dev.posada.protocol.RemoteDomainCreateXmlArgs;
import dev.posada.protocol.RemoteDomainCreateXmlRet;
import dev.posada.protocol.RemoteDomainEventCallbackLifecycleMsg;
import dev.posada.protocol.RemoteDomainEventLifecycleMsg;
import dev.posada.protocol.RemoteDomainResumeArgs;
import dev.posada.protocol.RemoteDomainSuspendArgs;
import dev.posada.protocol.RemoteEvent;
import dev.posada.protocol.RemoteProcedure;
import dev.posada.server.ServerSettings.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What clients are told without asking each time. */
class EventsTest {
    private final ToyDriver toys = new ToyDriver();
    private RunningServer server;
    private WireClient client;
    private DomainRef guest;

    @BeforeEach
    void start() {
        var stall = Duration.ofSeconds(3);
        server = RunningServer.start(s -> s.withLimits(new Limits(5000, 1000, 20, 5, stall, stall)), List.of(toys));
        client = server.connect().open(ToyDriver.URI);
        guest = create("guest");
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void aLifecycleEventCarriesTheNumberOfItsRegistration() {
        assertThat(register(1, null)).isZero();
        int callback = register(0, null);
        assertThat(callback).isEqualTo(1);
        client.require(RemoteProcedure.DOMAIN_SUSPEND, new RemoteDomainSuspendArgs(guest));
        var event = event();
        assertThat(event.header().procedure()).isEqualTo(318);
        assertThat(event.header().serial()).isEqualTo(1);
        assertThat(event.header().status()).contains(MessageStatus.OK);
        assertThat(RemoteDomainEventCallbackLifecycleMsg.decode(event.reader()))
                .isEqualTo(new RemoteDomainEventCallbackLifecycleMsg(
                        callback, new RemoteDomainEventLifecycleMsg(guest, 3, 0)));
    }

    @Test
    void anEventIsSentOncePerRegistrationThatWantsIt() {
        var other = create("other");
        register(0, null);
        register(0, guest);
        register(0, other);
        client.require(RemoteProcedure.DOMAIN_SUSPEND, new RemoteDomainSuspendArgs(guest));
        var callbacks = Stream.of(event(), event())
                .map(frame -> RemoteDomainEventCallbackLifecycleMsg.decode(frame.reader())
                        .callbackId())
                .toList();
        assertThat(callbacks).containsExactly(0, 1);
        assertThat(client.quietFor(50)).isTrue();
    }

    @Test
    void theSameWishTwiceIsRefused() {
        register(0, null);
        register(0, guest);
        var error = WireClient.error(client.call(
                RemoteProcedure.CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY,
                new RemoteConnectDomainEventCallbackRegisterAnyArgs(0, null)));
        assertThat(error.code()).isEqualTo(8);
        assertThat(error.message()).endsWith("event callback already tracked");
        assertThat(WireClient.error(client.call(
                                RemoteProcedure.CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY,
                                new RemoteConnectDomainEventCallbackRegisterAnyArgs(0, guest)))
                        .code())
                .isEqualTo(8);
    }

    @Test
    void numbersAreNotUsedAgain() {
        int first = register(0, null);
        deregister(first);
        assertThat(register(0, null)).isEqualTo(first + 1);
    }

    @Test
    void eventsThatDoNotExistAreRefused() {
        for (int id : new int[] {-1, 30, 1000}) {
            var error = WireClient.error(client.call(
                    RemoteProcedure.CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY,
                    new RemoteConnectDomainEventCallbackRegisterAnyArgs(id, null)));
            assertThat(error.code()).isEqualTo(1);
            assertThat(error.message()).isEqualTo("internal error: unsupported event ID " + id);
        }
    }

    @Test
    void whatWasNotRegisteredCannotBeTakenBack() {
        var error = WireClient.error(client.call(
                RemoteProcedure.CONNECT_DOMAIN_EVENT_CALLBACK_DEREGISTER_ANY,
                new RemoteConnectDomainEventCallbackDeregisterAnyArgs(7)));
        assertThat(error.message()).isEqualTo("internal error: domain event callback 7 not registered");
    }

    @Test
    void afterDeregistrationNothingComes() {
        deregister(register(0, null));
        client.require(RemoteProcedure.DOMAIN_SUSPEND, new RemoteDomainSuspendArgs(guest));
        assertThat(client.quietFor(50)).isTrue();
    }

    @Test
    void oldClientsRegisterWithoutNumbers() {
        client.require(RemoteProcedure.CONNECT_DOMAIN_EVENT_REGISTER, NoPayload.INSTANCE);
        client.require(RemoteProcedure.DOMAIN_SUSPEND, new RemoteDomainSuspendArgs(guest));
        var event = event();
        assertThat(event.header().procedure()).isEqualTo(107);
        assertThat(RemoteDomainEventLifecycleMsg.decode(event.reader()))
                .isEqualTo(new RemoteDomainEventLifecycleMsg(guest, 3, 0));
        client.require(RemoteProcedure.CONNECT_DOMAIN_EVENT_DEREGISTER, NoPayload.INSTANCE);
        client.require(RemoteProcedure.DOMAIN_RESUME, new RemoteDomainResumeArgs(guest));
        assertThat(client.quietFor(50)).isTrue();
    }

    @Test
    void withoutNumbersOnlyTheOldEventsCanBeHad() {
        for (int id = 0; id < 16; id++) {
            client.require(
                    RemoteProcedure.CONNECT_DOMAIN_EVENT_REGISTER_ANY, new RemoteConnectDomainEventRegisterAnyArgs(id));
        }
        assertThat(WireClient.error(client.call(
                                RemoteProcedure.CONNECT_DOMAIN_EVENT_REGISTER_ANY,
                                new RemoteConnectDomainEventRegisterAnyArgs(16)))
                        .message())
                .contains("unsupported event ID 16");
        client.require(
                RemoteProcedure.CONNECT_DOMAIN_EVENT_DEREGISTER_ANY, new RemoteConnectDomainEventDeregisterAnyArgs(3));
    }

    @Test
    void otherClassesCanBeRegisteredForAndCountForThemselves() {
        register(0, null);
        for (int id = 0; id < 2; id++) {
            client.require(
                    RemoteProcedure.CONNECT_NETWORK_EVENT_REGISTER_ANY,
                    new RemoteConnectNetworkEventRegisterAnyArgs(id, null));
            client.require(
                    RemoteProcedure.CONNECT_STORAGE_POOL_EVENT_REGISTER_ANY,
                    new RemoteConnectStoragePoolEventRegisterAnyArgs(id, null));
            client.require(
                    RemoteProcedure.CONNECT_NODE_DEVICE_EVENT_REGISTER_ANY,
                    new RemoteConnectNodeDeviceEventRegisterAnyArgs(id, null));
            var reply = client.require(
                    RemoteProcedure.CONNECT_SECRET_EVENT_REGISTER_ANY,
                    new RemoteConnectSecretEventRegisterAnyArgs(id, null));
            assertThat(reply.reader().int32()).isEqualTo(id);
        }
        client.require(
                QemuProcedure.CONNECT_DOMAIN_MONITOR_EVENT_REGISTER,
                new QemuConnectDomainMonitorEventRegisterArgs(null, null, 0));
        client.require(RemoteProcedure.CONNECT_REGISTER_CLOSE_CALLBACK, NoPayload.INSTANCE);
        client.require(RemoteProcedure.CONNECT_UNREGISTER_CLOSE_CALLBACK, NoPayload.INSTANCE);
    }

    @ParameterizedTest
    @MethodSource("happenings")
    void everyHappeningIsSentInEachFormItHas(DomainEvent.Happening happening) {
        var ids = DomainEventMessages.ids(happening);
        var numbers = ids.stream().map(id -> register(id, null)).toList();
        try (var old = server.connect().open(ToyDriver.URI)) {
            var bareIds = ids.stream()
                    .filter(id -> id < DomainEventMessages.FIRST_ALWAYS_NUMBERED)
                    .toList();
            bareIds.forEach(id -> old.require(
                    RemoteProcedure.CONNECT_DOMAIN_EVENT_REGISTER_ANY,
                    new RemoteConnectDomainEventRegisterAnyArgs(id)));
            toys.running.get("guest").happens(happening);
            for (int i = 0; i < ids.size(); i++) {
                requireSame(event(), happening, ids.get(i), OptionalInt.of(numbers.get(i)));
            }
            for (int id : bareIds) {
                requireSame(event(old), happening, id, OptionalInt.empty());
            }
        }
    }

    private void requireSame(Frame frame, DomainEvent.Happening happening, int id, OptionalInt number) {
        var identity = new dev.posada.model.DomainIdentity(guest.name(), guest.uuid(), guest.id());
        var expected = DomainEventMessages.message(new DomainEvent(identity, happening), id, number);
        var procedure = RemoteProcedure.of(frame.header().procedure()).orElseThrow();
        assertThat(RemoteEvent.decode(procedure, frame.reader())).isEqualTo(expected);
        var key = procedure.traits().event().orElseThrow();
        assertThat(key.id()).isEqualTo(id);
        assertThat(key.withCallbackId()).isEqualTo(number.isPresent());
    }

    static List<DomainEvent.Happening> happenings() {
        var all = new ArrayList<DomainEvent.Happening>(List.of(
                new DomainEvent.Reboot(),
                new DomainEvent.RtcChange(-42),
                new DomainEvent.Watchdog(2),
                new DomainEvent.IoError("/disk", "virtio-disk0", 1, "enospc"),
                new DomainEvent.Graphics(
                        1,
                        new DomainEvent.GraphicsAddress(0, "127.0.0.1", "5900"),
                        new DomainEvent.GraphicsAddress(1, "::1", "40000"),
                        "vnc",
                        List.of(new DomainEvent.Subject("x509dname", "CN=x"))),
                new DomainEvent.ControlError(),
                new DomainEvent.BlockJob("vda", 1, 0),
                new DomainEvent.DiskChange("/old", "", "ide0-1-0", 0),
                new DomainEvent.TrayChange("ide0-1-0", 1),
                new DomainEvent.PmWakeup(0),
                new DomainEvent.PmSuspend(0),
                new DomainEvent.PmSuspendDisk(0),
                new DomainEvent.BalloonChange(1 << 20),
                new DomainEvent.DeviceRemoved("net0")));
        all.addAll(List.of(
                new DomainEvent.Tunable(List.of(TypedParameter.ofUnsigned("cputune.cpu_shares", 7L))),
                new DomainEvent.AgentLifecycle(1, 2),
                new DomainEvent.DeviceAdded("net1"),
                new DomainEvent.JobCompleted(List.of(TypedParameter.ofInt("operation", 1))),
                new DomainEvent.DeviceRemovalFailed("net1"),
                new DomainEvent.MetadataChange(2, "http://x"),
                new DomainEvent.MetadataChange(0, ""),
                new DomainEvent.MigrationIteration(3),
                new DomainEvent.BlockThreshold("vda", "", 1, 2),
                new DomainEvent.MemoryFailure(0, 1, 2),
                new DomainEvent.MemoryDeviceSizeChange("mem0", 1 << 20)));
        return all;
    }

    @Test
    void aClientThatDoesNotReadItsEventsIsDroppedAndOthersGetTheirs() {
        register(0, null);
        try (var sleeper = WireClient.notReading(server.socket())) {
            sleeper.startCall(RemoteProcedure.CONNECT_OPEN, new RemoteConnectOpenArgs(ToyDriver.URI, 0));
            for (int id : new int[] {9, 10}) {
                sleeper.startCall(
                        RemoteProcedure.CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY,
                        new RemoteConnectDomainEventCallbackRegisterAnyArgs(id, null));
            }
            eventually("it has registered", () -> server.server().counts().calls() >= 6);
            var large = new DomainEvent.DiskChange("/".repeat(100_000), "", "ide0-1-0", 0);
            var toy = toys.running.get("guest");
            eventually("the sleeper is dropped", () -> {
                for (int i = 0; i < 20; i++) {
                    toy.happens(large);
                }
                return server.server().counts().clients() == 1;
            });
        }
        client.require(RemoteProcedure.DOMAIN_SUSPEND, new RemoteDomainSuspendArgs(guest));
        assertThat(event().header().procedure()).isEqualTo(318);
    }

    @Test
    void eventsComeInTheOrderInWhichThingsHappened() {
        register(0, null);
        for (int i = 0; i < 50; i++) {
            client.require(RemoteProcedure.DOMAIN_SUSPEND, new RemoteDomainSuspendArgs(guest));
            client.require(RemoteProcedure.DOMAIN_RESUME, new RemoteDomainResumeArgs(guest));
        }
        for (int i = 0; i < 50; i++) {
            assertThat(lifecycle(event())).isEqualTo(3);
            assertThat(lifecycle(event())).isEqualTo(4);
        }
    }

    private static int lifecycle(Frame frame) {
        return RemoteDomainEventCallbackLifecycleMsg.decode(frame.reader())
                .msg()
                .event();
    }

    private int register(int eventId, DomainRef domain) {
        return RemoteConnectDomainEventCallbackRegisterAnyRet.decode(client.require(
                                RemoteProcedure.CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY,
                                new RemoteConnectDomainEventCallbackRegisterAnyArgs(eventId, domain))
                        .reader())
                .callbackId();
    }

    private void deregister(int callbackId) {
        client.require(
                RemoteProcedure.CONNECT_DOMAIN_EVENT_CALLBACK_DEREGISTER_ANY,
                new RemoteConnectDomainEventCallbackDeregisterAnyArgs(callbackId));
    }

    private Frame event() {
        return event(client);
    }

    private static Frame event(WireClient from) {
        return from.next(frame -> frame.header().typeNumber() == MessageType.MESSAGE.number());
    }

    private DomainRef create(String name) {
        return RemoteDomainCreateXmlRet.decode(client.require(
                                RemoteProcedure.DOMAIN_CREATE_XML,
                                new RemoteDomainCreateXmlArgs(ToyDriver.xml(name), 0))
                        .reader())
                .dom();
    }
}
