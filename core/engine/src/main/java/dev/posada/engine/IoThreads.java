package dev.posada.engine;

import dev.posada.driver.Abilities.RunsIoThreads;
import dev.posada.engine.JobSlot.Kind;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.TypedParameter;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.UUID;

/** The threads that serve disks besides the processors': which there are and where they may run. */
public final class IoThreads {
    private final Hypervisor hypervisor;
    private final Access access;

    IoThreads(Hypervisor hypervisor, Access access) {
        this.hypervisor = hypervisor;
        this.access = access;
    }

    /** Where each thread may run, by its number; flags are {@code virDomainModificationImpact}. */
    public SequencedMap<Integer, BitSet> pins(UUID domain, int flags) {
        var api = "virDomainGetIOThreadInfo";
        access.query(api);
        hypervisor.checkFlags(flags, Flags.AFFECT_ALL, api);
        var view = hypervisor.domain(domain).view();
        var definition = Affect.of(flags, view, hypervisor).live()
                ? view.live().orElseThrow().definition()
                : view.config().orElseThrow().definition();
        var pins = new LinkedHashMap<Integer, BitSet>();
        for (int number : Pinning.ioThreads(definition)) {
            pins.put(number, Pinning.ofIoThread(definition, number).orElseGet(this::hostCpus));
        }
        return pins;
    }

    private BitSet hostCpus() {
        var cpus = new BitSet();
        cpus.set(0, Math.max(1, hypervisor.host().onlineCpus().size()));
        return cpus;
    }

    /** Adds a thread; {@code INVALID_ARG} when its number is taken. Flags are {@code virDomainModificationImpact}. */
    public void add(UUID domain, int number, int flags) {
        var api = "virDomainAddIOThread";
        access.change(api);
        mustBeNumber(number, api);
        change(domain, flags, api, new Change() {
            @Override
            public DomainDefinition of(DomainDefinition definition) {
                if (Pinning.ioThreads(definition).contains(number)) {
                    throw hypervisor.badArgument("an IOThread is already using iothread_id '" + number + "'");
                }
                return withThread(definition, number);
            }

            @Override
            public void live(RunsIoThreads live) {
                live.addIoThread(number, this::of);
            }
        });
    }

    /** Takes a thread away; {@code INVALID_ARG} when there is none, or a device needs it. */
    public void remove(UUID domain, int number, int flags) {
        var api = "virDomainDelIOThread";
        access.change(api);
        mustBeNumber(number, api);
        change(domain, flags, api, new Change() {
            @Override
            public DomainDefinition of(DomainDefinition definition) {
                mustHave(definition, number, "cannot find IOThread '" + number + "' in iothreadids list");
                mustBeUnused(definition, number);
                return withoutThread(definition, number);
            }

            @Override
            public void live(RunsIoThreads live) {
                live.removeIoThread(number, this::of);
            }

            @Override
            public DomainDefinition own(DomainDefinition definition) {
                return unpinned(definition, number);
            }
        });
    }

    /** Says where a thread may run. */
    public void pin(UUID domain, int number, BitSet hostCpus, int flags) {
        var api = "virDomainPinIOThread";
        access.change(api);
        if (hostCpus.isEmpty()) {
            throw hypervisor.badArgument("Empty iothread cpumap list for pinning");
        }
        change(domain, flags, api, new Change() {
            @Override
            public DomainDefinition of(DomainDefinition definition) {
                mustHave(definition, number, "iothreadid " + number + " not found");
                return Pinning.withIoThread(definition, number, hostCpus);
            }

            @Override
            public void live(RunsIoThreads live) {
                live.pinIoThread(number, hostCpus);
            }

            @Override
            public DomainDefinition own(DomainDefinition definition) {
                return of(definition);
            }
        });
    }

    /** Says how a running domain's thread looks for work; none of it is kept. */
    public void tune(UUID domain, int number, List<TypedParameter> parameters, int flags) {
        var api = "virDomainSetIOThreadParams";
        access.change(api);
        mustBeNumber(number, api);
        change(domain, flags, api, new Change() {
            @Override
            public DomainDefinition of(DomainDefinition definition) {
                mustHave(definition, number, "cannot find IOThread '" + number + "' in iothreadids list");
                return definition;
            }

            @Override
            public void stored() {
                throw hypervisor.error(
                        ErrorCode.OPERATION_UNSUPPORTED, "configuring persistent polling values is not supported");
            }

            @Override
            public void live(RunsIoThreads live) {
                live.tuneIoThread(number, parameters);
            }
        });
    }

    /** What is done to a definition, and to what runs by one. */
    private interface Change {
        /** The definition afterwards; throws when it cannot be. */
        DomainDefinition of(DomainDefinition definition);

        void live(RunsIoThreads live);

        /** The live definition with what the engine keeps of it changed; the rest is the driver's to report. */
        default DomainDefinition own(DomainDefinition definition) {
            return definition;
        }

        /** Throws when a stored definition cannot hold it. */
        default void stored() {}
    }

    private void change(UUID uuid, int flags, String api, Change change) {
        hypervisor.checkFlags(flags, Flags.AFFECT_ALL, api);
        var domain = hypervisor.domain(uuid);
        try (var _ = hypervisor.begin(domain, Kind.MODIFY, api)) {
            var view = domain.view();
            var affect = Affect.of(flags, view, hypervisor);
            if (affect.config()) {
                change.stored();
                // Refused before the instance is touched, when it is going to be refused.
                var _ = change.of(view.config().orElseThrow().definition());
            }
            if (affect.live()) {
                var running = view.live().orElseThrow();
                var _ = change.of(running.definition());
                change.live(hypervisor.ability(domain, RunsIoThreads.class, api));
                running.instance().redefine(change::own);
            }
            if (affect.config()) {
                hypervisor.reconfigure(domain, change::of);
            }
        }
    }

    private void mustBeNumber(int number, String api) {
        if (number <= 0) {
            throw hypervisor.zeroArgument("iothread_id", api);
        }
    }

    private void mustHave(DomainDefinition definition, int number, String otherwise) {
        if (!Pinning.ioThreads(definition).contains(number)) {
            throw hypervisor.badArgument(otherwise);
        }
    }

    private void mustBeUnused(DomainDefinition definition, int number) {
        var devices = definition.root().child("devices").orElse(Element.of("devices"));
        for (var device : devices.children()) {
            boolean uses = device.child("driver")
                    .filter(driver -> driver.has("iothread", Integer.toString(number)))
                    .isPresent();
            if (uses) {
                var name = device.name().equals("disk")
                        ? "disk '"
                                + device.child("target")
                                        .map(target -> target.attribute("dev", ""))
                                        .orElse("") + "'"
                        : device.name() + " '" + device.attribute("index", "0") + "'";
                throw hypervisor.badArgument("cannot remove IOThread " + number + " since it is being used by " + name);
            }
        }
    }

    /** Lists every thread by its number, as a definition with one more needs. */
    private static DomainDefinition withThread(DomainDefinition definition, int number) {
        var ids = listed(definition).plus(Element.of("iothread", "id", Integer.toString(number)));
        return counted(definition, ids);
    }

    private static DomainDefinition withoutThread(DomainDefinition definition, int number) {
        var id = Integer.toString(number);
        var ids = listed(definition).withoutChildren(thread -> thread.has("id", id));
        return counted(unpinned(definition, number), ids);
    }

    private static DomainDefinition unpinned(DomainDefinition definition, int number) {
        var id = Integer.toString(number);
        var root = definition.root();
        return root.child("cputune")
                .map(tune -> tune.withoutChildren(pin -> (pin.name().equals("iothreadpin") && pin.has("iothread", id))
                        || (pin.name().equals("iothreadsched") && pin.has("iothreads", id))))
                .map(tune -> LiveEdits.canonical(LiveEdits.withUnlessEmpty(root, tune)))
                .orElse(definition);
    }

    private static Element listed(DomainDefinition definition) {
        var known = definition.root().child("iothreadids").orElse(Element.of("iothreadids"));
        var listed = known;
        for (int number : Pinning.ioThreads(definition)) {
            var id = Integer.toString(number);
            if (known.children().stream().noneMatch(thread -> thread.has("id", id))) {
                listed = listed.plus(Element.of("iothread", "id", id));
            }
        }
        return listed;
    }

    private static DomainDefinition counted(DomainDefinition definition, Element ids) {
        int count = ids.children().size();
        var root = definition.root();
        return LiveEdits.canonical(
                count == 0
                        ? root.withoutChildren(child -> child.name().startsWith("iothread"))
                        : root.withChild(Element.text("iothreads", Integer.toString(count)))
                                .withChild(ids));
    }
}
