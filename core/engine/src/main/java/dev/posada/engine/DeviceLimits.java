package dev.posada.engine;

import dev.posada.driver.Abilities.ChangesInterfaces;
import dev.posada.driver.Abilities.LimitsDisks;
import dev.posada.engine.JobSlot.Kind;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainEvent;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.TypedParameter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** What single devices may take: the pace of disks, the bandwidth of interfaces, and the counters of processors. */
public final class DeviceLimits {
    /** The largest limit QEMU takes. */
    private static final long LIMIT_MAX = 1_000_000_000_000_000L;

    /** The limits of {@code <iotune>} in libvirt's order; each family is set as a whole. */
    private static final List<String> PACES = List.of(
            "total_bytes_sec",
            "read_bytes_sec",
            "write_bytes_sec",
            "total_iops_sec",
            "read_iops_sec",
            "write_iops_sec",
            "total_bytes_sec_max",
            "read_bytes_sec_max",
            "write_bytes_sec_max",
            "total_iops_sec_max",
            "read_iops_sec_max",
            "write_iops_sec_max",
            "size_iops_sec");

    private static final List<String> LENGTHS = List.of(
            "total_bytes_sec_max_length",
            "read_bytes_sec_max_length",
            "write_bytes_sec_max_length",
            "total_iops_sec_max_length",
            "read_iops_sec_max_length",
            "write_iops_sec_max_length");

    private static final String GROUP = "group_name";

    private static final List<String> BANDWIDTHS = List.of(
            "inbound.average",
            "inbound.peak",
            "inbound.burst",
            "inbound.floor",
            "outbound.average",
            "outbound.peak",
            "outbound.burst");

    /** The types of interfaces with a link on the host. */
    private static final Set<String> LIMITED = Set.of("network", "bridge", "ethernet", "direct");

    private static final List<String> PERF_EVENTS = List.of(
            "cmt",
            "mbmt",
            "mbml",
            "cpu_cycles",
            "instructions",
            "cache_references",
            "cache_misses",
            "branch_instructions",
            "branch_misses",
            "bus_cycles",
            "stalled_cycles_frontend",
            "stalled_cycles_backend",
            "ref_cpu_cycles",
            "cpu_clock",
            "task_clock",
            "page_faults",
            "context_switches",
            "cpu_migrations",
            "page_faults_min",
            "page_faults_maj",
            "alignment_faults",
            "emulation_faults");

    private final Hypervisor hypervisor;
    private final Access access;

    DeviceLimits(Hypervisor hypervisor, Access access) {
        this.hypervisor = hypervisor;
        this.access = access;
    }

    /**
     * The limits of a disk's pace.
     *
     * @param disk target or source; empty for those any disk has
     * @param flags {@code virDomainModificationImpact}
     */
    public List<TypedParameter> diskPace(UUID uuid, String disk, int flags) {
        var api = "virDomainGetBlockIoTune";
        access.query(api);
        hypervisor.checkFlags(flags, Flags.AFFECT_ALL, api);
        var definition = definition(uuid, flags);
        var tune = disk.isEmpty()
                ? Optional.<Element>empty()
                : disk(definition, disk)
                        .orElseThrow(
                                () -> hypervisor.badArgument("disk '" + disk + "' was not found in the domain config"))
                        .child("iotune");
        var parameters = new ArrayList<TypedParameter>();
        PACES.forEach(name -> parameters.add(TypedParameter.ofUnsigned(name, number(tune, name))));
        parameters.add(TypedParameter.ofText(
                GROUP, tune.flatMap(limits -> limits.childText(GROUP)).orElse("")));
        LENGTHS.forEach(name -> parameters.add(TypedParameter.ofUnsigned(name, number(tune, name))));
        return parameters;
    }

    /** Limits a disk's pace; families of limits that are not named stay as they are. */
    public void limitDisk(UUID uuid, String disk, List<TypedParameter> parameters, int flags) {
        var api = "virDomainSetBlockIoTune";
        access.change(api);
        hypervisor.checkFlags(flags, Flags.AFFECT_ALL, api);
        var given = paces(parameters);
        var domain = hypervisor.domain(uuid);
        UnaryOperator<DomainDefinition> change = definition -> withPace(definition, disk, given);
        try (var _ = hypervisor.begin(domain, Kind.MODIFY, api)) {
            var view = domain.view();
            var affect = Affect.of(flags, view, hypervisor);
            if (affect.config()) {
                // Refused before the instance is touched, when it is going to be refused.
                var _ = change.apply(view.config().orElseThrow().definition());
            }
            if (affect.live()) {
                var running = view.live().orElseThrow();
                var changed = change.apply(running.definition());
                var limited = disk(changed, disk).orElseThrow();
                limitLive(domain, api, limited, change);
                running.instance().happened(told(limited, parameters));
            }
            if (affect.config()) {
                hypervisor.reconfigure(domain, change);
            }
        }
    }

    private void limitLive(Domain domain, String api, Element disk, UnaryOperator<DomainDefinition> change) {
        var limits = new LinkedHashMap<String, Long>();
        var tune = disk.child("iotune").orElse(Element.of("iotune"));
        for (var limit : tune.children()) {
            if (!limit.name().equals(GROUP)) {
                limits.put(limit.name(), Long.parseLong(limit.text()));
            }
        }
        hypervisor
                .ability(domain, LimitsDisks.class, api)
                .limitDisk(target(disk), limits, tune.childText(GROUP), change);
    }

    private static DomainEvent.Tunable told(Element disk, List<TypedParameter> parameters) {
        var told = new ArrayList<TypedParameter>();
        told.add(TypedParameter.ofText("blkdeviotune.disk", target(disk)));
        parameters.forEach(one -> told.add(new TypedParameter("blkdeviotune." + one.name(), one.value())));
        return new DomainEvent.Tunable(told);
    }

    /** What was asked for, checked: numbers by name, and the group's name as it is. */
    private SequencedMap<String, String> paces(List<TypedParameter> parameters) {
        var given = new LinkedHashMap<String, String>();
        for (var parameter : parameters) {
            var name = parameter.name();
            var value = switch (parameter.value()) {
                case TypedParameter.UllongValue(long number)
                when PACES.contains(name) || LENGTHS.contains(name) -> Long.toUnsignedString(checked(number));
                case TypedParameter.StringValue(String text) when name.equals(GROUP) -> text;
                default -> throw unsupported(parameter);
            };
            if (given.put(name, value) != null) {
                throw hypervisor.badArgument("parameter '" + name + "' occurs multiple times");
            }
        }
        for (var what : List.of("bytes_sec", "iops_sec", "bytes_sec_max", "iops_sec_max")) {
            boolean total = isSet(given, "total_" + what);
            if (total && (isSet(given, "read_" + what) || isSet(given, "write_" + what))) {
                throw hypervisor.badArgument("total and read/write of " + what + " cannot be set at the same time");
            }
        }
        return given;
    }

    private long checked(long limit) {
        if (limit < 0 || limit > LIMIT_MAX) {
            throw hypervisor.error(
                    ErrorCode.ARGUMENT_UNSUPPORTED, "block I/O throttle limit value must be no more than " + LIMIT_MAX);
        }
        return limit;
    }

    private static boolean isSet(SequencedMap<String, String> given, String name) {
        return !given.getOrDefault(name, "0").equals("0");
    }

    private RuntimeException unsupported(TypedParameter parameter) {
        return hypervisor.error(ErrorCode.ARGUMENT_UNSUPPORTED, "parameter '" + parameter.name() + "' not supported");
    }

    private DomainDefinition withPace(DomainDefinition definition, String name, SequencedMap<String, String> given) {
        var disk = disk(definition, name)
                .orElseThrow(() -> hypervisor.badArgument("missing persistent configuration for disk '" + name + "'"));
        var before = disk.child("iotune");
        Set<String> families = new HashSet<>();
        given.keySet().forEach(limit -> families.add(family(limit)));
        var limits = new ArrayList<Element>();
        var order = new ArrayList<>(PACES);
        order.add(GROUP);
        order.addAll(LENGTHS);
        for (var limit : order) {
            var value = families.contains(family(limit))
                    ? given.getOrDefault(limit, "")
                    : before.flatMap(tune -> tune.childText(limit)).orElse("");
            if (!value.isEmpty() && !value.equals("0")) {
                limits.add(Element.text(limit, value));
            }
        }
        var changed = limits.isEmpty()
                ? disk.withoutChildren(child -> child.name().equals("iotune"))
                : disk.withChild(Element.of("iotune").withContent(limits));
        return DeviceEdits.replaced(definition, disk, changed);
    }

    /** Limits of one family are set together: {@code total_bytes_sec} takes the place of {@code read_bytes_sec}. */
    private static String family(String limit) {
        return limit.replaceFirst("^(total|read|write)_", "");
    }

    private static Optional<Element> disk(DomainDefinition definition, String name) {
        return DeviceEdits.devices(definition, "disk").stream()
                .filter(disk -> target(disk).equals(name)
                        || disk.child("source")
                                .filter(source -> source.has("file", name) || source.has("dev", name))
                                .isPresent())
                .findFirst();
    }

    private static String target(Element disk) {
        return disk.child("target").map(target -> target.attribute("dev", "")).orElse("");
    }

    private static long number(Optional<Element> tune, String name) {
        return tune.flatMap(limits -> limits.childText(name))
                .filter(text -> !text.isEmpty())
                .map(Long::parseUnsignedLong)
                .orElse(0L);
    }

    /**
     * The limits of an interface's bandwidth.
     *
     * @param device its MAC address or target
     */
    public List<TypedParameter> bandwidth(UUID uuid, String device, int flags) {
        var api = "virDomainGetInterfaceParameters";
        access.query(api);
        hypervisor.checkFlags(flags, Flags.AFFECT_ALL, api);
        var definition = definition(uuid, flags);
        var found = mustFindInterface(definition, device);
        var parameters = new ArrayList<TypedParameter>();
        for (var name : BANDWIDTHS) {
            int dot = name.indexOf('.');
            var value = found.at("bandwidth", name.substring(0, dot))
                    .flatMap(direction -> direction.attribute(name.substring(dot + 1)))
                    .map(Integer::parseUnsignedInt)
                    .orElse(0);
            parameters.add(TypedParameter.ofUnsigned(name, value));
        }
        return parameters;
    }

    /** Limits an interface's bandwidth; a direction of which nothing is named stays as it is. */
    public void limitBandwidth(UUID uuid, String device, List<TypedParameter> parameters, int flags) {
        var api = "virDomainSetInterfaceParameters";
        access.change(api);
        hypervisor.checkFlags(flags, Flags.AFFECT_ALL, api);
        var given = bandwidths(parameters);
        var domain = hypervisor.domain(uuid);
        try (var _ = hypervisor.begin(domain, Kind.MODIFY, api)) {
            var view = domain.view();
            var affect = Affect.of(flags, view, hypervisor);
            var config = affect.config()
                    ? Optional.of(limited(view.config().orElseThrow().definition(), device, given))
                    : Optional.<DomainDefinition>empty();
            if (affect.live()) {
                var before = mustFindInterface(view.live().orElseThrow().definition(), device);
                hypervisor.ability(domain, ChangesInterfaces.class, api).change(before, limited(before, given));
            }
            config.ifPresent(changed -> hypervisor.reconfigure(domain, _ -> changed));
        }
    }

    private SequencedMap<String, Integer> bandwidths(List<TypedParameter> parameters) {
        var given = new LinkedHashMap<String, Integer>();
        for (var parameter : parameters) {
            if (!BANDWIDTHS.contains(parameter.name())
                    || !(parameter.value() instanceof TypedParameter.UintValue(int value))) {
                throw unsupported(parameter);
            }
            if (given.put(parameter.name(), value) != null) {
                throw hypervisor.badArgument("parameter '" + parameter.name() + "' occurs multiple times");
            }
        }
        return given;
    }

    private DomainDefinition limited(DomainDefinition definition, String device, SequencedMap<String, Integer> given) {
        var before = mustFindInterface(definition, device);
        return DeviceEdits.replaced(definition, before, limited(before, given));
    }

    private Element limited(Element nic, SequencedMap<String, Integer> given) {
        var type = nic.attribute("type", "");
        if (!LIMITED.contains(type)) {
            throw hypervisor.error(
                    ErrorCode.CONFIG_UNSUPPORTED,
                    "setting bandwidth on interfaces of type '" + type + "' is not implemented yet");
        }
        var bandwidth = nic.child("bandwidth").orElse(Element.of("bandwidth"));
        var directions = new ArrayList<Element>();
        for (var direction : List.of("inbound", "outbound")) {
            boolean named = given.keySet().stream().anyMatch(name -> name.startsWith(direction + "."));
            var limits = named ? Optional.of(direction(direction, given)) : bandwidth.child(direction);
            limits.filter(one -> one.attribute("average")
                            .or(() -> one.attribute("floor"))
                            .isPresent())
                    .ifPresent(directions::add);
        }
        return directions.isEmpty()
                ? nic.withoutChildren(child -> child.name().equals("bandwidth"))
                : nic.withChild(bandwidth.withContent(directions));
    }

    private static Element direction(String name, SequencedMap<String, Integer> given) {
        var element = Element.of(name);
        for (var limit : List.of("average", "peak", "floor", "burst")) {
            int value = given.getOrDefault(name + "." + limit, 0);
            element = value == 0 ? element : element.with(limit, Integer.toUnsignedString(value));
        }
        return element;
    }

    private Element mustFindInterface(DomainDefinition definition, String device) {
        return DeviceEdits.findInterface(definition, device)
                .orElseThrow(() -> hypervisor.badArgument("'" + device + "' is not a known interface"));
    }

    /** Which counters of the host's processors run for a domain. */
    public List<TypedParameter> perfEvents(UUID uuid, int flags) {
        var api = "virDomainGetPerfEvents";
        access.query(api);
        hypervisor.checkFlags(flags, Flags.AFFECT_ALL, api);
        var perf = definition(uuid, flags).root().child("perf").orElse(Element.of("perf"));
        return PERF_EVENTS.stream()
                .map(name -> TypedParameter.ofBoolean(
                        name,
                        perf.children().stream()
                                .anyMatch(event -> event.has("name", name) && event.has("enabled", "yes"))))
                .toList();
    }

    /** Says which counters are to run; those not named stay. A running domain's cannot be changed. */
    public void setPerfEvents(UUID uuid, List<TypedParameter> parameters, int flags) {
        var api = "virDomainSetPerfEvents";
        access.change(api);
        hypervisor.checkFlags(flags, Flags.AFFECT_ALL, api);
        var wanted = new LinkedHashMap<String, Boolean>();
        for (var parameter : parameters) {
            if (!PERF_EVENTS.contains(parameter.name())
                    || !(parameter.value() instanceof TypedParameter.BooleanValue(boolean on))) {
                throw unsupported(parameter);
            }
            wanted.put(parameter.name(), on);
        }
        var domain = hypervisor.domain(uuid);
        try (var _ = hypervisor.begin(domain, Kind.MODIFY, api)) {
            var affect = Affect.of(flags, domain.view(), hypervisor);
            if (affect.live()) {
                throw hypervisor.unsupported(api);
            }
            hypervisor.reconfigure(domain, definition -> withPerfEvents(definition, wanted));
        }
    }

    private static DomainDefinition withPerfEvents(DomainDefinition definition, SequencedMap<String, Boolean> wanted) {
        var perf = definition.root().child("perf").orElse(Element.of("perf"));
        var events = new ArrayList<Element>();
        for (var name : PERF_EVENTS) {
            var before = perf.children().stream()
                    .filter(event -> event.has("name", name))
                    .findFirst();
            Optional.ofNullable(wanted.get(name))
                    .map(on -> Element.of("event", "name", name, "enabled", on ? "yes" : "no"))
                    .or(() -> before)
                    .ifPresent(events::add);
        }
        return LiveEdits.canonical(definition.root().withChild(perf.withContent(events)));
    }

    private DomainDefinition definition(UUID uuid, int flags) {
        var view = hypervisor.domain(uuid).view();
        return Affect.of(flags, view, hypervisor).live()
                ? view.live().orElseThrow().definition()
                : view.config().orElseThrow().definition();
    }
}
