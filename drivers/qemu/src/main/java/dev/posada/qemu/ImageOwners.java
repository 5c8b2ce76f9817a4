package dev.posada.qemu;

import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.posix.Descriptor;
import dev.posada.posix.ExtendedAttributes;
import dev.posada.posix.FileStatus;
import dev.posada.posix.OpenFlag;
import dev.posada.posix.PosixException;
import dev.posada.posix.PosixFiles;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Gives files to whom emulators run as while guests use them, and back afterwards ({@code dynamic_ownership}).
 *
 * <p>A file is given when the first instance takes it and given back when the last one that has it is gone. Whose it was is
 * noted on the file itself, under libvirt's names and in its form (measured with 9.0), so that either daemon knows when it
 * finds a file that the other gave away, and so that it is known after a crash of the host:
 *
 * <pre>
 * trusted.libvirt.security.dac            +0:+0   whose it was
 * trusted.libvirt.security.ref_dac        1       how many count on it; this daemon counts as one
 * trusted.libvirt.security.timestamp_dac  …       when the host was booted, in seconds since 1970
 * </pre>
 *
 * <p>Where a file system keeps no such notes, the owner stands in the instance's journal. A file that somebody else has
 * given away meanwhile is left to them.
 *
 * <p>Safe for use by several threads.
 */
final class ImageOwners {
    private static final System.Logger LOG = System.getLogger("posada.qemu");

    private static final String OWNER = "trusted.libvirt.security.dac";
    private static final String COUNT = "trusted.libvirt.security.ref_dac";
    private static final String BOOT_TIME = "trusted.libvirt.security.timestamp_dac";
    private static final int COUNT_MAX = 1_000_000;

    private final Owner emulator;
    private final boolean remembers;
    private final String bootTime;

    /** Instances that have a file, by their folders. */
    private final Map<FileKey, Set<Path>> holders = new HashMap<>();

    /**
     * @param emulator whom emulators run as
     * @param remembers whether owners are noted on the files ({@code remember_owner}); otherwise root gets them afterwards
     * @param bootTime when the host was booted, in seconds since 1970
     */
    ImageOwners(Owner emulator, boolean remembers, String bootTime) {
        this.emulator = emulator;
        this.remembers = remembers;
        this.bootTime = bootTime;
    }

    /**
     * User and group by number.
     *
     * @param uid the user
     * @param gid the group
     */
    record Owner(int uid, int gid) {
        static final Owner ROOT = new Owner(0, 0);

        private static Owner of(FileStatus status) {
            return new Owner(status.uid(), status.gid());
        }

        /** As labels have them: {@code +64055:+107}. */
        @Override
        public String toString() {
            return "+" + uid + ":+" + gid;
        }

        /** Reads what {@link #toString} wrote. */
        static Optional<Owner> parse(String text) {
            var parts = text.split(":", -1);
            try {
                return parts.length == 2 && parts[0].startsWith("+") && parts[1].startsWith("+")
                        ? Optional.of(new Owner(
                                Integer.parseInt(parts[0], 1, parts[0].length(), 10),
                                Integer.parseInt(parts[1], 1, parts[1].length(), 10)))
                        : Optional.empty();
            } catch (NumberFormatException notOurs) {
                return Optional.empty();
            }
        }
    }

    /**
     * A file an instance was given.
     *
     * @param path where it is
     * @param before whose it was
     */
    record Given(Path path, Owner before) {}

    private record FileKey(int deviceMajor, int deviceMinor, long inode) {
        static FileKey of(FileStatus status) {
            return new FileKey(status.deviceMajor(), status.deviceMinor(), status.inode());
        }
    }

    /** Whose the files are now, to be written down before {@link #take}; those that cannot be looked at are left out. */
    List<Given> look(List<Path> files) {
        return files.stream()
                .flatMap(path -> {
                    try {
                        return Optional.of(new Given(path, Owner.of(FileStatus.of(path)))).stream();
                    } catch (PosixException gone) {
                        return Optional.<Given>empty().stream();
                    }
                })
                .toList();
    }

    /** Whether an instance has a file, and nobody knows whether others could use it as it was. */
    synchronized boolean has(Path path) {
        try {
            return holders.containsKey(FileKey.of(FileStatus.of(path)));
        } catch (PosixException gone) {
            return false;
        }
    }

    /**
     * Gives a file to the emulator of an instance.
     *
     * @throws PosadaException {@code SYSTEM_ERROR} when that cannot be
     */
    synchronized void take(Path instance, Path path) {
        try (var file = open(path)) {
            var status = FileStatus.of(file);
            var had = holders.get(FileKey.of(status));
            if (had != null) {
                had.add(instance);
                return;
            }
            if (!Owner.of(status).equals(emulator)) {
                remember(file, Owner.of(status));
                PosixFiles.changeOwner(file, emulator.uid(), emulator.gid());
            } else if (ExtendedAttributes.get(file, OWNER).isPresent()) {
                // Given away before: by an instance whose end nobody saw, or by libvirt's daemon.
                remember(file, Owner.of(status));
            }
            holders.computeIfAbsent(FileKey.of(status), _ -> new HashSet<>()).add(instance);
        } catch (PosixException e) {
            throw PosadaException.system(
                    ErrorOrigin.STORAGE,
                    e.errno(),
                    "cannot give '" + path + "' to the user QEMU runs as (" + emulator + "): " + e.getMessage());
        }
    }

    private void remember(Descriptor file, Owner now) {
        if (!remembers) {
            return;
        }
        boolean counted =
                ExtendedAttributes.get(file, BOOT_TIME).filter(bootTime::equals).isPresent();
        int count = counted ? count(file) : 0;
        if (now.equals(emulator)) {
            // Its first owner is noted already, and stays so across a crash of the host.
            ExtendedAttributes.set(file, COUNT, Integer.toString(count + 1));
        } else if (ExtendedAttributes.set(file, OWNER, now.toString())) {
            ExtendedAttributes.set(file, COUNT, "1");
        }
        ExtendedAttributes.set(file, BOOT_TIME, bootTime);
    }

    private static int count(Descriptor file) {
        try {
            return ExtendedAttributes.get(file, COUNT)
                    .map(Integer::parseInt)
                    .filter(count -> count >= 0 && count < COUNT_MAX)
                    .orElse(0);
        } catch (NumberFormatException damaged) {
            return 0;
        }
    }

    /** Notes that an instance found again has its files. */
    synchronized void adopt(Path instance, List<Given> files) {
        for (var given : files) {
            try {
                holders.computeIfAbsent(FileKey.of(FileStatus.of(given.path())), _ -> new HashSet<>())
                        .add(instance);
            } catch (PosixException gone) {
                LOG.log(Level.DEBUG, "an image of a running domain is gone: " + gone.getMessage());
            }
        }
    }

    /** Gives back what nobody else has. What fails is told in the log: the instance is over in any case. */
    synchronized void giveBack(Path instance, List<Given> files) {
        for (var given : files) {
            try (var file = open(given.path())) {
                giveBack(instance, given, file);
            } catch (PosixException e) {
                LOG.log(
                        Level.WARNING,
                        "cannot give " + given.path() + " back to " + given.before() + ": " + e.getMessage());
            }
        }
    }

    private void giveBack(Path instance, Given given, Descriptor file) {
        var status = FileStatus.of(file);
        var key = FileKey.of(status);
        var having = holders.get(key);
        if (having != null) {
            having.remove(instance);
            if (!having.isEmpty()) {
                return;
            }
            holders.remove(key);
        }
        if (!Owner.of(status).equals(emulator)) {
            return; // somebody has given it to another meanwhile, or it never was ours
        }
        var noted = ExtendedAttributes.get(file, OWNER).flatMap(Owner::parse);
        int count = count(file);
        if (noted.isPresent() && count > 1) {
            ExtendedAttributes.set(file, COUNT, Integer.toString(count - 1));
            return;
        }
        var owner = remembers ? noted.orElse(given.before()) : Owner.ROOT;
        PosixFiles.changeOwner(file, owner.uid(), owner.gid());
        for (var note : List.of(OWNER, COUNT, BOOT_TIME)) {
            ExtendedAttributes.remove(file, note);
        }
    }

    private static Descriptor open(Path path) {
        return Descriptor.open(path, OpenFlag.READ, OpenFlag.NON_BLOCKING);
    }
}
