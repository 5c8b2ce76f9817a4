package dev.posada.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.engine.EventSink;
import dev.posada.model.ErrorCode;
import dev.posada.model.PoolChange;
import dev.posada.model.PoolEvent;
import dev.posada.model.PoolState;
import dev.posada.model.PosadaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pools from definition to oblivion, through the engine. */
final class PoolLifeTest {
    private static final int LIST_ACTIVE = 2;
    private static final int WITH_BUILD = 1;

    @TempDir
    Path root;

    private StorageHouse house;

    @BeforeEach
    void open() {
        house = StorageHouse.open(root);
    }

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void aLifeIsToldInOrder() throws Exception {
        BlockingQueue<PoolEvent.Happening> told = new LinkedBlockingQueue<>();
        house.connection().poolEvents().orElseThrow().subscribe(new EventSink<>() {
            @Override
            public void event(PoolEvent event) {
                told.add(event.happening());
            }

            @Override
            public void lost(long count) {
                throw new AssertionError("lost " + count);
            }
        });
        var pool = house.pool("p").uuid();
        house.pools().refresh(pool, 0);
        house.pools().destroy(pool);
        house.pools().delete(pool, 0);
        house.pools().undefine(pool);
        var expected = List.of(
                step(PoolChange.DEFINED),
                step(PoolChange.CREATED),
                step(PoolChange.STARTED),
                new PoolEvent.Refresh(),
                step(PoolChange.STOPPED),
                step(PoolChange.DELETED),
                step(PoolChange.UNDEFINED));
        var seen = new ArrayList<PoolEvent.Happening>();
        while (seen.size() < expected.size()) {
            var next = told.poll(2, TimeUnit.MINUTES);
            assertThat(next).as("after %s", seen).isNotNull();
            seen.add(next);
        }
        assertThat(seen).isEqualTo(expected);
    }

    private static PoolEvent.Happening step(PoolChange change) {
        return new PoolEvent.Lifecycle(change);
    }

    @Test
    void definitionsAndStartedPoolsOutliveTheDaemon() {
        var stays = house.pool("stays");
        var stopped = house.pool("stopped");
        house.pools().destroy(stopped.uuid());
        var passing = house.pools().create(house.poolXml("passing"), WITH_BUILD);
        house.volume(stays, "v", 1 << 20, "raw");

        house.close();
        house = StorageHouse.open(root);

        assertThat(house.pools().list(0)).containsExactlyInAnyOrder(stays, stopped, passing);
        assertThat(house.pools().list(LIST_ACTIVE)).containsExactlyInAnyOrder(stays, passing);
        assertThat(house.pools().isPersistent(passing.uuid())).isFalse();
        assertThat(house.volumes().list(stays.uuid(), 0)).hasSize(1);
    }

    @Test
    void aPoolWhoseFolderIsGoneIsNotTakenForStarted() throws IOException {
        var pool = house.pool("p");
        house.close();
        Files.delete(house.folder("p"));
        house = StorageHouse.open(root);
        assertThat(house.pools().info(pool.uuid()).state()).isEqualTo(PoolState.INACTIVE);
    }

    @Test
    void aRefreshThatFailsStopsThePool() throws IOException {
        var pool = house.pool("p");
        Files.delete(house.folder("p"));
        assertThatThrownBy(() -> house.pools().refresh(pool.uuid(), 0))
                .isInstanceOfSatisfying(PosadaException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.SYSTEM_ERROR);
                    assertThat(e).hasMessageContaining(house.folder("p").toString());
                });
        assertThat(house.pools().isActive(pool.uuid())).isFalse();
    }

    @Test
    void twoPoolsDoNotShareAFolder() {
        house.pool("p");
        var twin = house.poolXml("q").replace(house.folder("q").toString(), house.folder("p") + "//");
        refused(
                ErrorCode.OPERATION_FAILED,
                "Storage source conflict with pool: 'p'",
                () -> house.pools().define(twin, 0));
        refused(
                ErrorCode.OPERATION_FAILED,
                "Storage source conflict with pool: 'p'",
                () -> house.pools().create(twin, 0));
        assertThat(house.pools().list(0)).hasSize(1);
    }

    @Test
    void aNameBelongsToOneUuid() {
        var pool = house.pool("p");
        refused(
                ErrorCode.OPERATION_FAILED,
                "pool 'p' already exists with uuid " + pool.uuid(),
                () -> house.pools().define(house.poolXml("p"), 0));
    }

    @Test
    void whatIsStartedIsNeitherStartedNorBuiltNorDeletedNorForgotten() {
        var pool = house.pool("p").uuid();
        refused(
                ErrorCode.OPERATION_INVALID,
                "storage pool 'p' is already active",
                () -> house.pools().start(pool, 0));
        refused(
                ErrorCode.OPERATION_INVALID,
                "storage pool 'p' is already active",
                () -> house.pools().build(pool, 0));
        refused(
                ErrorCode.OPERATION_INVALID,
                "storage pool 'p' is still active",
                () -> house.pools().delete(pool, 0));
        refused(
                ErrorCode.OPERATION_INVALID,
                "storage pool 'p' is still active",
                () -> house.pools().undefine(pool));
    }

    @Test
    void aPoolThatHoldsAnythingIsNotDeleted() throws IOException {
        var pool = house.pool("p");
        house.volume(pool, "v", 1 << 20, "raw");
        house.pools().destroy(pool.uuid());
        refused(
                ErrorCode.SYSTEM_ERROR,
                "Directory not empty",
                () -> house.pools().delete(pool.uuid(), 0));
        assertThat(house.filesOf("p")).containsExactly("v");
    }

    @Test
    void aStartWithoutFolderLeavesNothing() {
        refused(
                ErrorCode.SYSTEM_ERROR,
                "cannot open directory",
                () -> house.pools().create(house.poolXml("p"), 0));
        assertThat(house.pools().list(0)).isEmpty();
        assertThat(house.root().resolve("run/storage/p.xml")).doesNotExist();
        house.pools().create(house.poolXml("p"), WITH_BUILD);
    }

    @Test
    void whoMayOnlyLookChangesNothing() {
        var pool = house.pool("p");
        try (var looking = house.readOnly()) {
            assertThat(looking.pools().list(0)).containsExactly(pool);
            assertThat(looking.volumes().list(pool.uuid(), 0)).isEmpty();
            refused(
                    ErrorCode.OPERATION_DENIED,
                    "read only access prevents virStoragePoolDestroy",
                    () -> looking.pools().destroy(pool.uuid()));
            refused(
                    ErrorCode.OPERATION_DENIED,
                    "read only access prevents virStorageVolCreateXML",
                    () -> looking.volumes().create(pool.uuid(), StorageHouse.volumeXml("v", 1, "raw"), 0));
        }
    }

    @Test
    void thePoolOfTheFirstDayComesOnce() {
        house.close();
        var images = root.resolve("images");
        var other = root.resolve("other");
        house = StorageHouse.withDefaultPool(other, images);
        var pool = house.pools().byName("default");
        assertThat(house.pools().isActive(pool.uuid())).isTrue();
        assertThat(house.pools().autostart(pool.uuid())).isTrue();
        assertThat(images).isDirectory();
        house.pools().destroy(pool.uuid());
        house.pools().undefine(pool.uuid());
        house.close();
        house = StorageHouse.withDefaultPool(other, images);
        assertThat(house.pools().list(0)).isEmpty();
    }

    @Test
    void tornDocumentsCostOnePoolAndAreKeptAside() throws IOException {
        house.pool("good");
        house.pool("bad");
        house.close();
        var file = root.resolve("etc/storage/bad.xml");
        var live = root.resolve("run/storage/bad.xml");
        Files.writeString(file, Files.readString(file).substring(0, 200));
        Files.writeString(live, "<started");
        house = StorageHouse.open(root);
        assertThat(house.pools().list(0)).extracting(pool -> pool.name()).containsExactly("good");
        try (var files = Files.list(root.resolve("etc/storage"))) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .anyMatch(name -> name.startsWith("bad.xml.corrupt-"));
        }
    }

    private static void refused(ErrorCode code, String words, Runnable act) {
        assertThatThrownBy(act::run).isInstanceOfSatisfying(PosadaException.class, e -> {
            assertThat(e).hasMessageContaining(words);
            assertThat(e.code()).isEqualTo(code);
            assertThat(String.valueOf(e.getMessage()).lines()).hasSize(1);
        });
    }
}
