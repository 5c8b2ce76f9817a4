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
 * Starting one says what would do instead.
 */
final class AbsentKind implements PoolKind {
    private final String word;
    private final String instead;

    /**
     * @param word the kind
     * @param instead what else could be used
     */
    AbsentKind(String word, String instead) {
        this.word = word;
        this.instead = instead;
    }

    @Override
    public String word() {
        return word;
    }

    @Override
    public Set<String> places(PoolDefinition definition) {
        return Set.of(String.join(
                " ",
                word,
                String.join(",", definition.sourceHosts()),
                String.join(",", definition.sourceDevices()),
                definition.sourceFolder().orElse(""),
                definition.sourceName().orElse(""),
                definition.targetPath()));
    }

    @Override
    public Element sources(Optional<Element> where) {
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
        return StorageErrors.of(
                ErrorCode.NO_SUPPORT, what + ": pools of type '" + word + "' are kept and not driven here: " + instead);
    }
}
