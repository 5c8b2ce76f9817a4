package dev.posada.engine;

import dev.posada.driver.LivePool;
import dev.posada.driver.Undo;
import dev.posada.model.Element;
import dev.posada.model.PoolDefinition;
import dev.posada.xml.Documents;
import dev.posada.xml.PoolXml;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Brings a host's pools back: definitions, then what is still started, then what starts by itself. */
final class PoolRecovery {
    private static final String STANDARD_NAME = "default";

    private final PoolHost host;
    private final PoolLife life;

    PoolRecovery(PoolHost host) {
        this.host = host;
        this.life = new PoolLife(host);
    }

    /** Loads what was kept and finds started pools again. */
    void load() {
        var kept = host.storage().load();
        for (var stored : kept.definitions()) {
            Attempts.attempt("cannot take pool '" + stored.name() + "'", () -> {
                var pool = host.claim(stored.definition());
                boolean autostart = kept.autostart().contains(stored.name());
                pool.change(view -> view.withConfig(stored.definition()).withAutostart(autostart));
            });
        }
        var boot = HostBoot.id();
        Attempts.together(kept.live(), record -> recover(record, boot));
    }

    private void recover(LivePoolRecord record, String boot) {
        var definition = record.definition();
        Attempts.attempt("cannot find pool '" + definition.name() + "' again", () -> {
            try (var undo = new Undo()) {
                undo.add(() -> host.storage().removeLive(definition.name()));
                var found = record.boot().equals(boot) ? host.driver().find(definition) : Optional.<LivePool>empty();
                if (found.isPresent()) {
                    life.started(host.claim(definition), definition, found.get());
                    undo.done();
                }
            }
        });
    }

    /** Starts what is marked, once in a run of the host: what somebody stopped since then stays so. */
    void autostart() {
        if (!host.storage().firstSinceBoot()) {
            return;
        }
        var marked = host.registry().all().stream()
                .filter(pool -> pool.view().autostart() && !pool.view().active())
                .toList();
        Attempts.together(
                marked,
                pool -> Attempts.attempt(
                        "cannot autostart pool '" + pool.name() + "'",
                        () -> life.start(pool, Optional.empty(), "virStoragePoolCreate")));
    }

    /** Makes the pool a host has from its first day: a folder, started now and with the host. */
    void standard(Path folder) {
        Attempts.attempt("cannot make the pool '" + STANDARD_NAME + "' in " + folder, () -> {
            var document = Element.of("pool", "type", "dir")
                    .plus(Element.text("name", STANDARD_NAME))
                    .plus(Element.of("target").plus(Element.text("path", folder.toString())));
            var definition = host.driver().complete(PoolXml.parse(Documents.format(document), false));
            life.define(definition, "virStoragePoolDefineXML");
            var pool = host.pool(definition.uuid());
            life.autostart(pool, true, "virStoragePoolSetAutostart");
            life.start(pool, Optional.of(Set.of()), "virStoragePoolCreate");
        });
    }

    /** Puts pools in place that a driver has from the start; nobody is told, for nothing happened. */
    void reside(List<PoolDefinition> residents) {
        for (var definition : residents) {
            var pool = host.claim(definition);
            pool.change(view -> view.withConfig(definition));
            life.started(pool, definition, host.driver().start(definition));
        }
    }
}
