package dev.posada.storage;

import dev.posada.driver.LivePool;
import dev.posada.driver.StorageDriver.BuildOption;
import dev.posada.model.PoolDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Pools of type {@code dir}: a folder of this host. */
final class FolderKind implements PoolKind {
    @Override
    public String word() {
        return "dir";
    }

    @Override
    public Set<String> places(PoolDefinition definition) {
        return Set.of("folder " + definition.targetPath());
    }

    @Override
    public void build(PoolDefinition definition, Set<BuildOption> options) {
        if (!options.isEmpty()) {
            throw StorageErrors.invalid("No source device specified when formatting pool '" + definition.name() + "'");
        }
        Folders.make(definition);
    }

    @Override
    public void delete(PoolDefinition definition, boolean zeroed) {
        var folder = Folders.of(definition);
        try {
            Files.delete(folder);
        } catch (IOException e) {
            throw StorageErrors.failed("failed to remove pool '" + folder + "'", e);
        }
    }

    @Override
    public LivePool start(PoolDefinition definition) {
        return open(definition);
    }

    @Override
    public Optional<LivePool> find(PoolDefinition definition) {
        return Files.isDirectory(Path.of(definition.targetPath())) ? Optional.of(open(definition)) : Optional.empty();
    }

    private static LivePool open(PoolDefinition definition) {
        return new FolderPool(Folders.of(definition), () -> {});
    }
}
