package dev.posada.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.conformance.TestHost;
import dev.posada.engine.Connection;
import dev.posada.engine.Directories;
import dev.posada.engine.Engine;
import dev.posada.engine.EngineSettings;
import dev.posada.model.Caller;
import dev.posada.model.DomainStatus;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.posix.PosixFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Guests that are put to rest in files and go on from there: what they knew they still know. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class QemuSaveTest {
    private static final int DUMPS = 8;

    private static final int FORCE_BOOT = 8;
    private static final int UNDEFINE_MANAGED_SAVE = 1;
    private static final int HAS_MANAGED_SAVE = 1 << 8;

    @TempDir
    Path folder;

    private Path root;
    private Engine engine;
    private Connection connection;
    private UUID domain;

    @BeforeEach
    void open() throws IOException {
        root = Files.createTempDirectory("posada"); // short: sockets lie in it
        begin();
        var disk = BootSector.COUNTER.write(folder, "counter");
        domain = connection
                .domains()
                .define(QemuConformanceTest.QemuUnderTest.xml("counter", disk.toString()), 0)
                .uuid();
    }

    private void begin() {
        engine = new Engine(
                EngineSettings.of(Directories.under(root), true), List.of(new SharedCacheProvider()), new TestHost());
        engine.start();
        connection = engine.open("qemu:///system", Caller.SELF);
    }

    @AfterEach
    void close() throws IOException {
        try {
            if (connection.domains().isActive(domain)) {
                connection.lifecycle().destroy(domain, 0);
            }
        } finally {
            connection.close();
            engine.close();
            try (var files = Files.walk(root)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        }
    }

    /** The letter the guest answers with. */
    private char count() throws IOException {
        long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        try (var line = connection.devices().openConsole(domain, "", 0)) {
            line.write(ByteBuffer.wrap(new byte[] {'.'}));
            var heard = ByteBuffer.allocate(1);
            while (System.nanoTime() < deadline) {
                heard.clear();
                if (line.read(heard) == 1 && heard.get(0) >= 'A' && heard.get(0) <= 'Z' && line.isOpen()) {
                    return (char) heard.get(0);
                }
            }
        }
        throw new AssertionError("the guest says nothing");
    }

    /** Types until the guest has started and counts, and says which letter was its last. */
    private char countUp() throws IOException {
        connection.lifecycle().start(domain, 0);
        return count();
    }

    @Test
    void aGuestGoesOnWhereItWasSaved() throws IOException {
        char before = countUp();
        var file = folder.resolve("state");
        connection.saves().save(domain, file.toString(), Optional.empty(), 0);
        assertThat(connection.domains().status(domain)).isEqualTo(DomainStatus.SHUTOFF_SAVED);
        assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
        connection.saves().restore(file.toString(), Optional.empty(), 0);
        assertThat(connection.domains().status(domain)).isEqualTo(DomainStatus.RUNNING_RESTORED);
        assertThat(count()).isEqualTo((char) (before + 1));
        connection.lifecycle().destroy(domain, 0);
        connection.saves().restore(file.toString(), Optional.empty(), 0);
        assertThat(count()).as("the file stays, and so does what is in it").isEqualTo((char) (before + 1));
    }

    @Test
    void aManagedSaveIsWhatTheNextStartComesFrom() throws IOException {
        char before = countUp();
        connection.saves().managedSave(domain, 0);
        assertThat(connection.saves().hasManaged(domain, 0)).isTrue();
        assertThat(connection.domains().list(HAS_MANAGED_SAVE)).hasSize(1);
        connection.close();
        engine.close();
        begin();
        assertThat(connection.saves().managedXml(domain, 0)).contains("<name>counter</name>");
        connection.domains().rename(domain, "renamed", 0);
        connection.lifecycle().start(domain, 0);
        assertThat(connection.domains().byUuid(domain).name()).isEqualTo("renamed");
        assertThat(count()).isEqualTo((char) (before + 1));
        assertThat(connection.saves().hasManaged(domain, 0)).isFalse();
    }

    @Test
    void aManagedSaveIsLostOnlyWhenSomebodySaysSo() throws IOException {
        countUp();
        connection.saves().managedSave(domain, 0);
        assertThatThrownBy(() -> connection.domains().undefine(domain, 0))
                .isInstanceOfSatisfying(
                        PosadaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OPERATION_INVALID))
                .hasMessageContaining("Refusing to undefine while domain managed save image exists");
        connection.lifecycle().start(domain, FORCE_BOOT);
        assertThat(connection.saves().hasManaged(domain, 0)).isFalse();
        assertThat(connection.domains().status(domain)).isEqualTo(DomainStatus.RUNNING_BOOTED);
        connection.saves().managedSave(domain, 0);
        connection.saves().removeManaged(domain, 0);
        connection.saves().removeManaged(domain, 0);
        assertThat(connection.saves().hasManaged(domain, 0)).isFalse();
        connection.lifecycle().start(domain, 0);
        connection.saves().managedSave(domain, 0);
        connection.domains().undefine(domain, UNDEFINE_MANAGED_SAVE);
        assertThat(root.resolve("lib/qemu/save")).isEmptyDirectory();
        domain = connection
                .domains()
                .define(
                        QemuConformanceTest.QemuUnderTest.xml(
                                "counter", folder.resolve("counter.img").toString()),
                        0)
                .uuid();
    }

    @Test
    void aDamagedStateIsRefusedAndTheDomainIsOff() throws IOException {
        countUp();
        var file = folder.resolve("state");
        connection.saves().save(domain, file.toString(), Optional.empty(), 0);
        long size = Files.size(file);
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size - (size >> 2));
        }
        assertThatThrownBy(() -> connection.saves().restore(file.toString(), Optional.empty(), 0))
                .isInstanceOf(PosadaException.class);
        assertThat(connection.domains().isActive(domain)).isFalse();
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(4), 16);
        }
        assertThatThrownBy(() -> connection.saves().restore(file.toString(), Optional.empty(), 0))
                .hasMessageContaining("save image is incomplete");
    }

    @Test
    void aGuestThatCannotBeSavedGoesOn() throws IOException {
        char before = countUp();
        var pipe = folder.resolve("pipe");
        PosixFiles.makeFifo(pipe, 0600);
        for (var place : List.of(pipe, folder, folder.resolve("missing/state"))) {
            assertThatThrownBy(() -> connection.saves().save(domain, place.toString(), Optional.empty(), 0))
                    .isInstanceOf(PosadaException.class)
                    .hasMessageContaining("cannot create save file '" + place + "'");
        }
        assertThat(pipe).exists();
        assertThat(connection.domains().isActive(domain)).isTrue();
        assertThat(count()).isEqualTo((char) (before + 1));
    }

    /** QEMU tells that a dump is written while it is not yet ready to go on. */
    @Test
    void aDumpedGuestGoesOnEachTime() throws IOException {
        char before = countUp();
        for (int i = 0; i < DUMPS; i++) {
            connection.devices().dump(domain, folder.resolve("dump-" + i).toString(), 0, 0, "virDomainCoreDump");
        }
        assertThat(connection.domains().isActive(domain)).isTrue();
        assertThat(count()).isEqualTo((char) (before + 1));
    }
}
