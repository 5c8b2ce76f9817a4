package dev.posada.simulator;

import dev.posada.driver.Abilities;
import dev.posada.driver.LiveDomain;
import dev.posada.driver.LiveListener;
import dev.posada.driver.SavedState;
import dev.posada.driver.StartRequest;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainEvent;
import dev.posada.model.DomainStatus;
import dev.posada.model.Element;
import dev.posada.model.LifecycleChange;
import dev.posada.model.StatsGroup;
import dev.posada.model.TypedParameter;
import java.time.InstantSource;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A domain that runs in memory. Its guest does at once whatever it is asked to.
 *
 * <p>Reports go to the listener under this object's monitor, so that they arrive one at a time and in order; the listener
 * never calls back, and nothing here takes time.
 */
final class SimulatedDomain
        implements LiveDomain,
                Abilities.Suspends,
                Abilities.ShutsDown,
                Abilities.Reboots,
                Abilities.Resets,
                Abilities.ChangesEndings,
                Abilities.TakesNmi,
                Abilities.TakesKeys,
                Abilities.HasScreens,
                Abilities.ResizesMemory,
                Abilities.Saves,
                Abilities.ResizesVcpus,
                Abilities.PinsProcessors,
                Abilities.HasStatistics {
    private final LiveListener listener;
    private final Figures figures;
    private DomainDefinition definition;
    private boolean ended;

    private SimulatedDomain(DomainDefinition definition, LiveListener listener, InstantSource clock) {
        this.definition = definition;
        this.listener = listener;
        this.figures = new Figures(clock);
    }

    static SimulatedDomain start(StartRequest request, LiveListener listener, InstantSource clock) {
        var domain = new SimulatedDomain(request.definition(), listener, clock);
        request.journal().accept(Element.of("simulated", "id", Integer.toString(request.id())));
        if (request.paused()) {
            listener.status(DomainStatus.PAUSED_USER, Optional.of(LifecycleChange.STARTED_BOOTED));
            listener.status(DomainStatus.PAUSED_USER, Optional.of(LifecycleChange.SUSPENDED_PAUSED));
        } else {
            listener.status(DomainStatus.RUNNING_BOOTED, Optional.of(LifecycleChange.STARTED_BOOTED));
        }
        return domain;
    }

    @Override
    public synchronized DomainDefinition definition() {
        return definition;
    }

    @Override
    public void destroy(boolean graceful) {
        end(DomainStatus.SHUTOFF_DESTROYED, LifecycleChange.STOPPED_DESTROYED);
    }

    @Override
    public void release() {
        // There is nothing to hold on to.
    }

    @Override
    public synchronized void suspend() {
        report(DomainStatus.PAUSED_USER, LifecycleChange.SUSPENDED_PAUSED);
    }

    @Override
    public synchronized void resume() {
        report(DomainStatus.RUNNING_UNPAUSED, LifecycleChange.RESUMED_UNPAUSED);
    }

    @Override
    public void shutdown(int flags) {
        ending(definition().onPoweroff());
    }

    @Override
    public void reboot(int flags) {
        ending(definition().onReboot());
    }

    @Override
    public synchronized void reset() {
        if (!ended) {
            listener.happened(new DomainEvent.Reboot());
        }
    }

    private synchronized void ending(String action) {
        if (action.equals("restart") || action.equals("rename-restart")) {
            if (!ended) {
                listener.status(DomainStatus.RUNNING_BOOTED, Optional.empty());
            }
        } else {
            end(DomainStatus.SHUTOFF_SHUTDOWN, LifecycleChange.STOPPED_SHUTDOWN);
        }
    }

    @Override
    public synchronized void changeEnding(String ending, String action) {
        change(definition.withChild(Element.text(ending, action)));
    }

    @Override
    public void injectNmi() {
        // The guest is patient.
    }

    @Override
    public void sendKeys(int codeset, int holdMillis, List<Integer> keycodes) {
        // Nobody reads what is typed.
    }

    @Override
    public Abilities.Screenshot screenshot(int screen) {
        return Picture.ofScreen(screen);
    }

    /** There is nothing in its memory. */
    @Override
    public void save(SavedState to) {}

    /** It never stood still. */
    @Override
    public void goOn() {}

    @Override
    public synchronized void resizeMemory(long kib) {
        if (!ended) {
            change(definition.withMemoryKib(kib));
            listener.happened(new DomainEvent.BalloonChange(kib));
        }
    }

    @Override
    public synchronized void memoryStatsPeriod(int seconds) {
        // Figures are always fresh.
    }

    @Override
    public synchronized void resizeVcpus(int count) {
        var vcpu = definition.root().child("vcpu").orElse(Element.text("vcpu", "1"));
        change(definition.withChild(
                count == definition.maxVcpus()
                        ? vcpu.without("current")
                        : vcpu.with("current", Integer.toString(count))));
    }

    @Override
    public void pinVcpu(int vcpu, BitSet hostCpus) {
        // The engine keeps the pinning in the definition, and no processor would notice.
    }

    @Override
    public void pinEmulator(BitSet hostCpus) {
        // As for virtual processors.
    }

    @Override
    public List<TypedParameter> statistics(Set<StatsGroup> groups, boolean backing, boolean mayWait) {
        return groups.contains(StatsGroup.CPU) ? figures.cpu() : List.of();
    }

    @Override
    public long cpuTimeNanos() {
        return figures.cpuTimeNanos();
    }

    @Override
    public long memoryKib() {
        return definition().memoryKib();
    }

    @Override
    public List<Abilities.MemoryFigure> memoryStats() {
        return figures.memory(memoryKib());
    }

    @Override
    public Abilities.DiskFigures diskStats(String disk) {
        if (!disk.isEmpty()) {
            Devices.disk(definition(), disk);
        }
        return figures.disk();
    }

    @Override
    public Abilities.DiskSizes diskSizes(String disk) {
        Devices.disk(definition(), disk);
        return figures.diskSizes();
    }

    @Override
    public Abilities.InterfaceFigures interfaceStats(String device) {
        Devices.nic(definition(), device);
        return figures.nic();
    }

    @Override
    public List<Abilities.VcpuFigures> vcpus() {
        return figures.vcpus(definition().vcpus());
    }

    private void report(DomainStatus status, LifecycleChange change) {
        if (!ended) {
            listener.status(status, Optional.of(change));
        }
    }

    private void change(DomainDefinition changed) {
        definition = changed;
        if (!ended) {
            listener.changed(changed);
        }
    }

    private synchronized void end(DomainStatus status, LifecycleChange change) {
        if (!ended) {
            ended = true;
            listener.ended(status, change);
        }
    }
}
