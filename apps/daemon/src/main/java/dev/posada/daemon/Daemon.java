package dev.posada.daemon;

import dev.posada.driver.DriverProvider;
import dev.posada.driver.FilterProvider;
import dev.posada.driver.InterfaceProvider;
import dev.posada.driver.NetworkProvider;
import dev.posada.driver.NodeDeviceProvider;
import dev.posada.driver.StorageProvider;
import dev.posada.engine.Directories;
import dev.posada.engine.Engine;
import dev.posada.engine.EngineSettings;
import dev.posada.engine.FirstNetworks;
import dev.posada.engine.HostProviders;
import dev.posada.host.LinuxHost;
import dev.posada.model.PosadaException;
import dev.posada.server.Server;
import dev.posada.server.ServerCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * A daemon at work: from {@link #start} to {@link #close} it holds its folders, runs its engine and answers clients.
 * Several can live in one process, each with folders of its own. Closing leaves guests running.
 */
final class Daemon implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("posada.daemon");

    private final Places places;
    private final Engine engine;
    private final Server server;
    private final Deque<AutoCloseable> parts;

    private Daemon(Places places, Engine engine, Server server, Deque<AutoCloseable> parts) {
        this.places = places;
        this.engine = engine;
        this.server = server;
        this.parts = parts;
    }

    /**
     * Starts a daemon; when this returns it answers clients.
     *
     * @throws StartException saying what is in the way; nothing is left running or held then
     */
    static Daemon start(Places places, Settings settings) {
        // What was started is ended in reverse order, on the way out as after a failure.
        var parts = new ArrayDeque<AutoCloseable>();
        try {
            makeFolders(places.directories());
            parts.push(RootLock.take(places.directories().run()));
            settings.notes().forEach(note -> LOG.log(System.Logger.Level.WARNING, note));
            var host = new LinuxHost(
                    Path.of("/"), settings.host(), places.directories().state().resolve("host-uuid"));
            var engineSettings = EngineSettings.of(places.directories(), places.privileged())
                    .withPaths(places.uriPaths())
                    .withDriverSettings(settings.drivers())
                    .withDefaultPool(places.images())
                    .withFirstNetworks(firstNetworks(places))
                    .withVersion(Help.versionNumber());
            var engine = new Engine(engineSettings, providers(), shared(), host);
            parts.push(engine);
            engine.start();
            var server = Server.start(settings.server(), engine);
            parts.push(server);
            return new Daemon(places, engine, server, parts);
        } catch (PosadaException e) {
            end(parts);
            throw new StartException(ExitCode.FAILED, e.getMessage(), e);
        } catch (RuntimeException e) {
            end(parts);
            throw e;
        }
    }

    private static List<DriverProvider> providers() {
        var providers = new ArrayList<DriverProvider>();
        // Named by class loader: a daemon started from a thread without a context must find its drivers too.
        ServiceLoader.load(DriverProvider.class, Daemon.class.getClassLoader()).forEach(providers::add);
        return providers;
    }

    /** Networks need rights that a session has not; a root of one's own is for trying, and starts what it is told to. */
    private static FirstNetworks firstNetworks(Places places) {
        if (!places.privileged()) {
            return FirstNetworks.NONE;
        }
        return places.isSystem() ? FirstNetworks.AUTOSTARTED : FirstNetworks.DEFINED;
    }

    private static HostProviders shared() {
        return new HostProviders(
                first(StorageProvider.class),
                first(NetworkProvider.class),
                first(NodeDeviceProvider.class),
                first(InterfaceProvider.class),
                first(FilterProvider.class));
    }

    private static <T> Optional<T> first(Class<T> provider) {
        return ServiceLoader.load(provider, Daemon.class.getClassLoader()).findFirst();
    }

    /** Definitions may hold passwords, so only the owner looks into the folders they are in. */
    private static void makeFolders(Directories directories) {
        makeFolder(directories.etc(), "rwx------");
        makeFolder(directories.state(), "rwx--x--x");
        makeFolder(directories.run(), "rwxr-xr-x");
        makeFolder(directories.cache(), "rwx--x--x");
        makeFolder(directories.log(), "rwx------");
    }

    private static void makeFolder(Path folder, String permissions) {
        if (Files.isDirectory(folder)) {
            return;
        }
        try {
            var parent = folder.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)));
        } catch (IOException e) {
            if (!Files.isDirectory(folder)) {
                throw new StartException(ExitCode.FAILED, "cannot make the folder " + folder + ": " + Reasons.of(e), e);
            }
        }
    }

    /** The URI clients of libvirt reach it with. */
    String uri() {
        return "qemu+unix:///" + places.uriPath() + "?socket="
                + UriText.encoded(
                        server.addresses().readWrite().toAbsolutePath().toString());
    }

    /** What the server has done. */
    ServerCounts counts() {
        return server.counts();
    }

    /** Whether it serves nobody: no client is connected and no domain runs. */
    boolean idle() {
        return server.counts().clients() == 0 && !engine.anythingRuns();
    }

    /** Ends it: clients are let go, domains stay. Twice is once. */
    @Override
    public void close() {
        end(parts);
    }

    private static void end(Deque<AutoCloseable> parts) {
        synchronized (parts) {
            while (!parts.isEmpty()) {
                var part = parts.pop();
                try {
                    part.close();
                } catch (Exception e) {
                    // One part that cannot end must not keep the others, and the lock, from being let go.
                    LOG.log(
                            System.Logger.Level.ERROR,
                            "ending " + part.getClass().getSimpleName(),
                            e);
                }
            }
        }
    }
}
