package dev.posada.storage;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PoolDefinition;
import dev.posada.posix.FileStatus;
import dev.posada.posix.PosixException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The folders of pools: where they are, how they are made. */
final class Folders {
    /** Guests run as others than the daemon and must get through, but need not see what is there; as libvirt has it. */
    private static final int MODE = 0711;

    private Folders() {}

    /**
     * The folder of a pool.
     *
     * @throws dev.posada.model.PosadaException {@code XML_ERROR} when it is not given from the root
     */
    static Path of(PoolDefinition definition) {
        var text = definition.targetPath();
        if (!text.startsWith("/")) {
            throw StorageErrors.of(
                    ErrorCode.XML_ERROR,
                    "target path '" + text + "' of pool '" + definition.name() + "' does not begin at the root: give"
                            + " an absolute one");
        }
        return Path.of(text);
    }

    /** Makes the folder of a pool, if it is not there, with the permissions the definition asks for. */
    static void make(PoolDefinition definition) {
        var folder = of(definition);
        boolean made = create(folder);
        var wanted = definition.permissions();
        if (made || wanted.isPresent()) {
            Permissions.of(wanted, made ? MODE : Permissions.UNCHANGED).apply(folder);
        }
    }

    /** Whether the folder was not there. */
    private static boolean create(Path folder) {
        var what = "cannot create path '" + folder + "'";
        try {
            var parent = folder.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.createDirectory(folder);
            return true;
        } catch (FileAlreadyExistsException e) {
            if (Files.isDirectory(folder)) {
                return false;
            }
            throw StorageErrors.failed(what, e);
        } catch (IOException e) {
            throw StorageErrors.failed(what, e);
        }
    }

    /** The {@code <permissions>} a folder has. */
    static Element permissions(Path folder) {
        try {
            return Permissions.element(FileStatus.of(folder));
        } catch (PosixException e) {
            throw StorageErrors.failed("cannot open directory '" + folder + "'", e);
        }
    }
}
