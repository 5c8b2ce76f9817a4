package dev.posada.storage;

import dev.posada.model.Element;
import dev.posada.posix.FileStatus;
import dev.posada.posix.PosixException;
import dev.posada.posix.PosixFiles;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Who may do what with a file or folder.
 *
 * @param mode permission bits, or {@link #UNCHANGED}
 * @param owner a user's number, or {@link #UNCHANGED}
 * @param group a group's number, or {@link #UNCHANGED}
 */
record Permissions(int mode, int owner, int group) {
    static final int UNCHANGED = PosixFiles.UNCHANGED;

    /**
     * As an element says.
     *
     * @param element {@code <permissions>}, canonical
     * @param otherwise the mode where it says none
     */
    static Permissions of(Optional<Element> element, int otherwise) {
        return new Permissions(
                element.flatMap(given -> given.childText("mode"))
                        .map(text -> Integer.parseInt(text, 8))
                        .orElse(otherwise),
                id(element, "owner"),
                id(element, "group"));
    }

    private static int id(Optional<Element> element, String child) {
        return element.flatMap(given -> given.childText(child))
                .map(Integer::parseUnsignedInt)
                .orElse(UNCHANGED);
    }

    /** Gives a file or folder these permissions; symbolic links are not followed to change an owner. */
    void apply(Path path) {
        try {
            if (owner != UNCHANGED || group != UNCHANGED) {
                PosixFiles.changeLinkOwner(path, owner, group);
            }
            if (mode != UNCHANGED) {
                PosixFiles.changeMode(path, mode);
            }
        } catch (PosixException e) {
            throw StorageErrors.failed("cannot set mode or owner of '" + path + "'", e);
        }
    }

    /** Gives a device these permissions; a link leads to it. */
    void applyThroughLinks(Path path) {
        try {
            if (owner != UNCHANGED || group != UNCHANGED) {
                PosixFiles.changeOwner(path, owner, group);
            }
            if (mode != UNCHANGED) {
                PosixFiles.changeMode(path, mode);
            }
        } catch (PosixException e) {
            throw StorageErrors.failed("cannot set mode or owner of '" + path + "'", e);
        }
    }

    /** What a file has, as an element. */
    static Element element(FileStatus status) {
        return Element.of("permissions")
                .plus(Element.text("mode", String.format("%04o", status.mode())))
                .plus(Element.text("owner", Integer.toUnsignedString(status.uid())))
                .plus(Element.text("group", Integer.toUnsignedString(status.gid())));
    }
}
