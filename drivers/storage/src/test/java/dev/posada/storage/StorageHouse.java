package dev.posada.storage;

import dev.posada.driver.VolumeReader;
import dev.posada.engine.Connection;
import dev.posada.engine.Directories;
import dev.posada.engine.Engine;
import dev.posada.engine.EngineSettings;
import dev.posada.engine.HostProviders;
import dev.posada.engine.Pools;
import dev.posada.engine.Volumes;
import dev.posada.host.HostSettings;
import dev.posada.host.LinuxHost;
import dev.posada.model.Caller;
import dev.posada.model.PoolIdentity;
import dev.posada.model.VolumeIdentity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A real engine on the real storage driver, and a connection to it. */
final class StorageHouse implements AutoCloseable {
    private final Path root;
    private final Engine engine;
    private final Connection connection;

    private StorageHouse(Path root, Engine engine, Connection connection) {
        this.root = root;
        this.engine = engine;
        this.connection = connection;
    }

    static StorageHouse open(Path root) {
        return open(EngineSettings.of(Directories.under(root), true), root);
    }

    /** One that makes the pool there is from the first day. */
    static StorageHouse withDefaultPool(Path root, Path folder) {
        return open(EngineSettings.of(Directories.under(root), true).withDefaultPool(folder), root);
    }

    private static StorageHouse open(EngineSettings settings, Path root) {
        var engine = new Engine(
                settings.withJobWait(Duration.ofSeconds(30)).withDefaultScheme("empty"),
                List.of(new EmptyHypervisor()),
                HostProviders.NONE.withStorage(new HostStorageProvider()),
                new LinuxHost(Path.of("/"), HostSettings.defaults(), root.resolve("host-uuid")));
        engine.start();
        return new StorageHouse(root, engine, engine.open("empty:///system", Caller.SELF));
    }

    Path root() {
        return root;
    }

    Connection connection() {
        return connection;
    }

    /** A connection of one who may only look. */
    Connection readOnly() {
        return engine.open("empty:///system", Caller.SELF.asReadOnly());
    }

    Pools pools() {
        return connection.pools();
    }

    Volumes volumes() {
        return connection.volumes();
    }

    /** Defines, builds and starts a pool in a folder below the root. */
    PoolIdentity pool(String name) {
        var pool = pools().define(poolXml(name), 0);
        pools().build(pool.uuid(), 0);
        pools().start(pool.uuid(), 0);
        return pool;
    }

    String poolXml(String name) {
        return "<pool type='dir'><name>" + name + "</name><target><path>" + folder(name) + "</path></target></pool>";
    }

    Path folder(String pool) {
        return root.resolve("pools").resolve(pool);
    }

    VolumeIdentity volume(PoolIdentity pool, String name, long capacityBytes, String format) {
        return volumes().create(pool.uuid(), volumeXml(name, capacityBytes, format), 0);
    }

    static String volumeXml(String name, long capacityBytes, String format) {
        return "<volume><name>" + name + "</name><capacity>" + capacityBytes + "</capacity><allocation>0</allocation>"
                + "<target><format type='" + format + "'/></target></volume>";
    }

    void upload(VolumeIdentity volume, byte[] bytes) throws IOException {
        try (var writer = volumes().upload(volume, 0, 0, 0)) {
            writer.write(ByteBuffer.wrap(bytes));
            writer.finish();
        }
    }

    byte[] download(VolumeIdentity volume) throws IOException {
        try (var reader = volumes().download(volume, 0, 0, 0)) {
            var bytes = new ByteArrayOutputStream();
            var buffer = ByteBuffer.allocate(1 << 16);
            while (reader.read(buffer.clear(), false) != VolumeReader.Part.END) {
                bytes.write(buffer.array(), 0, buffer.position());
            }
            return bytes.toByteArray();
        }
    }

    /** All names in a pool's folder, also those that are no volumes. */
    List<String> filesOf(String pool) throws IOException {
        try (var files = Files.list(folder(pool))) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    /** Ends the engine; pools stay as they are. */
    @Override
    public void close() {
        connection.close();
        engine.close();
    }
}
