package dev.posada.engine;

import dev.posada.driver.Abilities.HasStatistics;
import dev.posada.engine.JobSlot.Kind;
import dev.posada.model.DomainStats;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.model.StatsGroup;
import dev.posada.model.TypedParameter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Figures of many domains at once. */
public final class Statistics {
    private static final String API = "virConnectGetAllDomainStats";

    private final Hypervisor hypervisor;
    private final Access access;

    Statistics(Hypervisor hypervisor, Access access) {
        this.hypervisor = hypervisor;
        this.access = access;
    }

    /**
     * Figures of all domains that pass the filter.
     *
     * @param mask {@code virDomainStatsTypes}; 0 for all the driver has
     * @param flags {@code virConnectGetAllDomainStatsFlags}: filters as in {@link Domains#list}, nowait, backing, enforce
     */
    public List<DomainStats> all(int mask, int flags) {
        access.query(API);
        return gather(hypervisor.registry().all(), mask, flags);
    }

    /** Figures of these domains; those that are gone meanwhile are left out. */
    public List<DomainStats> of(List<UUID> domains, int mask, int flags) {
        access.query(API);
        var found = domains.stream()
                .map(hypervisor.registry()::find)
                .flatMap(Optional::stream)
                .toList();
        return gather(found, mask, flags);
    }

    private List<DomainStats> gather(Collection<Domain> domains, int mask, int flags) {
        hypervisor.checkFlags(
                flags, Flags.STATS_FILTERS | Flags.STATS_NOWAIT | Flags.STATS_BACKING | Flags.STATS_ENFORCE, API);
        var request = new Request(
                groups(mask, Flags.has(flags, Flags.STATS_ENFORCE)),
                Flags.has(flags, Flags.STATS_BACKING),
                Flags.has(flags, Flags.STATS_NOWAIT));
        var filter = new DomainFilter(flags & Flags.STATS_FILTERS, hypervisor);
        var asleep = new ArrayList<DomainStats>(domains.size());
        var awake = new ArrayList<Domain>();
        for (var domain : domains) {
            var view = domain.view();
            if (!view.there() || !filter.admits(view)) {
                continue;
            }
            if (view.active()) {
                awake.add(domain);
            } else {
                asleep.add(new DomainStats(view.identity(), inactive(view, request)));
            }
        }
        var all = active(awake, request);
        all.addAll(asleep);
        return all;
    }

    /**
     * What is wanted.
     *
     * @param groups which figures
     * @param backing whether disks come with their backing chain
     * @param nowait whether domains that are busy are not waited for
     */
    private record Request(Set<StatsGroup> groups, boolean backing, boolean nowait) {
        boolean wants(StatsGroup group) {
            return groups.contains(group);
        }
    }

    private Set<StatsGroup> groups(int mask, boolean enforce) {
        int bits = known();
        if (enforce && (mask & ~bits) != 0) {
            throw unknown(mask & ~bits, hypervisor.driver().origin());
        }
        var groups = StatsGroup.of(mask);
        groups.removeIf(group -> (group.bit() & bits) == 0);
        return groups;
    }

    /** The groups of figures domains of this kind have, as a mask. */
    int known() {
        int bits = StatsGroup.STATE.bit();
        for (var group : hypervisor.driver().statsGroups()) {
            bits |= group.bit();
        }
        return bits;
    }

    static PosadaException unknown(int bits, ErrorOrigin origin) {
        return new PosadaException(
                ErrorCode.ARGUMENT_UNSUPPORTED,
                origin,
                String.format("Stats types bits 0x%x are not supported by this daemon", bits));
    }

    /** Asks the running ones all at once: each answers from a hypervisor of its own. */
    private List<DomainStats> active(List<Domain> domains, Request request) {
        var gathered = new ArrayList<DomainStats>(domains.size());
        if (domains.size() < 2) {
            domains.forEach(domain -> gathered.add(active(domain, request)));
            return gathered;
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new ArrayList<Future<DomainStats>>();
            domains.forEach(domain -> answers.add(threads.submit(() -> active(domain, request))));
            for (var answer : answers) {
                gathered.add(answer.get());
            }
            return gathered;
        } catch (ExecutionException e) {
            throw new PosadaException(
                    ErrorCode.INTERNAL_ERROR, hypervisor.driver().origin(), "figures could not be gathered", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PosadaException(
                    ErrorCode.OPERATION_ABORTED,
                    hypervisor.driver().origin(),
                    "interrupted while gathering figures",
                    e);
        }
    }

    private DomainStats active(Domain domain, Request request) {
        var view = domain.view();
        var parameters = state(view, request);
        var figures = hypervisor.abilityIfAny(view, HasStatistics.class);
        if (figures.isPresent() && request.groups().size() > (request.wants(StatsGroup.STATE) ? 1 : 0)) {
            parameters.addAll(figures(domain, figures.orElseThrow(), request));
        }
        return new DomainStats(view.identity(), parameters);
    }

    /** Asks the hypervisor when its turn comes; one that is busy too long gives what the host knows by itself. */
    private List<TypedParameter> figures(Domain domain, HasStatistics live, Request request) {
        try (var job = turn(domain, request)) {
            return live.statistics(request.groups(), request.backing(), job.granted());
        } catch (PosadaException _) {
            return List.of(); // it ended or hangs: the others' figures are no worse for that
        }
    }

    private Turn turn(Domain domain, Request request) {
        if (request.nowait()) {
            return new Turn(domain.jobs().tryBegin(Kind.QUERY, API));
        }
        try {
            return new Turn(Optional.of(hypervisor.begin(domain, Kind.QUERY, API)));
        } catch (PosadaException _) {
            return new Turn(Optional.empty());
        }
    }

    /** The right to ask the hypervisor, or none. */
    private record Turn(Optional<JobSlot.Job> job) implements AutoCloseable {
        boolean granted() {
            return job.isPresent();
        }

        @Override
        public void close() {
            job.ifPresent(JobSlot.Job::close);
        }
    }

    private static List<TypedParameter> state(DomainView view, Request request) {
        var parameters = new ArrayList<TypedParameter>();
        if (request.wants(StatsGroup.STATE)) {
            parameters.add(
                    TypedParameter.ofInt("state.state", view.status().state().number()));
            parameters.add(TypedParameter.ofInt("state.reason", view.status().reason()));
        }
        return parameters;
    }

    /** What a definition alone tells; nothing is asked but the file system. */
    private List<TypedParameter> inactive(DomainView view, Request request) {
        var parameters = state(view, request);
        var facts = view.facts();
        if (request.wants(StatsGroup.BALLOON)) {
            parameters.add(TypedParameter.ofUnsigned("balloon.current", facts.memoryKib()));
            parameters.add(TypedParameter.ofUnsigned("balloon.maximum", facts.maxMemoryKib()));
        }
        if (request.wants(StatsGroup.VCPU)) {
            parameters.add(TypedParameter.ofUnsigned("vcpu.current", facts.vcpus()));
            parameters.add(TypedParameter.ofUnsigned("vcpu.maximum", facts.maxVcpus()));
        }
        if (request.wants(StatsGroup.BLOCK)) {
            disks(facts.disks(), parameters);
        }
        return parameters;
    }

    private void disks(List<DomainFacts.Disk> disks, List<TypedParameter> parameters) {
        var sizes = new ImageSizes(hypervisor.driver());
        parameters.add(TypedParameter.ofUnsigned("block.count", disks.size()));
        for (int i = 0; i < disks.size(); i++) {
            var disk = disks.get(i);
            var names = BlockNames.of(i);
            parameters.add(TypedParameter.ofText(names.name(), disk.target()));
            if (!disk.source().isEmpty()) {
                parameters.add(TypedParameter.ofText(names.path(), disk.source()));
            }
            sizes.of(disk).ifPresent(size -> {
                parameters.add(TypedParameter.ofUnsigned(names.allocation(), size.allocationBytes()));
                parameters.add(TypedParameter.ofUnsigned(names.capacity(), size.capacityBytes()));
                parameters.add(TypedParameter.ofUnsigned(names.physical(), size.physicalBytes()));
            });
        }
    }

    /** The names of a disk's figures; made once for the first disks, for they are asked for by the thousand. */
    private record BlockNames(String name, String path, String allocation, String capacity, String physical) {
        private static final List<BlockNames> FIRST =
                IntStream.range(0, 8).mapToObj(BlockNames::make).toList();

        static BlockNames of(int disk) {
            return disk < FIRST.size() ? FIRST.get(disk) : make(disk);
        }

        private static BlockNames make(int disk) {
            var start = "block." + disk + ".";
            return new BlockNames(
                    start + "name", start + "path", start + "allocation", start + "capacity", start + "physical");
        }
    }
}
