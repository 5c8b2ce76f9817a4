package dev.posada.engine;

import dev.posada.driver.Abilities.ChangesEndings;
import dev.posada.driver.Abilities.Reboots;
import dev.posada.driver.Abilities.Resets;
import dev.posada.driver.Abilities.ShutsDown;
import dev.posada.driver.Abilities.Suspends;
import dev.posada.driver.Abilities.WakesUp;
import dev.posada.engine.JobSlot.Kind;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainIdentity;
import dev.posada.model.DomainState;
import dev.posada.model.Element;
import dev.posada.xml.Documents;
import dev.posada.xml.DomainXml;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Starting, stopping and what is between. Each call is a job of its domain: it waits for the one before it, and fails
 * with {@code OPERATION_TIMEOUT} when that takes too long. Only {@link #destroy} waits for nobody.
 */
public final class Lifecycle {
    private static final List<String> ENDINGS = List.of("on_poweroff", "on_reboot", "on_crash");
    private static final List<String> ACTIONS =
            List.of("destroy", "restart", "rename-restart", "preserve", "coredump-destroy", "coredump-restart");
    private static final int LAST_COMMON_ACTION = 3;

    private final Hypervisor hypervisor;
    private final Access access;
    private final Launcher launcher;
    private final Connection connection;

    static final String ADOPT = "virDomainQemuAttach";

    Lifecycle(Hypervisor hypervisor, Access access, Launcher launcher, Connection connection) {
        this.hypervisor = hypervisor;
        this.access = access;
        this.launcher = launcher;
        this.connection = connection;
    }

    /** Starts a domain that is defined nowhere; flags are {@code virDomainCreateFlags}. */
    public DomainIdentity create(String xml, int flags) {
        var api = "virDomainCreateXML";
        access.change(api);
        hypervisor.checkFlags(flags, Flags.START_ALL, api);
        connection.mustBeOpen();
        var definition = hypervisor.read(xml, Flags.has(flags, Flags.START_VALIDATE));
        return unlessClosed(launcher.create(definition, flags, api, Optional.of(connection)));
    }

    /** What a domain would be started with, in the hypervisor's own words; {@code flags} must be 0. */
    public String nativeCommand(String format, String xml, int flags) {
        var api = "virConnectDomainXMLToNative";
        access.change(api);
        hypervisor.checkFlags(flags, 0, api);
        return hypervisor.driver().nativeCommand(format, hypervisor.read(xml, false));
    }

    /** The document of what is described in the hypervisor's own words; {@code flags} must be 0. */
    public String fromNative(String format, String configuration, int flags) {
        var api = "virConnectDomainXMLFromNative";
        access.change(api);
        hypervisor.checkFlags(flags, 0, api);
        var document = hypervisor.driver().fromNative(format, configuration);
        return document.name().equals("domain")
                ? DomainXml.format(new DomainDefinition(document), true)
                : Documents.format(document);
    }

    /**
     * Takes a process that somebody else started for a domain; {@code flags} must be 0.
     *
     * @param process its number
     */
    public DomainIdentity adopt(long process, int flags) {
        access.change(ADOPT);
        hypervisor.checkFlags(flags, 0, ADOPT);
        connection.mustBeOpen();
        return hypervisor.domain(hypervisor.driver().adopt(process)).view().identity();
    }

    /** Starts a defined domain; flags are {@code virDomainCreateFlags}. */
    public DomainIdentity start(UUID domain, int flags) {
        var api = "virDomainCreateWithFlags";
        access.change(api);
        hypervisor.checkFlags(flags, Flags.START_ALL, api);
        connection.mustBeOpen();
        return unlessClosed(launcher.start(domain, flags, api, Optional.of(connection)));
    }

    /** A connection that was closed during a start did not yet see the domain it should take with it. */
    private DomainIdentity unlessClosed(DomainIdentity started) {
        if (connection.closed()) {
            connection.destroyOwn();
        }
        return started;
    }

    /** Pulls the plug; deletes nothing. Flags are {@code virDomainDestroyFlagsValues}. */
    public void destroy(UUID domain, int flags) {
        var api = "virDomainDestroyFlags";
        access.change(api);
        hypervisor.checkFlags(flags, Flags.DESTROY_GRACEFUL | Flags.DESTROY_REMOVE_LOGS, api);
        launcher.destroy(hypervisor.domain(domain), Flags.has(flags, Flags.DESTROY_GRACEFUL), api);
    }

    /** Asks the guest to shut down; flags are {@code virDomainShutdownFlagValues}. */
    public void shutdown(UUID domain, int flags) {
        hypervisor.checkFlags(flags, Flags.SHUTDOWN_ALL, "virDomainShutdownFlags");
        act(domain, "virDomainShutdown", ShutsDown.class, live -> live.shutdown(flags));
    }

    /** Asks the guest to reboot; flags are {@code virDomainRebootFlagValues}. */
    public void reboot(UUID domain, int flags) {
        hypervisor.checkFlags(flags, Flags.SHUTDOWN_ALL, "virDomainReboot");
        act(domain, "virDomainReboot", Reboots.class, live -> live.reboot(flags));
    }

    /** Presses the reset button; {@code flags} must be 0. */
    public void reset(UUID domain, int flags) {
        hypervisor.checkFlags(flags, 0, "virDomainReset");
        act(domain, "virDomainReset", Resets.class, Resets::reset);
    }

    /** Stops the guest's processors; does nothing when they are stopped already. */
    public void suspend(UUID uuid) {
        var api = "virDomainSuspend";
        access.change(api);
        var domain = hypervisor.domain(uuid);
        hypervisor.mustRun(domain);
        try (var _ = hypervisor.begin(domain, Kind.MODIFY, api)) {
            hypervisor.mustRun(domain);
            var live = hypervisor.ability(domain, Suspends.class, api);
            switch (domain.view().status().state()) {
                case PMSUSPENDED -> throw hypervisor.invalid("domain is pmsuspended");
                case PAUSED -> {}
                case NOSTATE, RUNNING, BLOCKED, SHUTDOWN, SHUTOFF, CRASHED -> live.suspend();
            }
        }
    }

    /** Continues the guest's processors. */
    public void resume(UUID uuid) {
        var api = "virDomainResume";
        access.change(api);
        var domain = hypervisor.domain(uuid);
        hypervisor.mustRun(domain);
        try (var _ = hypervisor.begin(domain, Kind.MODIFY, api)) {
            hypervisor.mustRun(domain);
            var live = hypervisor.ability(domain, Suspends.class, api);
            switch (domain.view().status().state()) {
                case PMSUSPENDED -> throw hypervisor.invalid("domain is pmsuspended");
                case RUNNING -> throw hypervisor.invalid("domain is already running");
                case NOSTATE, BLOCKED, PAUSED, SHUTDOWN, SHUTOFF, CRASHED -> live.resume();
            }
        }
    }

    /** Wakes a guest that put itself to sleep; {@code flags} must be 0. */
    public void wakeUp(UUID uuid, int flags) {
        var api = "virDomainPMWakeup";
        access.change(api);
        hypervisor.checkFlags(flags, 0, api);
        var domain = hypervisor.domain(uuid);
        hypervisor.mustRun(domain);
        try (var _ = hypervisor.begin(domain, Kind.MODIFY, api)) {
            hypervisor.mustRun(domain);
            hypervisor.ability(domain, WakesUp.class, api).wakeUp();
        }
    }

    /**
     * Says what follows an ending.
     *
     * @param type 0 poweroff, 1 reboot, 2 crash
     * @param action 0 destroy, 1 restart, 2 rename-restart, 3 preserve, 4 coredump-destroy, 5 coredump-restart
     * @param flags {@code virDomainModificationImpact}
     */
    public void setLifecycleAction(UUID uuid, int type, int action, int flags) {
        var api = "virDomainSetLifecycleAction";
        access.change(api);
        hypervisor.checkFlags(flags, Flags.AFFECT_ALL, api);
        checkAction(type, action);
        var ending = Element.text(ENDINGS.get(type), ACTIONS.get(action));
        var domain = hypervisor.domain(uuid);
        try (var _ = hypervisor.begin(domain, Kind.MODIFY, api)) {
            var affect = Affect.of(flags, domain.view(), hypervisor);
            if (affect.live()) {
                var live = hypervisor.ability(domain, ChangesEndings.class, api);
                live.changeEnding(ending.name(), ending.text());
            }
            if (affect.config()) {
                hypervisor.reconfigure(domain, definition -> withEnding(definition, ending));
            }
        }
    }

    private DomainDefinition withEnding(DomainDefinition definition, Element ending) {
        return hypervisor
                .driver()
                .complete(LiveEdits.canonical(definition.root().withChild(ending)));
    }

    private void checkAction(int type, int action) {
        if (type < 0 || type >= ENDINGS.size()) {
            throw hypervisor.badArgument("invalid lifecycle type '" + type + "'");
        }
        if (action < 0 || action >= ACTIONS.size()) {
            throw hypervisor.badArgument("invalid lifecycle action '" + action + "'");
        }
        boolean crash = type == ENDINGS.size() - 1;
        if (action > LAST_COMMON_ACTION && !crash) {
            throw hypervisor.badArgument("action '" + ACTIONS.get(action) + "' is only for on_crash");
        }
    }

    /** Does something with an instance that runs, in a job of its own. */
    private <T> void act(UUID uuid, String api, Class<T> kind, Consumer<T> action) {
        access.change(api);
        var domain = hypervisor.domain(uuid);
        hypervisor.mustRun(domain);
        try (var _ = hypervisor.begin(domain, Kind.MODIFY, api)) {
            hypervisor.mustRun(domain);
            if (domain.view().status().state() == DomainState.PMSUSPENDED) {
                throw hypervisor.invalid("domain is pmsuspended");
            }
            action.accept(hypervisor.ability(domain, kind, api));
        }
    }
}
