package dev.posada.qemu;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.posix.Errno;
import dev.posada.process.Tools;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds out before a start what would let QEMU fail, and says it in a sentence that names the thing. What is found here
 * is a courtesy: what changes between the look and the start is still reported by QEMU itself.
 */
final class Prerequisites {
    private final RunAs runAs;
    private final Tools tools;

    /** Checks for emulators that run as somebody. */
    Prerequisites(RunAs runAs, Tools tools) {
        this.runAs = runAs;
        this.tools = tools;
    }

    /** The definition without what may be missing ({@code startupPolicy='optional'}) and is. */
    static DomainDefinition withoutMissingOptionals(DomainDefinition definition) {
        return definition.root().child("devices").isEmpty()
                ? definition
                : new DomainDefinition(definition
                        .root()
                        .mapChildren(child -> child.name().equals("devices")
                                ? child.mapChildren(Prerequisites::ejectedIfMissing)
                                : child));
    }

    private static Element ejectedIfMissing(Element device) {
        if (!device.name().equals("disk") || !removable(device)) {
            return device;
        }
        boolean optional = device.child("source").stream()
                .anyMatch(source -> source.has("startupPolicy", "optional")
                        && !NeededFiles.handedOver(device)
                        && NeededFiles.image(device)
                                .filter(path -> !Files.exists(path))
                                .isPresent());
        return optional ? device.withoutChildren(child -> child.name().equals("source")) : device;
    }

    /**
     * Checks that the files a domain needs are there and that the daemon may use them.
     *
     * @throws PosadaException {@code SYSTEM_ERROR} naming the first file that is missing or may not be used
     */
    static void check(DomainDefinition definition) {
        for (var file : NeededFiles.images(definition)) {
            var what = "Cannot access " + file.what();
            readable(file.path(), what);
            if (file.writable() && !Files.isWritable(file.path())) {
                throw refused(Errno.EACCES, what + ": no right to write it; make it writable or the disk <readonly/>");
            }
        }
        for (var kind : new String[] {"serial", "console", "parallel", "channel"}) {
            for (var device : definition.devices(kind)) {
                if (device.has("type", "file")) {
                    device.child("source")
                            .flatMap(source -> source.attribute("path"))
                            .ifPresent(Prerequisites::creatable);
                }
            }
        }
    }

    /**
     * The files that an emulator's user has to be given: those it writes, and those it cannot read as they are. What others
     * read too, an installation medium or an image below many disks, keeps its owner wherever that is enough.
     */
    List<Path> toGive(DomainDefinition definition, ImageOwners owners) {
        if (NeededFiles.keepsOwners(definition)) {
            return List.of();
        }
        var files = new ArrayList<>(NeededFiles.images(definition));
        NeededFiles.ports(definition).stream()
                .filter(port -> Files.exists(port.path()))
                .forEach(files::add);
        return files.stream()
                .filter(file -> !file.keepsOwner())
                .filter(file -> file.writable() || owners.has(file.path()) || !runAs.reaches(tools, file.path(), false))
                .map(NeededFiles.Needed::path)
                .distinct()
                .toList();
    }

    /**
     * Checks that the emulator's user may use the files, folders on the way and access lists included.
     *
     * @throws PosadaException {@code SYSTEM_ERROR} naming the first file that may not be used, and the right that is missing
     */
    void checkReach(DomainDefinition definition) {
        if (runAs.same()) {
            return;
        }
        for (var file : NeededFiles.images(definition)) {
            runAs.mustReach(tools, file.path(), file.what(), file.writable());
        }
    }

    /**
     * Checks that this host runs guests on its own processor, when that is wanted.
     *
     * @throws PosadaException {@code CONFIG_UNSUPPORTED} with the reason
     */
    static void checkKvm(DomainDefinition definition, QemuCapabilities capabilities) {
        if (!definition.type().equals("kvm")) {
            return;
        }
        if (!capabilities.kvmUsable()) {
            throw noKvm(definition, capabilities.kvmObstacle());
        }
        var device = Path.of("/dev/kvm");
        if (!Files.exists(device)) {
            throw noKvm(
                    definition, "this host has no /dev/kvm: its processor lacks virtualization, or kvm is not loaded");
        }
        if (!Files.isReadable(device) || !Files.isWritable(device)) {
            throw noKvm(definition, "no right to use /dev/kvm: add the daemon's user to the group kvm");
        }
    }

    private static PosadaException noKvm(DomainDefinition definition, String why) {
        return new PosadaException(
                ErrorCode.CONFIG_UNSUPPORTED,
                ErrorOrigin.QEMU,
                "domain '" + definition.name() + "' of type 'kvm' cannot run here: " + why
                        + "; type 'qemu' runs without it");
    }

    private static boolean removable(Element disk) {
        return disk.has("device", "cdrom") || disk.has("device", "floppy");
    }

    private static void readable(Path path, String what) {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            throw refused(Errno.ENOENT, what + ": " + Errno.description(Errno.ENOENT));
        }
        if (!Files.exists(path)) {
            throw refused(Errno.ENOENT, what + ": it is a link that leads nowhere, or to where we may not look");
        }
        if (!Files.isReadable(path)) {
            throw refused(Errno.EACCES, what + ": " + Errno.description(Errno.EACCES));
        }
    }

    private static void creatable(String text) {
        var path = Path.of(text);
        var parent = path.toAbsolutePath().getParent();
        if (!Files.exists(path) && parent != null && !Files.isDirectory(parent)) {
            throw refused(Errno.ENOENT, "Cannot write to '" + text + "': there is no folder " + parent);
        }
    }

    private static PosadaException refused(int errno, String what) {
        return PosadaException.system(ErrorOrigin.STORAGE, errno, what);
    }
}
