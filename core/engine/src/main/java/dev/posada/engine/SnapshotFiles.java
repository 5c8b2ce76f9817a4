package dev.posada.engine;

import dev.posada.model.ErrorOrigin;
import dev.posada.model.SnapshotDefinition;
import dev.posada.xml.SnapshotXml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.UUID;

/**
 * The documents of snapshots: {@code FOLDER/UUID/NAME.xml}, UUID being the domain's, so that nothing moves when a domain
 * gets another name. Each is what {@link SnapshotXml#file} writes, passwords included; the folders are their owner's alone.
 * Each change is lasting when the call returns.
 */
final class SnapshotFiles {
    /** Most snapshots of one domain: no answer on the wire can list more. */
    static final int MOST = 16384;

    private static final System.Logger LOG = System.getLogger("posada.engine");

    private final Path folder;
    private final ErrorOrigin origin;

    SnapshotFiles(Path folder, ErrorOrigin origin) {
        this.folder = folder;
        this.origin = origin;
    }

    void keep(UUID domain, SnapshotDefinition snapshot, boolean current) {
        of(domain).keep(snapshot.name(), SnapshotXml.file(snapshot, current));
    }

    void remove(UUID domain, String name) {
        of(domain).remove(name);
    }

    /** What was kept of a domain's snapshots, the oldest first; of several that say they are current the youngest is. */
    SnapshotTree load(UUID domain) {
        var tree = SnapshotTree.NONE;
        var kept = of(domain).load(MOST, SnapshotXml::parseFile);
        kept.sort(Comparator.comparingLong(
                        (SnapshotXml.Kept one) -> one.definition().creationSeconds())
                .thenComparing(one -> one.definition().name()));
        for (var one : kept) {
            tree = tree.with(one.definition());
            tree = one.current() ? tree.at(Optional.of(one.definition().name())) : tree;
        }
        return tree;
    }

    /** Forgets all snapshots of a domain. What cannot be removed is told, and keeps nobody from forgetting the domain. */
    void forget(UUID domain) {
        var own = folder.resolve(domain.toString());
        if (!Files.isDirectory(own)) {
            return;
        }
        try (var files = Files.list(own)) {
            for (var file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(own);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, "cannot remove the snapshots in " + own + ": " + e.getMessage());
        }
    }

    private DocumentFiles of(UUID domain) {
        return new DocumentFiles(folder.resolve(domain.toString()), "snapshot", origin);
    }
}
