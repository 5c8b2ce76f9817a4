package dev.posada.jvm;

import dev.posada.model.PosadaException;
import dev.posada.posix.CurrentProcess;
import dev.posada.posix.Descriptor;
import dev.posada.posix.Errno;
import dev.posada.posix.FileStatus;
import dev.posada.posix.OpenFlag;
import dev.posada.posix.PosixException;
import dev.posada.posix.PosixFiles;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * A file that a JVM writes for us, most often as another user and maybe in a file tree of its own, on its way to where somebody
 * wants it.
 *
 * <p>The JVM cannot write there, and a name it can write to is a name its user can play with. So it writes to a new name of its
 * own; what is found there is taken hold of, looked at (an ordinary file of that user), and copied into the wanted file, which
 * was made before, for its owner alone. Where the JVM sees the same files as we do, that name is in a new folder of its user
 * alone; in a folder that is its user's anyway, or in a file tree of its own, a name that nobody can guess has to do.
 */
final class Handover implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("posada.jvm");
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final Path TMP = Path.of("/tmp");
    private static final int OWNER_ALONE = 0600;
    private static final int STICKY = 01000;
    private static final int ROOT = 0;

    private final int owner;
    private final Descriptor parent;
    private final Descriptor folder;
    private final Optional<String> folderName;
    private final String name;
    private final Path theirs;

    private Handover(
            int owner, Descriptor parent, Descriptor folder, Optional<String> folderName, String name, Path theirs) {
        this.owner = owner;
        this.parent = parent;
        this.folder = folder;
        this.folderName = folderName;
        this.name = name;
        this.theirs = theirs;
    }

    /**
     * Prepares for a file.
     *
     * @param pid the JVM
     * @param wanted where the file is to go in the end
     * @param exchange a folder of its user alone that it sees under the same name as we do, if there is one
     * @param suffix as {@code .hprof}
     * @throws PosadaException {@code SYSTEM_ERROR} when there is no place
     */
    static Handover prepare(int pid, Path wanted, Optional<Path> exchange, String suffix) {
        var status = ProcessStatus.of(pid).orElseThrow(() -> Refusal.invalid("domain is not running"));
        var name = "posada-" + UUID.randomUUID() + suffix;
        try {
            if (!seesOurFiles(pid)) {
                return plain(status, Path.of("/proc", Integer.toString(pid), "root/tmp"), TMP, name);
            }
            if (exchange.isPresent()) {
                return plain(status, exchange.get(), exchange.get(), name);
            }
            var beside = wanted.toAbsolutePath().getParent();
            boolean mayWriteThere = status.uid() == ROOT || status.uid() == CurrentProcess.effectiveUid();
            return secluded(status, mayWriteThere && beside != null ? beside : TMP, name);
        } catch (PosixException e) {
            throw PosadaException.system(
                    Refusal.ORIGIN, e.errno(), "no place for the JVM to write to: " + e.getMessage(), e);
        } catch (IOException e) {
            throw Refusal.failed("no place for the JVM to write to: " + e.getMessage(), e);
        }
    }

    private static boolean seesOurFiles(int pid) throws IOException {
        var process = Path.of("/proc", Integer.toString(pid));
        var self = Path.of("/proc/self");
        return Files.readSymbolicLink(process.resolve("ns/mnt")).equals(Files.readSymbolicLink(self.resolve("ns/mnt")))
                && Files.readSymbolicLink(process.resolve("root")).equals(Files.readSymbolicLink(self.resolve("root")));
    }

    private static Handover plain(ProcessStatus status, Path ours, Path theirs, String name) {
        var folder = Descriptor.open(ours, OpenFlag.PATH_ONLY);
        return new Handover(status.uid(), folder.duplicate(), folder, Optional.empty(), name, theirs.resolve(name));
    }

    /** Makes a folder of that user alone. It is given away by descriptor, so that no other can be put in its place. */
    private static Handover secluded(ProcessStatus status, Path parent, String name) throws IOException {
        var above = Descriptor.open(parent, OpenFlag.PATH_ONLY);
        boolean done = false;
        try {
            var found = FileStatus.of(above);
            boolean guarded = (found.mode() & STICKY) != 0 || (found.mode() & 0022) == 0;
            boolean trusted = found.uid() == ROOT || found.uid() == CurrentProcess.effectiveUid();
            if (!guarded || !trusted) {
                throw new PosixException("mkdir", parent + ", which others may rename things in", Errno.EACCES);
            }
            var folderName = ".posada-" + UUID.randomUUID();
            var path = at(above, folderName);
            Files.createDirectory(
                    path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            var folder = Descriptor.open(path, OpenFlag.PATH_ONLY);
            if (status.uid() != CurrentProcess.effectiveUid()) {
                PosixFiles.changeOwner(
                        DESCRIPTORS.resolve(Integer.toString(folder.number())), status.uid(), status.gid());
            }
            done = true;
            return new Handover(
                    status.uid(),
                    above,
                    folder,
                    Optional.of(folderName),
                    name,
                    parent.resolve(folderName).resolve(name));
        } finally {
            if (!done) {
                above.close();
            }
        }
    }

    private static Path at(Descriptor folder, String name) {
        return DESCRIPTORS.resolve(Integer.toString(folder.number())).resolve(name);
    }

    /** What the JVM is to be told to write to. */
    Path theirs() {
        return theirs;
    }

    /**
     * Makes the file wanted, for its owner alone; one that is there is written anew.
     *
     * @throws PosadaException {@code SYSTEM_ERROR} when it cannot be made
     */
    static Descriptor create(Path wanted) {
        try {
            var file = Descriptor.open(
                    wanted, EnumSet.of(OpenFlag.WRITE, OpenFlag.CREATE, OpenFlag.TRUNCATE), OWNER_ALONE);
            PosixFiles.changeMode(file, OWNER_ALONE);
            return file;
        } catch (PosixException e) {
            throw PosadaException.system(
                    Refusal.ORIGIN,
                    e.errno(),
                    "Failed to create file '" + wanted + "': " + Errno.description(e.errno()),
                    e);
        }
    }

    /**
     * Copies what the JVM has written.
     *
     * @return its size in bytes; empty when it has written nothing
     * @throws PosadaException when it cannot be copied
     */
    OptionalLong deliver(Descriptor wanted) {
        if (!Files.exists(at(folder, name))) {
            return OptionalLong.empty();
        }
        try (var written = Descriptor.open(at(folder, name), OpenFlag.PATH_ONLY)) {
            var status = FileStatus.of(written);
            if (status.kind() != FileStatus.Kind.REGULAR || status.uid() != owner) {
                throw Refusal.failed("what the JVM was to write is no file of its own");
            }
            try (var from = Descriptor.open(DESCRIPTORS.resolve(Integer.toString(written.number())), OpenFlag.READ)) {
                return OptionalLong.of(copy(from, wanted));
            }
        } catch (PosixException e) {
            throw PosadaException.system(
                    Refusal.ORIGIN, e.errno(), "what the JVM was to write cannot be read: " + e.getMessage(), e);
        } catch (IOException e) {
            throw Refusal.failed("what the JVM wrote cannot be copied: " + e.getMessage(), e);
        }
    }

    private static long copy(Descriptor from, Descriptor to) throws IOException {
        try {
            PosixFiles.shareBlocks(to, from);
            return FileStatus.of(to).sizeBytes();
        } catch (PosixException otherFileSystem) {
            return copyBytes(from, to);
        }
    }

    private static long copyBytes(Descriptor from, Descriptor to) throws IOException {
        try (var in = FileChannel.open(DESCRIPTORS.resolve(Integer.toString(from.number())), StandardOpenOption.READ);
                var out = FileChannel.open(
                        DESCRIPTORS.resolve(Integer.toString(to.number())), StandardOpenOption.WRITE)) {
            long done = 0;
            while (true) {
                long count = in.transferTo(done, Long.MAX_VALUE - done, out);
                if (count <= 0) {
                    return done;
                }
                done += count;
            }
        }
    }

    /** Takes away what is left. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(at(folder, name));
            if (folderName.isPresent()) {
                Files.deleteIfExists(at(parent, folderName.get()));
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot remove {0}: {1}", theirs, e.getMessage());
        } finally {
            folder.close();
            parent.close();
        }
    }
}
