package dev.posada.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posada.dockerengine.DockerEngine;
import dev.posada.dockerhost.BusyboxArchive;
import dev.posada.dockerhost.DockerHost;
import dev.posada.model.ErrorCode;
import dev.posada.model.PoolIdentity;
import dev.posada.model.PosadaException;
import dev.posada.model.VolumeIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Images of a real engine of Docker as volumes, through the engine of ours. */
@Timeout(300)
final class DockerKindTest {
    private static final byte[] BUSYBOX = Files.exists(Path.of("/bin/busybox")) ? BusyboxArchive.bytes() : new byte[0];

    private static DockerHost host;
    private static DockerEngine engine;

    @TempDir
    Path root;

    private StorageHouse house;
    private PoolIdentity pool;

    @BeforeAll
    static void startEngine() {
        assumeTrue(DockerHost.missing().isEmpty(), () -> DockerHost.missing().orElse(""));
        host = DockerHost.start(DockerHost.Network.NONE);
        engine = new DockerEngine(host.socket());
    }

    @AfterAll
    static void stopEngine() {
        if (host != null) {
            engine.close();
            host.close();
        }
    }

    @BeforeEach
    void open() {
        house = StorageHouse.open(root);
        pool = house.pools()
                .define(
                        "<pool type='docker'><name>images</name><source><host name='" + host.socket()
                                + "'/></source></pool>",
                        0);
        house.pools().start(pool.uuid(), 0);
    }

    @AfterEach
    void close() {
        for (var container : engine.containers().all()) {
            engine.containers().remove(container.getId(), true, true);
        }
        for (var image : engine.images().all()) {
            for (var name : image.getRepoTags()) {
                engine.images().remove(name, true);
            }
        }
        house.close();
    }

    @Test
    void anArchiveOfAFileSystemBecomesAnImage() throws IOException {
        var volume = made("busybox:latest");
        assertThat(names()).containsExactly("busybox:latest");
        assertThatThrownBy(() -> house.download(volume)).hasMessageContaining("is empty: upload an archive");

        house.upload(volume, BUSYBOX);

        var image = engine.images().inspect("busybox:latest");
        var uploaded = house.volumes().byName(pool.uuid(), "busybox:latest");
        assertThat(uploaded.key()).isEqualTo(image.getId());
        assertThat(house.volumes().path(uploaded)).isEqualTo("busybox:latest");
        assertThat(house.volumes().byKey(image.getId()).name()).isEqualTo("busybox:latest");
        assertThat(house.volumes().info(uploaded, 0).capacityBytes()).isEqualTo(image.getSize());
        assertThat(house.volumes().xml(uploaded, 0)).contains("<format type='docker'/>");
        assertThat(house.pools().info(pool.uuid()).allocationBytes()).isEqualTo(image.getSize());
    }

    @Test
    void aSavedImageIsLoadedUnderAnotherName() throws IOException {
        var volume = made("busybox:latest");
        house.upload(volume, BUSYBOX);
        var saved = house.download(house.volumes().byName(pool.uuid(), "busybox:latest"));
        var id = engine.images().inspect("busybox:latest").getId();
        house.volumes().delete(house.volumes().byName(pool.uuid(), "busybox:latest"), 0);
        assertThat(names()).isEmpty();

        house.upload(made("registry.example.org:5000/team/tools:2"), saved);

        assertThat(names()).containsExactly("registry.example.org:5000/team/tools:2");
        assertThat(house.volumes().list(pool.uuid(), 0).getFirst().key()).isEqualTo(id);
    }

    @Test
    void aBrokenUploadLeavesNothing() throws IOException {
        var volume = made("half:one");
        try (var writer = house.volumes().upload(volume, 0, 0, 0)) {
            writer.write(ByteBuffer.wrap(BUSYBOX, 0, BUSYBOX.length / 2));
        }
        assertThat(engine.images().all()).isEmpty();
        assertThatThrownBy(() ->
                        house.upload(volume, "no archive at all".repeat(10_000).getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(PosadaException.class)
                .hasMessageContaining("importing image half:one: ");
        house.volumes().delete(volume, 0);
        assertThat(names()).isEmpty();
    }

    @Test
    void aCloneIsAnotherName() throws IOException {
        house.upload(made("busybox:latest"), BUSYBOX);
        var from = house.volumes().byName(pool.uuid(), "busybox:latest");
        house.volumes().createFrom(pool.uuid(), xml("copy", 0), from, 0);
        assertThat(names()).containsExactly("busybox:latest", "copy:latest");
        house.volumes().delete(house.volumes().byName(pool.uuid(), "busybox:latest"), 0);
        assertThat(engine.images().find("copy:latest")).isPresent();
    }

    @Test
    void anArchiveInAFolderBecomesAnImage() throws IOException {
        var files = house.pool("files");
        Files.write(house.folder("files").resolve("root.tar"), BUSYBOX);
        house.pools().refresh(files.uuid(), 0);
        var from = house.volumes().byName(files.uuid(), "root.tar");
        house.volumes().createFrom(pool.uuid(), xml("fromfile:1", 0), from, 0);
        assertThat(names()).containsExactly("fromfile:1");
    }

    @Test
    void anImageInUseIsNotDeleted() throws IOException {
        house.upload(made("busybox:latest"), BUSYBOX);
        engine.containers().create("user", "busybox:latest", command -> command.withCmd("true"));
        var volume = house.volumes().byName(pool.uuid(), "busybox:latest");
        refused(
                ErrorCode.OPERATION_INVALID,
                "busybox:latest",
                () -> house.volumes().delete(volume, 0));
        assertThat(names()).containsExactly("busybox:latest");
    }

    @Test
    void aRegistryThatIsNotThereIsOneClearLine() {
        refused(
                ErrorCode.OPERATION_FAILED,
                "pulling image 127.0.0.1:1/absent:latest: ",
                () -> house.volumes().create(pool.uuid(), xml("127.0.0.1:1/absent:latest", 0), 0));
        assertThat(names()).isEmpty();
    }

    @Test
    void whatMakesNoSenseForImagesIsRefused() throws IOException {
        refused(ErrorCode.XML_ERROR, "cannot be an image's", () -> made("UPPER case"));
        refused(ErrorCode.CONFIG_UNSUPPORTED, "not 'qcow2'", () -> house.volume(pool, "a:1", 1 << 20, "qcow2"));
        house.upload(made("busybox:latest"), BUSYBOX);
        var volume = house.volumes().byName(pool.uuid(), "busybox:latest");
        refused(ErrorCode.NO_SUPPORT, "capacity", () -> house.volumes().resize(volume, 1 << 30, 0));
        refused(ErrorCode.NO_SUPPORT, "wiping", () -> house.volumes().wipe(volume, 0, 0));
    }

    @Test
    void anEngineThatGoesAwayIsSurvived() throws IOException {
        house.upload(made("busybox:latest"), BUSYBOX);
        var volume = house.volumes().byName(pool.uuid(), "busybox:latest");
        host.kill();
        try {
            refused(
                    ErrorCode.OPERATION_FAILED,
                    "nobody answers at " + host.socket(),
                    () -> house.volumes().xml(volume, 0));
        } finally {
            host.restart();
        }
        assertThat(house.volumes().xml(volume, 0)).contains("busybox:latest");
        house.close();
        house = StorageHouse.open(root);
        assertThat(house.pools().isActive(pool.uuid())).isTrue();
        assertThat(names()).containsExactly("busybox:latest");
    }

    @Test
    void aPoolWithoutAnEngineDoesNotStart() {
        var nobody = house.pools()
                .define(
                        "<pool type='docker'><name>nobody</name><source><host name='/nonexistent/sock'/></source></pool>",
                        0);
        refused(
                ErrorCode.OPERATION_FAILED,
                "nobody answers at /nonexistent/sock",
                () -> house.pools().start(nobody.uuid(), 0));
    }

    private VolumeIdentity made(String name) {
        return house.volumes().create(pool.uuid(), xml(name, BUSYBOX.length), 0);
    }

    private static String xml(String name, long capacityBytes) {
        return "<volume><name>" + name + "</name><capacity>" + capacityBytes + "</capacity></volume>";
    }

    private List<String> names() {
        return house.volumes().list(pool.uuid(), 0).stream()
                .map(VolumeIdentity::name)
                .toList();
    }

    private static void refused(ErrorCode code, String words, Runnable call) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(PosadaException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e).hasMessageContaining(words);
            assertThat(String.valueOf(e.getMessage()).lines()).hasSize(1);
        });
    }
}
