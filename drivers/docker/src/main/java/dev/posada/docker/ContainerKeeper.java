package dev.posada.docker;

import com.github.dockerjava.api.model.RestartPolicy;
import dev.posada.dockerengine.EngineException;
import dev.posada.driver.DefinitionKeeper;
import dev.posada.model.DomainDefinition;

/** Has the containers of domains that do not run follow their definitions. */
final class ContainerKeeper implements DefinitionKeeper {
    private final Machinery machinery;

    ContainerKeeper(Machinery machinery) {
        this.machinery = machinery;
    }

    /** A definition that was copied from another domain's has a container with what that one's holds when this returns. */
    @Override
    public DomainDefinition defined(DomainDefinition definition) {
        machinery.roster().find(definition.uuid()).ifPresent(domain -> domain.keep(true));
        var original = RootMark.other(definition);
        if (original.isEmpty()) {
            return definition;
        }
        var settled = RootMark.settled(definition);
        EngineErrors.told(definition.name(), () -> {
            var _ = machinery.containers().copy(original.get(), settled, ContainerPlan.of(settled), true);
        });
        return settled;
    }

    /** What cannot be removed because the engine is away is removed when it is back. */
    @Override
    public void undefined(DomainDefinition definition, boolean running) {
        if (running) {
            machinery.roster().find(definition.uuid()).ifPresent(domain -> domain.keep(false));
            return;
        }
        try {
            machinery.containers().remove(definition.uuid());
        } catch (EngineException e) {
            if (e.kind() != EngineException.Kind.UNREACHABLE) {
                throw EngineErrors.of(definition.name(), e);
            }
            machinery.forgotten().add(definition.uuid());
        }
    }

    /** The container of a domain that is started follows its name then, so that this can wait for an engine. */
    @Override
    public void renamed(DomainDefinition before, String name) {
        try {
            machinery
                    .containers()
                    .find(before.uuid())
                    .ifPresent(container -> machinery.engine().containers().rename(container.getId(), name));
        } catch (EngineException e) {
            if (e.kind() != EngineException.Kind.UNREACHABLE) {
                throw EngineErrors.of(before.name(), e);
            }
        }
    }

    /** The engine starts a container of its own by itself when its policy says so; ours are started by the daemon. */
    @Override
    public void autostart(DomainDefinition definition, boolean autostart) {
        try {
            machinery
                    .containers()
                    .find(definition.uuid())
                    .filter(container ->
                            Labels.labelled(ContainerStore.labels(container)).isEmpty())
                    .ifPresent(container -> machinery
                            .engine()
                            .containers()
                            .update(
                                    container.getId(),
                                    command -> command.withRestartPolicy(
                                            autostart
                                                    ? RestartPolicy.unlessStoppedRestart()
                                                    : RestartPolicy.noRestart())));
        } catch (EngineException e) {
            throw EngineErrors.of(definition.name(), e);
        }
    }
}
