package dev.posada.storage;

import dev.posada.driver.LivePool;
import dev.posada.driver.StorageDriver.BuildOption;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PoolDefinition;
import dev.posada.model.PosadaException;
import java.util.Optional;
import java.util.Set;

/**
 * A kind of pool that can be defined and not be started: definitions come over from libvirt, and are kept as they are.
 * Starting one says what is missing.
 */
final class AbsentKind implements PoolKind {
    private final String word;
    private final String program;
    private final String debianPackage;
    private final boolean discoverable;

    /**
     * @param word the kind
     * @param program what would drive it
     * @param debianPackage where the program comes from
     * @param discoverable whether pools of the kind can be looked for
     */
    AbsentKind(String word, String program, String debianPackage, boolean discoverable) {
        this.word = word;
        this.program = program;
        this.debianPackage = debianPackage;
        this.discoverable = discoverable;
    }

    @Override
    public String word() {
        return word;
    }

    @Override
    public Set<String> places(PoolDefinition definition) {
        var adapter =
                definition.source().child("adapter").map(one -> one.attributes().toString());
        return Set.of(String.join(
                " ",
                word,
                String.join(",", definition.sourceHosts()),
                String.join(",", definition.sourceDevices()),
                definition.sourceName().orElse(""),
                adapter.orElse("")));
    }

    @Override
    public Element sources(Optional<Element> where) {
        if (!discoverable) {
            return PoolKind.super.sources(where);
        }
        boolean hosted = word.equals("iscsi");
        if (hosted && where.flatMap(source -> source.child("host")).isEmpty()) {
            throw StorageErrors.of(ErrorCode.INVALID_ARG, "hostname must be specified for iscsi sources");
        }
        throw refused("looking for pools of type '" + word + "'");
    }

    @Override
    public void build(PoolDefinition definition, Set<BuildOption> options) {
        throw refused("building pool '" + definition.name() + "'");
    }

    @Override
    public void delete(PoolDefinition definition, boolean zeroed) {
        throw refused("deleting pool '" + definition.name() + "'");
    }

    @Override
    public LivePool start(PoolDefinition definition) {
        throw refused("starting pool '" + definition.name() + "'");
    }

    @Override
    public Optional<LivePool> find(PoolDefinition definition) {
        return Optional.empty();
    }

    private PosadaException refused(String what) {
        HostTools.require(what, debianPackage, program);
        return StorageErrors.of(
                ErrorCode.OPERATION_UNSUPPORTED,
                what + ": pools of type '" + word + "' are not driven yet: use dir, fs or netfs");
    }
}
