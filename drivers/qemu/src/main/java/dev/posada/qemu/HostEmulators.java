package dev.posada.qemu;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.qmp.QmpException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The emulators of this host, each probed once and remembered: in memory, and in a file for the next daemon.
 *
 * <p>What is remembered holds for one state of the host: the binary's file, the folder of its modules, {@code /dev/kvm}
 * and the kernel. When one of them changes the binary is probed anew at the next question. Safe for use by any number of
 * threads: one binary is probed by one thread at a time while others ask about other binaries; {@link #entries} is
 * guarded by itself and never held while probing.
 */
final class HostEmulators implements Emulators {
    private static final System.Logger LOG = System.getLogger("posada.qemu");

    private static final String PREFIX = "qemu-system-";
    private static final List<Path> FOLDERS = List.of(Path.of("/usr/local/bin"), Path.of("/usr/bin"));
    private static final List<Path> LONE_BINARIES =
            List.of(Path.of("/usr/libexec/qemu-kvm"), Path.of("/usr/bin/qemu-kvm"));
    private static final List<Path> MODULE_FOLDERS =
            List.of(Path.of("/usr/lib/x86_64-linux-gnu/qemu"), Path.of("/usr/lib64/qemu"), Path.of("/usr/lib/qemu"));

    private static final int ENOENT = 2;
    private static final int EACCES = 13;
    private static final int ENTRIES_MAX = 64;
    private static final long FILE_BYTES_MAX = 8L << 20;

    private final Path cacheDirectory;
    private final Map<Path, Entry> entries = new LinkedHashMap<>();

    /** One binary: the lock is held while it is probed. */
    private static final class Entry {
        final ReentrantLock lock = new ReentrantLock();
        volatile Optional<Known> known = Optional.empty();
    }

    /** What was found out, and for which state of the host. */
    private record Known(String identity, QemuCapabilities capabilities) {}

    /**
     * @param cacheDirectory where what was found out is kept; made when first needed
     */
    HostEmulators(Path cacheDirectory) {
        this.cacheDirectory = cacheDirectory;
    }

    @Override
    public List<Path> found() {
        var found = new ArrayList<Path>();
        for (var architecture : Architecture.all()) {
            forArchitecture(architecture).filter(path -> !found.contains(path)).ifPresent(found::add);
        }
        return found;
    }

    @Override
    public Optional<Path> forArchitecture(String architecture) {
        var candidates = new ArrayList<Path>();
        for (var name : Architecture.binaries(architecture)) {
            FOLDERS.forEach(folder -> candidates.add(folder.resolve(PREFIX + name)));
        }
        if (architecture.equals("x86_64")) {
            candidates.addAll(LONE_BINARIES);
        }
        return candidates.stream().filter(Files::isExecutable).findFirst();
    }

    @Override
    public QemuCapabilities capabilities(Path emulator) {
        if (!emulator.isAbsolute()) {
            throw Refusal.unsupported(
                    "emulator '" + Refusal.shown(emulator.toString()) + "' must be given by its full path");
        }
        var identity = identity(emulator);
        var entry = entry(emulator);
        var known = entry.known;
        if (known.isPresent() && known.get().identity().equals(identity)) {
            return known.get().capabilities();
        }
        entry.lock.lock();
        try {
            known = entry.known;
            if (known.isPresent() && known.get().identity().equals(identity)) {
                return known.get().capabilities();
            }
            var capabilities = load(emulator, identity).orElseGet(() -> probe(emulator, identity));
            entry.known = Optional.of(new Known(identity, capabilities));
            return capabilities;
        } finally {
            entry.lock.unlock();
        }
    }

    private Entry entry(Path emulator) {
        synchronized (entries) {
            var entry = entries.computeIfAbsent(emulator, _ -> new Entry());
            if (entries.size() > ENTRIES_MAX) {
                entries.remove(entries.keySet().iterator().next());
            }
            return entry;
        }
    }

    private QemuCapabilities probe(Path emulator, String identity) {
        LOG.log(Level.DEBUG, "asking {0} what it can do", emulator);
        var capabilities = CapabilitiesProbe.probe(emulator);
        save(emulator, CapabilitiesFile.write(capabilities, identity));
        return capabilities;
    }

    private Optional<QemuCapabilities> load(Path emulator, String identity) {
        var file = file(emulator);
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw new IOException("longer than " + FILE_BYTES_MAX + " bytes");
            }
            return CapabilitiesFile.read(Files.readString(file), identity);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | QmpException | IllegalArgumentException e) {
            LOG.log(Level.WARNING, "{0} cannot be read and is made anew: {1}", file, e.getMessage());
            return Optional.empty();
        }
    }

    /** Keeps what was found out. Failing to costs time at the next start, nothing else. */
    private void save(Path emulator, String text) {
        var file = file(emulator);
        try {
            Files.createDirectories(cacheDirectory);
            var beside = Files.createTempFile(cacheDirectory, "capabilities", ".new");
            try {
                Files.writeString(beside, text);
                Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(beside);
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot keep what {0} can do in {1}: {2}", emulator, file, e.getMessage());
        }
    }

    private Path file(Path emulator) {
        return cacheDirectory.resolve("capabilities-" + digest(emulator.toString()) + ".json");
    }

    private static String digest(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Everything that what an emulator can do depends on. */
    private static String identity(Path emulator) {
        var kvm = Path.of("/dev/kvm");
        var identity = new StringBuilder(file(emulator, true));
        for (var folder : MODULE_FOLDERS) {
            identity.append(" modules ").append(file(folder, false));
        }
        return identity.append(" kvm ")
                .append(Files.exists(kvm))
                .append(Files.isReadable(kvm) && Files.isWritable(kvm))
                .append(" kernel ")
                .append(System.getProperty("os.version", ""))
                .toString();
    }

    private static String file(Path path, boolean needed) {
        try {
            var attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (needed && !Files.isExecutable(path)) {
                throw PosadaException.system(
                        ErrorOrigin.QEMU, EACCES, "QEMU binary " + path + " is not executable: Permission denied");
            }
            return attributes.size() + "/" + attributes.lastModifiedTime().toInstant() + "/" + attributes.fileKey();
        } catch (NoSuchFileException e) {
            if (needed) {
                throw PosadaException.system(
                        ErrorOrigin.QEMU, ENOENT, "Cannot check QEMU binary " + path + ": No such file or directory");
            }
            return "none";
        } catch (IOException e) {
            throw new PosadaException(
                    ErrorCode.INTERNAL_ERROR,
                    ErrorOrigin.QEMU,
                    "Cannot check QEMU binary " + path + ": " + e.getMessage(),
                    e);
        }
    }
}
