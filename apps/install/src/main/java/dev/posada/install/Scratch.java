package dev.posada.install;

import dev.posada.client.Connection;
import dev.posada.client.ConnectionUri;
import dev.posada.client.DataStream;
import dev.posada.client.StoragePool;
import dev.posada.client.StorageVolume;
import dev.posada.model.Element;
import dev.posada.model.PosadaException;
import dev.posada.xml.Documents;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where kernels, seeds and answer files stand while a guest starts with them, and where they are brought to when the
 * hypervisor cannot read files of this user or is on another host. {@link #close} removes all of it.
 */
final class Scratch implements AutoCloseable {
    /** The folder for this purpose that hypervisors of the system can read. */
    private static final Path SYSTEM_FOLDER = Path.of("/var/lib/libvirt/boot");

    private static final String POOL = "boot-scratch";

    private final Connection connection;
    private final Messages messages;
    private final Progress progress;
    private final List<Path> files = new ArrayList<>();
    private final List<StorageVolume> volumes = new ArrayList<>();

    Scratch(Connection connection, Messages messages, Progress progress) {
        this.connection = connection;
        this.messages = messages;
        this.progress = progress;
    }

    /** A new file of a name that ends with {@code ending}; it is removed in the end. */
    Path file(String ending) {
        try {
            String name = ending.substring(ending.lastIndexOf('/') + 1);
            Path file = Files.createTempFile(folder(), "virtinst-", "-" + name);
            files.add(file);
            return file;
        } catch (IOException e) {
            throw new InstallException("cannot make a file for the installation: " + Reason.of(e), e);
        }
    }

    private boolean isRemote() {
        return !connection.uri().host().isEmpty();
    }

    private boolean isSession() {
        ConnectionUri uri = connection.uri();
        return uri.path().equals("/session");
    }

    private Path folder() throws IOException {
        // For a hypervisor elsewhere the copies are made by its daemon, and that may be this folder of this very host.
        if (!isRemote() && !isSession() && Files.isDirectory(SYSTEM_FOLDER) && Files.isWritable(SYSTEM_FOLDER)) {
            return SYSTEM_FOLDER;
        }
        String cache = System.getenv("XDG_CACHE_HOME");
        Path base = cache == null || cache.isEmpty()
                ? Path.of(System.getProperty("user.home", "/"), ".cache")
                : Path.of(cache);
        Path folder = base.resolve("posada").resolve("boot");
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x--x")));
        return folder;
    }

    /** Whether the daemon runs as this user, and can so read this user's files; root's guests are somebody else. */
    private boolean isOfThisUser() throws IOException {
        String user = System.getProperty("user.name", "");
        Optional<String> socket = connection.uri().parameter("socket");
        return socket.isPresent()
                && !user.equals("root")
                && Files.getOwner(Path.of(socket.get())).getName().equals(user);
    }

    /** Whether the hypervisor gets copies through its daemon. */
    private boolean uploads() {
        try {
            return isRemote() || (!isSession() && !folder().equals(SYSTEM_FOLDER) && !isOfThisUser());
        } catch (IOException e) {
            throw new InstallException("cannot make a folder for the installation: " + Reason.of(e), e);
        }
    }

    /** The path under which the hypervisor reads a file of ours. */
    String forHypervisor(Path file) {
        if (!uploads()) {
            return file.toString();
        }
        StoragePool pool = pool();
        try {
            return upload(pool, file);
        } catch (IOException e) {
            throw new InstallException("cannot bring '" + file + "' to the hypervisor: " + Reason.of(e), e);
        }
    }

    private StoragePool pool() {
        var storage = connection.storage();
        var there = storage.pools().stream()
                .filter(pool -> Documents.parse(pool.xml())
                        .at("target", "path")
                        .filter(path -> Path.of(path.text()).normalize().equals(SYSTEM_FOLDER))
                        .isPresent())
                .findFirst();
        if (there.isPresent()) {
            StoragePool pool = there.get();
            if (!pool.isActive()) {
                pool.start();
            }
            pool.refresh();
            return pool;
        }
        String name = FreeNames.of(POOL, "", taken -> storage.poolByName(taken).isPresent());
        return made(Element.of("pool", "type", "dir")
                .plus(Element.text("name", name))
                .plus(Element.of("target").plus(Element.text("path", SYSTEM_FOLDER.toString()))));
    }

    private StoragePool made(Element xml) {
        StoragePool pool = connection.storage().define(Documents.format(xml));
        try {
            try {
                pool.start();
            } catch (PosadaException folderIsMissing) {
                // A hypervisor without libvirt beside it has not got the folder yet; its daemon makes it.
                pool.build();
                pool.start();
            }
            pool.setAutostart(true);
            return pool;
        } catch (PosadaException e) {
            pool.undefine();
            throw e;
        }
    }

    private String upload(StoragePool pool, Path file) throws IOException {
        long size = Files.size(file);
        String name = FreeNames.of(
                file.getFileName().toString(), "", taken -> pool.volume(taken).isPresent());
        StorageVolume volume = pool.createVolume(Documents.format(Element.of("volume")
                .plus(Element.text("name", name))
                .plus(Element.text("capacity", Long.toString(size)))
                .plus(Element.text("allocation", "0"))
                .plus(Element.of("target").plus(Element.of("format", "type", "raw")))));
        volumes.add(volume);
        try (InputStream in = Files.newInputStream(file);
                DataStream stream = volume.upload(0, size)) {
            progress.copy("Transferring '" + file.getFileName() + "'", in, stream.output(), size, size);
            stream.finish();
        }
        return volume.path();
    }

    /** Removes everything, and tells of what could not be removed. */
    @Override
    public void close() {
        for (StorageVolume volume : volumes) {
            try {
                messages.trace().tell("scratch", () -> "Removing volume '" + volume.name() + "'");
                volume.delete();
            } catch (PosadaException e) {
                messages.warn("Failed to remove volume '" + volume.name() + "': " + e.getMessage());
            }
        }
        volumes.clear();
        for (Path file : files) {
            try {
                messages.trace().tell("scratch", "Removing " + file);
                Files.deleteIfExists(file);
            } catch (IOException e) {
                messages.warn("Failed to remove '" + file + "': " + Reason.of(e));
            }
        }
        files.clear();
    }
}
