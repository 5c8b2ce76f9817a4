package dev.posada.engine;

import dev.posada.driver.OpenFile;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Open files of clients by the names under which the disks of one domain refer to them. They are held until the
 * connection that brought them ends, the domain is gone, or the name is given to others.
 *
 * <p>Safe for use by several threads. Whoever starts a domain gets copies, so that nobody's going away closes under its
 * hands what is being handed to a hypervisor.
 */
final class FileGroups {
    /** Most files one connection may leave here. */
    static final int FILES_PER_CONNECTION_MAX = 256;

    /** The longest name. */
    static final int NAME_CHARS_MAX = 255;

    /** A chain of images is not looked into further; what starts it refuses it far before. */
    private static final int CHAIN_MAX = 1024;

    private record Group(Connection owner, List<OpenFile> files) {}

    private final Map<UUID, Map<String, Group>> groups = new HashMap<>();

    /** Copies by name, to be closed. */
    record Lent(Map<String, List<OpenFile>> files) implements AutoCloseable {
        @Override
        public void close() {
            files.values().forEach(FileGroups::close);
        }
    }

    /** The names a definition has for open files. */
    static SequencedSet<String> named(DomainDefinition definition) {
        var names = new TreeSet<String>();
        for (var disk : definition.devices("disk")) {
            var layer = Optional.of(disk);
            for (int depth = 0; layer.isPresent() && depth < CHAIN_MAX; depth++) {
                name(layer.get()).ifPresent(names::add);
                layer = layer.get().child("backingStore");
            }
        }
        return names;
    }

    /** The name a disk, or an image below one, has for its open files. */
    static Optional<String> name(Element layer) {
        return layer.child("source").flatMap(source -> source.attribute("fdgroup"));
    }

    /**
     * Gives files a name, in the place of those that had it.
     *
     * @param files stay the caller's
     * @throws PosadaException {@code INVALID_ARG} for a name that is too long, {@code OPERATION_INVALID} when the
     *     connection has left too many here
     */
    void put(UUID domain, String name, Connection owner, List<OpenFile> files, ErrorOrigin origin) {
        if (name.length() > NAME_CHARS_MAX) {
            throw new PosadaException(
                    ErrorCode.INVALID_ARG,
                    origin,
                    "the name of a file group has at most " + NAME_CHARS_MAX + " letters");
        }
        synchronized (groups) {
            // One that closes meanwhile takes away what is here; nothing may come behind it.
            owner.mustBeOpen();
            long held = groups.values().stream()
                    .flatMap(byName -> byName.values().stream())
                    .filter(group -> group.owner() == owner)
                    .mapToLong(group -> group.files().size())
                    .sum();
            if (held + files.size() > FILES_PER_CONNECTION_MAX) {
                throw new PosadaException(
                        ErrorCode.OPERATION_INVALID,
                        origin,
                        "a connection may associate at most " + FILES_PER_CONNECTION_MAX
                                + " file descriptors with domains");
            }
            var before =
                    groups.computeIfAbsent(domain, _ -> new HashMap<>()).put(name, new Group(owner, copies(files)));
            if (before != null) {
                close(before.files());
            }
        }
    }

    /**
     * Copies of the files a definition names.
     *
     * @throws PosadaException {@code INVALID_ARG} when there are none under one of the names
     */
    Lent lend(DomainDefinition definition, ErrorOrigin origin) {
        var lent = new Lent(new LinkedHashMap<>());
        synchronized (groups) {
            var known = groups.getOrDefault(definition.uuid(), Map.of());
            try {
                for (var name : named(definition)) {
                    var group = known.get(name);
                    if (group == null) {
                        throw new PosadaException(
                                ErrorCode.INVALID_ARG,
                                origin,
                                "file descriptor group '" + name + "' was not associated with the domain");
                    }
                    lent.files().put(name, copies(group.files()));
                }
            } catch (RuntimeException e) {
                lent.close();
                throw e;
            }
        }
        return lent;
    }

    /** Lets go of what a connection brought. */
    void forget(Connection owner) {
        synchronized (groups) {
            for (var byName : groups.values()) {
                byName.values().removeIf(group -> {
                    if (group.owner() == owner) {
                        close(group.files());
                    }
                    return group.owner() == owner;
                });
            }
            groups.values().removeIf(Map::isEmpty);
        }
    }

    /** Lets go of what a domain was given. */
    void forget(UUID domain) {
        synchronized (groups) {
            var gone = groups.remove(domain);
            if (gone != null) {
                gone.values().forEach(group -> close(group.files()));
            }
        }
    }

    private static List<OpenFile> copies(List<OpenFile> files) {
        var copies = new ArrayList<OpenFile>();
        try {
            files.forEach(file -> copies.add(file.copy()));
        } catch (RuntimeException e) {
            close(copies);
            throw e;
        }
        return copies;
    }

    private static void close(List<OpenFile> files) {
        files.forEach(OpenFile::close);
    }
}
