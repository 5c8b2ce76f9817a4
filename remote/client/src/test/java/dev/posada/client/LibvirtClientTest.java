package dev.posada.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.posada.model.DomainEvent;
import dev.posada.model.DomainState;
import dev.posada.model.DomainStats;
import dev.posada.model.DomainStatus;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.LifecycleChange;
import dev.posada.model.NetworkChange;
import dev.posada.model.NetworkEvent;
import dev.posada.model.PoolChange;
import dev.posada.model.PoolEvent;
import dev.posada.model.PoolIdentity;
import dev.posada.model.PosadaException;
import dev.posada.model.StatsGroup;
import dev.posada.model.TypedParameter;
import dev.posada.protocol.RemoteDomainBlockPullArgs;
import dev.posada.protocol.RemoteProcedure;
import dev.posada.protocol.RemoteStoragePoolCreateXmlArgs;
import dev.posada.protocol.RemoteStorageVolCreateXmlArgs;
import dev.posada.protocol.RemoteStorageVolDownloadArgs;
import dev.posada.protocol.RemoteStorageVolUploadArgs;
import dev.posada.protocol.StorageVolRef;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client against somebody else's daemon, which judges it. */
class LibvirtClientTest {

    private static final String GUEST = """
            <domain type='test'>
              <name>guest</name>
              <uuid>7f1c8a52-3b1e-4c47-9b0e-2c7f6a1d9e01</uuid>
              <memory unit='KiB'>8192</memory>
              <vcpu>2</vcpu>
              <os><type>hvm</type></os>
            </domain>
            """;

    private static Optional<LibvirtDaemon> daemon = Optional.empty();

    private Connection connection;

    @BeforeAll
    static void startDaemon() throws IOException {
        daemon = Optional.of(LibvirtDaemon.start());
    }

    @AfterAll
    static void stopDaemon() throws IOException {
        if (daemon.isPresent()) {
            daemon.get().close();
        }
    }

    @BeforeEach
    void connect() {
        connection = Connection.open(testUri());
    }

    @AfterEach
    void disconnect() {
        connection.close();
    }

    private static String testUri() {
        return daemon.orElseThrow().uri("test", "/default");
    }

    @Test
    void connectionTellsWhatItIs() {
        assertThat(connection.type()).isEqualToIgnoringCase("test");
        assertThat(connection.daemonUri()).isEqualTo("test:///default");
        assertThat(connection.libraryVersion().major()).isGreaterThanOrEqualTo(9);
        assertThat(connection.hostname()).isNotEmpty();
        assertThat(connection.capabilities()).startsWith("<capabilities>");
        assertThat(connection.hostInfo().cpuModel()).isNotEmpty();
        assertThat(connection.isAlive()).isTrue();
        assertThat(connection.isSecure()).isTrue();
    }

    @Test
    void networksLiveAndAreFound() {
        var networks = connection.networks();
        var first = networks.byName("default").orElseThrow();
        assertThat(networks.list(Flag.NetworkList.ACTIVE)).contains(first);
        assertThat(networks.byUuid(first.uuid())).contains(first);
        assertThat(first.isActive()).isTrue();
        assertThat(first.isPersistent()).isTrue();
        assertThat(first.bridge()).isEqualTo("virbr0");
        assertThat(first.xml()).contains("<forward mode='nat'/>");

        var steps = new CopyOnWriteArrayList<NetworkChange>();
        try (var _ = networks.subscribe(event -> {
            if (event.happening() instanceof NetworkEvent.Lifecycle(var change)) {
                steps.add(change);
            }
        })) {
            var other = networks.define("<network><name>other</name><bridge name='other0'/></network>");
            other.start();
            other.setAutostart(true);
            assertThat(other.autostart()).isTrue();
            other.destroy();
            other.undefine();
            assertThat(networks.byName("other")).isEmpty();
            Waiting.until("four steps to be told", () -> steps.size() == 4);
        }
        assertThat(steps)
                .containsExactly(
                        NetworkChange.DEFINED, NetworkChange.STARTED, NetworkChange.STOPPED, NetworkChange.UNDEFINED);
    }

    @Test
    void poolsAndVolumesLiveAndAreFound() {
        var pool = connection.storage().poolByName("default-pool").orElseThrow();
        assertThat(connection.storage().pools(Flag.PoolList.ACTIVE)).containsExactly(pool);
        assertThat(connection.storage().poolByUuid(pool.uuid())).contains(pool);
        assertThat(pool.isActive()).isTrue();
        assertThat(pool.info().capacityBytes()).isEqualTo(100L << 30);
        assertThat(pool.xml()).contains("<path>/default-pool</path>");

        var volume = pool.createVolume("<volume><name>v</name><capacity unit='M'>3</capacity></volume>");
        var copy = pool.createVolume("<volume><name>w</name><capacity unit='M'>3</capacity></volume>", volume);
        assertThat(pool.volumes()).containsExactlyInAnyOrder(volume, copy);
        assertThat(pool.volume("v")).contains(volume);
        assertThat(connection.storage().volumeByPath("/default-pool/v")).contains(volume);
        assertThat(connection.storage().volumeByKey(copy.key())).contains(copy);
        assertThat(volume.pool()).isEqualTo(pool);
        assertThat(volume.path()).isEqualTo("/default-pool/v");
        assertThat(volume.xml()).contains("<name>v</name>");
        volume.delete();
        assertThat(pool.volume("v")).isEmpty();

        var other = connection
                .storage()
                .define("<pool type='dir'><name>other</name><target><path>/other</path></target></pool>");
        other.start();
        other.setAutostart(true);
        assertThat(other.autostart()).isTrue();
        other.refresh();
        other.destroy();
        other.undefine();
        assertThat(connection.storage().poolByName("other")).isEmpty();
    }

    @Test
    void domainsAreListedAndFoundByEveryName() {
        Domain test = connection.domainByName("test").orElseThrow();

        assertThat(connection.domains()).containsExactly(test);
        assertThat(connection.domains(Flag.List.INACTIVE)).isEmpty();
        assertThat(connection.domainByUuid(test.uuid())).contains(test);
        assertThat(connection.domainById(test.id())).contains(test);
        assertThat(connection.domainByName("nobody")).isEmpty();
        assertThat(connection.domainByUuid(new UUID(0, 1))).isEmpty();
    }

    @Test
    void domainTellsItsFigures() {
        Domain test = connection.domainByName("test").orElseThrow();

        assertThat(test.status().state()).isEqualTo(DomainState.RUNNING);
        assertThat(test.info().maxMemoryKib()).isEqualTo(8_388_608);
        assertThat(test.info().vcpus()).isEqualTo(2);
        assertThat(test.osType()).isNotEmpty();
        assertThat(test.isActive()).isTrue();
        assertThat(test.isPersistent()).isTrue();
        assertThat(test.xml()).contains("<name>test</name>", "id='1'");
        assertThat(test.xml(Flag.Xml.INACTIVE)).doesNotContain("id='1'");
        assertThat(test.maxVcpus()).isGreaterThanOrEqualTo(test.vcpus());
    }

    @Test
    void statsComeAsTypedParameters() {
        List<DomainStats> stats = connection.domainStats(Set.of(StatsGroup.STATE, StatsGroup.VCPU));

        assertThat(stats).singleElement().satisfies(record -> {
            assertThat(record.domain().name()).isEqualTo("test");
            assertThat(record.parameters()).contains(TypedParameter.ofInt("state.state", DomainState.RUNNING.number()));
        });
    }

    @Test
    void domainLivesItsWholeLife() {
        Domain guest = connection.define(GUEST);
        assertThat(guest.status().state()).isEqualTo(DomainState.SHUTOFF);

        guest.start();
        assertThat(guest.id()).isPositive();
        guest.suspend();
        assertThat(guest.status()).isEqualTo(DomainStatus.PAUSED_USER);
        guest.resume();
        guest.setMemory(4096, Flag.Impact.LIVE);
        assertThat(guest.info().memoryKib()).isEqualTo(4096);
        guest.destroy();
        assertThat(guest.status()).isEqualTo(DomainStatus.SHUTOFF_DESTROYED);
        guest.setAutostart(true);
        assertThat(guest.autostart()).isTrue();
        guest.setMetadata(MetadataType.TITLE, "a guest", null, null, Flag.Impact.CONFIG);
        assertThat(guest.metadata(MetadataType.TITLE, null, Flag.Impact.CONFIG)).isEqualTo("a guest");
        Domain renamed = guest.rename("traveller");
        assertThat(connection.domainByName("traveller")).contains(renamed);
        renamed.undefine();
        assertThat(connection.domainByName("traveller")).isEmpty();
    }

    @Test
    void refusalsCarryCodeOriginAndMessage() {
        Domain test = connection.domainByName("test").orElseThrow();

        PosadaException running = failure(test::start);
        PosadaException malformed = failure(() -> connection.define("<domain"));
        PosadaException unsupported = failure(() -> test.monitorCommand("{}"));

        assertThat(running.code()).isEqualTo(ErrorCode.INTERNAL_ERROR);
        assertThat(running.origin()).isEqualTo(ErrorOrigin.TEST);
        assertThat(malformed.code()).isEqualTo(ErrorCode.XML_DETAIL);
        assertThat(malformed.origin()).isEqualTo(ErrorOrigin.DOMAIN);
        assertThat(malformed.getMessage()).contains("(domain_definition):1");
        assertThat(unsupported.code()).isEqualTo(ErrorCode.NO_SUPPORT);
        assertThat(unsupported)
                .hasMessage("this function is not supported by the connection driver: virDomainQemuMonitorCommand");
    }

    @Test
    void notSupportedAnswersNameTheOriginOurTablesName() {
        // The daemon is the judge of what the interface files say about origins.
        Domain test = connection.domainByName("test").orElseThrow();

        PosadaException blocks = failure(() -> connection
                .remote()
                .domainBlock()
                .domainBlockPull(new RemoteDomainBlockPullArgs(test.ref(), "vda", 0, 0)));
        PosadaException secrets = failure(() -> connection.remote().secret().connectNumOfSecrets());

        assertThat(blocks.origin())
                .isEqualTo(RemoteProcedure.DOMAIN_BLOCK_PULL.traits().origin());
        assertThat(secrets.origin())
                .isEqualTo(RemoteProcedure.CONNECT_NUM_OF_SECRETS.traits().origin());
    }

    @Test
    void readOnlyConnectionsMayOnlyLook() {
        try (var onlyLooking = Connection.open(testUri(), ConnectionOptions.DEFAULT.asReadOnly())) {
            Domain test = onlyLooking.domainByName("test").orElseThrow();

            assertThat(test.info().vcpus()).isEqualTo(2);
            assertThat(failure(test::suspend).code()).isEqualTo(ErrorCode.OPERATION_DENIED);
        }
    }

    @Test
    void eventsReachEverySubscriber() {
        List<DomainEvent> ofAll = new CopyOnWriteArrayList<>();
        List<DomainEvent> ofAllAgain = new CopyOnWriteArrayList<>();
        List<DomainEvent> ofOne = new CopyOnWriteArrayList<>();
        Domain guest = connection.define(GUEST);

        try (var first = connection.subscribe(Set.of(DomainEventType.LIFECYCLE), ofAll::add);
                var second = connection.subscribe(
                        Set.of(DomainEventType.LIFECYCLE, DomainEventType.REBOOT), ofAllAgain::add);
                var third = guest.subscribe(Set.of(DomainEventType.LIFECYCLE), ofOne::add)) {
            guest.start();
            guest.destroy();
            connection.domainByName("test").orElseThrow().suspend();
            Waiting.until("all events", () -> ofAll.size() >= 3 && ofAllAgain.size() >= 3 && ofOne.size() >= 2);
            assertThat(List.of(first.lostEvents(), second.lostEvents(), third.lostEvents()))
                    .containsOnly(0L);
        }
        connection.domainByName("test").orElseThrow().resume();
        guest.undefine();

        assertThat(ofAll)
                .extracting(event -> ((DomainEvent.Lifecycle) event.happening()).change())
                .containsExactly(
                        LifecycleChange.STARTED_BOOTED,
                        LifecycleChange.STOPPED_DESTROYED,
                        LifecycleChange.SUSPENDED_PAUSED);
        assertThat(ofAllAgain).isEqualTo(ofAll);
        assertThat(ofOne).extracting(event -> event.domain().name()).containsOnly("guest");
        assertThat(ofAll.getFirst().domain().id()).isPositive();
    }

    @Test
    void whatHappensToPoolsReachesEverySubscriber() {
        List<PoolEvent> first = new CopyOnWriteArrayList<>();
        List<PoolEvent> second = new CopyOnWriteArrayList<>();
        var storage = connection.storage();
        var pool = storage.define("<pool type='dir'><name>watched</name><target><path>/watched</path></target></pool>");
        try (var _ = storage.subscribe(first::add)) {
            try (var _ = storage.subscribe(second::add)) {
                pool.start();
                pool.refresh();
                Waiting.until("both were told", () -> first.size() >= 2 && second.size() >= 2);
            }
            pool.destroy();
            pool.undefine();
            Waiting.until("the one who stayed was told the rest", () -> first.size() >= 4);
        }
        var watched = new PoolIdentity("watched", pool.uuid());
        assertThat(first)
                .containsExactly(
                        new PoolEvent(watched, new PoolEvent.Lifecycle(PoolChange.STARTED)),
                        new PoolEvent(watched, new PoolEvent.Refresh()),
                        new PoolEvent(watched, new PoolEvent.Lifecycle(PoolChange.STOPPED)),
                        new PoolEvent(watched, new PoolEvent.Lifecycle(PoolChange.UNDEFINED)));
        assertThat(second).isEqualTo(first.subList(0, 2));
    }

    @Test
    void unknownEventSubscribesToNothing() {
        // The daemon of 9.0 knows no type above 26; ours stop there too, so a whole subscription must fit.
        List<DomainEvent> seen = new CopyOnWriteArrayList<>();
        try (var subscription = connection.subscribe(Set.of(DomainEventType.values()), seen::add)) {
            connection.define(GUEST).undefine();
            Waiting.until("definition and its end", () -> seen.size() >= 2);
            assertThat(subscription.lostEvents()).isZero();
        }
    }

    @Test
    void listenersMayCallTheConnection() {
        var states = new CopyOnWriteArrayList<DomainState>();
        Domain guest = connection.define(GUEST);
        try (var subscription = guest.subscribe(
                Set.of(DomainEventType.LIFECYCLE),
                _ -> states.add(guest.status().state()))) {
            guest.start();
            Waiting.until("the listener's answer", () -> !states.isEmpty());
            assertThat(subscription.lostEvents()).isZero();
        } finally {
            guest.destroy();
            guest.undefine();
        }

        assertThat(states).contains(DomainState.RUNNING);
    }

    @Test
    void slowListenerLosesEventsAndNobodyElseDoes() throws InterruptedException {
        var gate = new CountDownLatch(1);
        List<DomainEvent> seen = new CopyOnWriteArrayList<>();
        try (var narrow = Connection.open(testUri(), ConnectionOptions.DEFAULT.withEventQueueLength(2));
                var slow = narrow.subscribe(Set.of(DomainEventType.LIFECYCLE), _ -> awaitQuietly(gate));
                var quick = narrow.subscribe(Set.of(DomainEventType.LIFECYCLE), seen::add)) {
            Domain test = narrow.domainByName("test").orElseThrow();
            for (int i = 0; i < 5; i++) {
                test.suspend();
                test.resume();
                int expected = 2 * (i + 1);
                Waiting.until("the quick listener", () -> seen.size() == expected);
            }

            assertThat(slow.lostEvents()).isGreaterThanOrEqualTo(7);
            assertThat(quick.lostEvents()).isZero();
            gate.countDown();
        }
    }

    @Test
    void screenshotIsADownload() throws IOException {
        Screenshot picture = connection.domainByName("test").orElseThrow().screenshot(0);

        try (DataStream stream = picture.stream()) {
            byte[] bytes = stream.input().readAllBytes();
            stream.finish();

            assertThat(picture.mimeType()).startsWith("image/");
            assertThat(bytes).hasSizeGreaterThan(1000);
            assertThat(stream.isOpen()).isFalse();
        }
    }

    @Test
    void abandonedStreamsDisturbNobody() {
        for (int i = 0; i < 5; i++) {
            connection.domainByName("test").orElseThrow().screenshot(0).stream().close();
        }

        assertThat(connection.domains()).hasSize(1);
    }

    @Test
    void volumesTravelBothWaysWithTheirHoles() throws IOException {
        try (var storage = Connection.open(daemon.orElseThrow().uri("storage", "/system"))) {
            StorageVolRef volume = volume(storage, 64 << 20);
            byte[] data = new byte[3 << 20];
            new Random(42).nextBytes(data);

            try (DataStream upload =
                    storage.remote().storage().storageVolUpload(new RemoteStorageVolUploadArgs(volume, 0, 0, 1))) {
                upload.write(ByteBuffer.wrap(data));
                upload.writeHole(32 << 20);
                upload.write(ByteBuffer.wrap(data));
                upload.finish();
            }

            ByteBuffer received = ByteBuffer.allocate(64 << 20);
            long holes = 0;
            try (DataStream download =
                    storage.remote().storage().storageVolDownload(new RemoteStorageVolDownloadArgs(volume, 0, 0, 1))) {
                int count = 0;
                while (count >= 0) {
                    long hole = download.skipHole();
                    holes += hole;
                    received.position(received.position() + (int) hole);
                    count = download.read(received);
                }
                download.finish();
            }
            byte[] all = received.array();
            assertThat(holes).isGreaterThanOrEqualTo(32 << 20);
            assertThat(Arrays.copyOfRange(all, 0, data.length)).isEqualTo(data);
            assertThat(Arrays.copyOfRange(all, data.length + (32 << 20), 2 * data.length + (32 << 20)))
                    .isEqualTo(data);
        }
    }

    @Test
    void failedUploadSaysWhy() throws IOException {
        try (var storage = Connection.open(daemon.orElseThrow().uri("storage", "/system"))) {
            StorageVolRef volume = volume(storage, 1 << 20);

            PosadaException failure = failure(() -> {
                try (DataStream upload = storage.remote()
                        .storage()
                        .storageVolUpload(new RemoteStorageVolUploadArgs(volume, 0, 1000, 0))) {
                    upload.write(ByteBuffer.allocate(1 << 20));
                    upload.finish();
                }
            });

            assertThat(failure.code()).isEqualTo(ErrorCode.SYSTEM_ERROR);
            assertThat(failure.origin()).isEqualTo(ErrorOrigin.STREAMS);
            assertThat(storage.isAlive()).isTrue();
        }
    }

    /** A sparse volume in a pool that lives as long as the connection's daemon. */
    private static StorageVolRef volume(Connection storage, long bytes) throws IOException {
        Path folder = Files.createTempDirectory(daemon.orElseThrow().folder(), "pool");
        String name = folder.getFileName().toString();
        var pool = storage.remote()
                .storage()
                .storagePoolCreateXml(new RemoteStoragePoolCreateXmlArgs(
                        "<pool type='dir'><name>%s</name><target><path>%s</path></target></pool>"
                                .formatted(name, folder),
                        0))
                .pool();
        return storage.remote()
                .storage()
                .storageVolCreateXml(new RemoteStorageVolCreateXmlArgs(
                        pool,
                        "<volume><name>v</name><capacity>%d</capacity><allocation>0</allocation></volume>"
                                .formatted(bytes),
                        0))
                .vol();
    }

    @Test
    void stalledDownloadHoldsUpNobodyWhoWaitsForAReply() throws IOException {
        try (var storage = Connection.open(daemon.orElseThrow().uri("storage", "/system"))) {
            StorageVolRef volume = volume(storage, 48 << 20);
            try (DataStream download =
                    storage.remote().storage().storageVolDownload(new RemoteStorageVolDownloadArgs(volume, 0, 0, 0))) {
                // Nobody reads: the buffer fills and the socket behind it, then a reply must still get through.
                for (int i = 0; i < 20; i++) {
                    assertThat(storage.libraryVersion().major()).isPositive();
                    Waiting.moment();
                }
                long total = 0;
                ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
                for (int count = download.read(buffer); count >= 0; count = download.read(buffer)) {
                    total += count;
                    buffer.clear();
                }
                download.finish();
                assertThat(total).isEqualTo(48 << 20);
            }
        }
    }

    @Test
    void manyThreadsCallAtOnce() throws InterruptedException, ExecutionException {
        List<Future<Integer>> calls = new ArrayList<>();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                calls.add(executor.submit(() -> {
                    int answers = 0;
                    for (int round = 0; round < 20; round++) {
                        Domain test = connection.domainByName("test").orElseThrow();
                        answers += test.xml().contains("<name>test</name>") ? 1 : 0;
                    }
                    return answers;
                }));
            }
        }

        for (Future<Integer> call : calls) {
            assertThat(call.get()).isEqualTo(20);
        }
    }

    @Test
    void interruptedThreadTakesNothingFromOthers() {
        Thread.currentThread().interrupt();
        PosadaException interrupted = failure(() -> connection.hostname());

        assertThat(Thread.interrupted()).isTrue();
        assertThat(interrupted.code()).isEqualTo(ErrorCode.OPERATION_ABORTED);
        assertThat(connection.hostname()).isNotEmpty();
    }

    @Test
    void keepAliveGoesBothWays() {
        var options = ConnectionOptions.DEFAULT.withKeepAlive(Duration.ofMillis(500), 6);
        try (var watched = Connection.open(testUri(), options)) {
            // The daemon gives up after 4 s of silence, this side after 3.5 s: both must hear each other meanwhile.
            Instant until = Instant.now().plusMillis(5_000);
            Waiting.until("five quiet seconds", () -> Instant.now().isAfter(until) || !watched.isAlive());

            assertThat(watched.isAlive()).isTrue();
            assertThat(watched.hostname()).isNotEmpty();
        }
    }

    @Test
    void closingTellsListenersAndLaterCallers() {
        var reason = new AtomicReference<Optional<CloseReason>>(Optional.empty());
        connection.onClose(told -> reason.set(Optional.of(told)));

        connection.close();
        connection.close();

        Waiting.until("the close listener", () -> reason.get().isPresent());
        assertThat(reason.get()).contains(CloseReason.CLIENT);
        assertThat(connection.isAlive()).isFalse();
        assertThat(failure(() -> connection.hostname())).hasMessageContaining("closed");
    }

    @Test
    void unknownDriverIsRefusedByTheDaemon() {
        PosadaException refusal =
                failure(() -> Connection.open(daemon.orElseThrow().uri("nonsense", "/system")));

        assertThat(refusal.code()).isEqualTo(ErrorCode.NO_CONNECT);
    }

    private static PosadaException failure(ThrowingCallable action) {
        return catchThrowableOfType(PosadaException.class, action);
    }

    private static void awaitQuietly(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
