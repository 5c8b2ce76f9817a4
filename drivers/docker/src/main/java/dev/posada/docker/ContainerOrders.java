package dev.posada.docker;

import dev.posada.dockerengine.EngineException;
import dev.posada.driver.Abilities;
import dev.posada.driver.InstanceState;
import dev.posada.model.DomainEvent;
import dev.posada.model.DomainStatus;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.LifecycleChange;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a container that runs is told to do by callers, but for its end by force. What becomes of it is the domain's to see. */
final class ContainerOrders
        implements Abilities.Suspends,
                Abilities.ShutsDown,
                Abilities.Reboots,
                Abilities.Resets,
                Abilities.TakesSignals,
                Abilities.ChangesEndings {
    private static final System.Logger LOG = System.getLogger("posada.docker");

    private final Machinery machinery;
    private final DockerDomain domain;
    private final InstanceState state;

    ContainerOrders(Machinery machinery, DockerDomain domain, InstanceState state) {
        this.machinery = machinery;
        this.domain = domain;
        this.state = state;
    }

    @Override
    public void suspend() {
        domain.changing(() -> {
            if (state.running()) {
                machinery.engine().containers().pause(domain.container());
                state.enter(DomainStatus.PAUSED_USER, Optional.of(LifecycleChange.SUSPENDED_PAUSED));
            }
        });
    }

    @Override
    public void resume() {
        domain.changing(() -> {
            if (state.paused()) {
                machinery.engine().containers().unpause(domain.container());
                state.enter(DomainStatus.RUNNING_UNPAUSED, Optional.of(LifecycleChange.RESUMED_UNPAUSED));
            }
        });
    }

    /** Sends the signal that stops it. A definition that says for how long to wait has it killed afterwards. */
    @Override
    public void shutdown(int flags) {
        Stopping.checkShutdown(flags);
        stop(false);
    }

    @Override
    public void reboot(int flags) {
        Stopping.checkReboot(flags);
        stop(Words.restarts(state.definition().onReboot()));
    }

    private void stop(boolean anew) {
        domain.stopping(anew);
        var patience = ContainerPlan.of(state.definition()).stopSeconds();
        if (patience.isPresent()) {
            Thread.ofVirtual().name("docker-stop").start(() -> {
                try {
                    machinery.engine().containers().stop(domain.container(), Duration.ofSeconds(patience.get()));
                } catch (EngineException e) {
                    LOG.log(Level.WARNING, "domain {0}: {1}", state.definition().name(), EngineErrors.line(e));
                }
            });
            return;
        }
        EngineErrors.told(
                state.definition().name(),
                () -> machinery.engine().containers().kill(domain.container(), stopSignal()));
    }

    private String stopSignal() {
        var given = machinery
                .engine()
                .get("looking at container " + domain.container(), "/containers/" + domain.container() + "/json")
                .path("Config")
                .path("StopSignal")
                .asText("");
        return given.isEmpty() ? DockerDomain.TERMINATE : given;
    }

    /** The engine sends signals to the first process alone; one that ends it is no crash. */
    @Override
    public void signal(long process, int signal) {
        if (process != 1) {
            throw Refusal.of(
                    ErrorCode.INVALID_ARG,
                    "only the first process of a container, 1, can be sent a signal, not " + process);
        }
        if (signal == 0) {
            return; // it asks whether there is such a process
        }
        EngineErrors.told(
                state.definition().name(),
                () -> machinery.engine().containers().kill(domain.container(), Integer.toString(signal)));
    }

    /** Kills the program and begins it anew. */
    @Override
    public void reset() {
        domain.changing(() -> {
            if (domain.stays()) {
                return;
            }
            machinery.engine().containers().stop(domain.container(), Duration.ZERO);
            domain.begin();
            if (state.paused()) {
                state.enter(DomainStatus.RUNNING_BOOTED, Optional.of(LifecycleChange.RESUMED_UNPAUSED));
            }
            state.happened(new DomainEvent.Reboot());
        });
    }

    @Override
    public void changeEnding(String ending, String action) {
        if (!List.of("destroy", "restart", "preserve", "rename-restart").contains(action)) {
            throw Refusal.of(
                    ErrorCode.CONFIG_UNSUPPORTED,
                    "a container cannot do '" + Refusal.shown(action) + "' in <" + ending + ">");
        }
        domain.changing(() -> {
            var changed = state.definition().withChild(Element.text(ending, action));
            machinery
                    .engine()
                    .containers()
                    .update(
                            domain.container(),
                            command -> command.withRestartPolicy(ContainerMaking.restart(
                                    ContainerPlan.of(changed).restart())));
            state.redefine(_ -> changed);
        });
    }
}
