package dev.posada.driver;

import dev.posada.driver.Abilities.TuningGroup;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.model.TypedParameter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * The limits a definition asks for, as libvirt's typed parameters, and back: {@code <cputune>}, {@code <memtune>},
 * {@code <blkiotune>} and {@code <numatune>}. Pure; who enforces them is another matter.
 */
public final class TuningElements {
    /** No limit on memory, in KiB, as libvirt says it. */
    public static final long UNLIMITED_KIB = 9_007_199_254_740_991L;

    /** Processor time in microseconds a quota may grant in a period. */
    private static final long QUOTA_MIN = 1000;

    private static final long QUOTA_MAX = 17_592_186_044_415L;

    private static final List<String> NUMA_MODES = List.of("strict", "preferred", "interleave", "restrictive");

    /** Parameter to element of {@code <cputune>}; quotas are signed, the rest unsigned. */
    private static final Map<String, String> SCHEDULER = ordered(
            "cpu_shares", "shares",
            "vcpu_period", "period",
            "vcpu_quota", "quota",
            "emulator_period", "emulator_period",
            "emulator_quota", "emulator_quota",
            "global_period", "global_period",
            "global_quota", "global_quota",
            "iothread_period", "iothread_period",
            "iothread_quota", "iothread_quota");

    private static final List<String> MEMORY = List.of("hard_limit", "soft_limit", "swap_hard_limit");

    /** Parameter to element of {@code <blkiotune><device>}. */
    private static final Map<String, String> DEVICES = ordered(
            "device_weight", "weight",
            "device_read_iops_sec", "read_iops_sec",
            "device_write_iops_sec", "write_iops_sec",
            "device_read_bytes_sec", "read_bytes_sec",
            "device_write_bytes_sec", "write_bytes_sec");

    private TuningElements() {}

    /** The limits of a definition, all of the group: 0, unlimited or empty for those that are not set. */
    public static List<TypedParameter> read(DomainDefinition definition, TuningGroup group) {
        return switch (group) {
            case SCHEDULER -> readScheduler(definition);
            case MEMORY ->
                MEMORY.stream()
                        .map(name -> TypedParameter.ofUnsigned(
                                name, value(definition, "memtune", name).orElse(UNLIMITED_KIB)))
                        .toList();
            case BLOCK_IO -> readBlockIo(definition);
            case NUMA -> {
                var memory = definition.root().at("numatune", "memory");
                yield List.of(
                        TypedParameter.ofInt(
                                "numa_mode",
                                Math.max(
                                        0,
                                        NUMA_MODES.indexOf(memory.map(m -> m.attribute("mode", "strict"))
                                                .orElse("strict")))),
                        TypedParameter.ofText(
                                "numa_nodeset",
                                memory.map(m -> m.attribute("nodeset", "")).orElse("")));
            }
        };
    }

    /** Whether a definition sets any limit of a group. */
    public static boolean anySet(DomainDefinition definition, TuningGroup group) {
        return switch (group) {
            case SCHEDULER ->
                SCHEDULER.values().stream()
                        .anyMatch(name -> value(definition, "cputune", name).isPresent());
            case MEMORY ->
                MEMORY.stream()
                        .anyMatch(name -> value(definition, "memtune", name).isPresent());
            case BLOCK_IO -> definition.root().child("blkiotune").isPresent();
            case NUMA -> definition.root().at("numatune", "memory").isPresent();
        };
    }

    /**
     * The definition with limits set; those not named stay.
     *
     * @throws PosadaException {@code ARGUMENT_UNSUPPORTED} for an unknown name, {@code INVALID_ARG} for a name given
     *     twice, a wrong type or an impossible value
     */
    public static DomainDefinition write(
            DomainDefinition definition, TuningGroup group, List<TypedParameter> parameters) {
        var names = new HashSet<String>();
        var changed = definition;
        for (var parameter : parameters) {
            if (!names.add(parameter.name())) {
                throw invalid("parameter '" + parameter.name() + "' occurs multiple times");
            }
            changed = switch (group) {
                case SCHEDULER -> writeScheduler(changed, parameter);
                case MEMORY -> writeMemory(changed, parameter);
                case BLOCK_IO -> writeBlockIo(changed, parameter);
                case NUMA -> writeNuma(changed, parameter);
            };
        }
        if (group == TuningGroup.MEMORY) {
            checkMemory(changed, names);
        }
        return changed;
    }

    /** Memory and swap together cannot be less than memory alone. */
    private static void checkMemory(DomainDefinition definition, Set<String> set) {
        long hard = value(definition, "memtune", "hard_limit").orElse(UNLIMITED_KIB);
        long swap = value(definition, "memtune", "swap_hard_limit").orElse(UNLIMITED_KIB);
        if ((set.contains("hard_limit") || set.contains("swap_hard_limit")) && hard > swap) {
            throw invalid("memory hard_limit tunable value must be lower than or equal to swap_hard_limit");
        }
    }

    private static List<TypedParameter> readScheduler(DomainDefinition definition) {
        var parameters = new ArrayList<TypedParameter>();
        SCHEDULER.forEach((name, element) -> {
            long value = value(definition, "cputune", element).orElse(0L);
            parameters.add(
                    name.endsWith("_quota")
                            ? TypedParameter.ofLong(name, value)
                            : TypedParameter.ofUnsigned(name, value));
        });
        return parameters;
    }

    private static List<TypedParameter> readBlockIo(DomainDefinition definition) {
        var parameters = new ArrayList<TypedParameter>();
        parameters.add(TypedParameter.ofUnsigned(
                "weight", value(definition, "blkiotune", "weight").orElse(0L).intValue()));
        DEVICES.forEach((name, element) -> {
            var text = new StringBuilder();
            for (var device : devices(definition)) {
                device.childText(element)
                        .filter(set -> !set.isEmpty() && !set.equals("0"))
                        .ifPresent(set -> text.append(text.isEmpty() ? "" : ",")
                                .append(device.childText("path").orElse(""))
                                .append(',')
                                .append(set));
            }
            parameters.add(TypedParameter.ofText(name, text.toString()));
        });
        return parameters;
    }

    private static DomainDefinition writeScheduler(DomainDefinition definition, TypedParameter parameter) {
        var element = SCHEDULER.get(parameter.name());
        if (element == null) {
            throw unsupported(parameter);
        }
        long value;
        if (parameter.name().endsWith("_quota")) {
            if (!(parameter.value() instanceof TypedParameter.LlongValue(long quota))) {
                throw wrongType(parameter, "llong");
            }
            if ((quota > 0 && quota < QUOTA_MIN) || quota < -1 || quota > QUOTA_MAX) {
                throw invalid(
                        "value of '" + parameter.name() + "' is out of range [" + QUOTA_MIN + ", " + QUOTA_MAX + "]");
            }
            value = quota;
        } else {
            if (!(parameter.value() instanceof TypedParameter.UllongValue(long number))) {
                throw wrongType(parameter, "ullong");
            }
            if (parameter.name().endsWith("_period") && number != 0 && (number < 1000 || number > 1_000_000)) {
                throw invalid("value of '" + parameter.name() + "' is out of range [1000, 1000000]");
            }
            value = number;
        }
        return set(definition, "cputune", value == 0 ? Optional.empty() : Optional.of(Long.toString(value)), element);
    }

    private static DomainDefinition writeMemory(DomainDefinition definition, TypedParameter parameter) {
        if (!MEMORY.contains(parameter.name())) {
            throw unsupported(parameter);
        }
        if (!(parameter.value() instanceof TypedParameter.UllongValue(long kib))) {
            throw wrongType(parameter, "ullong");
        }
        boolean unlimited = kib < 0 || kib >= UNLIMITED_KIB;
        var changed = set(
                definition,
                "memtune",
                unlimited ? Optional.empty() : Optional.of(Long.toString(kib)),
                parameter.name());
        return new DomainDefinition(changed.root()
                .mapChildren(child -> child.name().equals("memtune")
                        ? child.mapChildren(limit -> limit.with("unit", "KiB"))
                        : child));
    }

    private static DomainDefinition writeBlockIo(DomainDefinition definition, TypedParameter parameter) {
        if (parameter.name().equals("weight")) {
            if (!(parameter.value() instanceof TypedParameter.UintValue(int weight))) {
                throw wrongType(parameter, "uint");
            }
            return set(
                    definition,
                    "blkiotune",
                    weight == 0 ? Optional.empty() : Optional.of(Integer.toString(weight)),
                    "weight");
        }
        var element = DEVICES.get(parameter.name());
        if (element == null) {
            throw unsupported(parameter);
        }
        if (!(parameter.value() instanceof TypedParameter.StringValue(String text))) {
            throw wrongType(parameter, "string");
        }
        var fields = text.isEmpty() ? new String[0] : text.split(",", -1);
        if (fields.length % 2 != 0) {
            throw invalid("value of '" + parameter.name() + "' is not a list of path,number pairs: " + text);
        }
        var changed = definition;
        for (int i = 0; i < fields.length; i += 2) {
            changed = setDevice(changed, fields[i], element, number(parameter, fields[i + 1]));
        }
        return changed;
    }

    private static DomainDefinition writeNuma(DomainDefinition definition, TypedParameter parameter) {
        var tune = definition.root().child("numatune").orElse(Element.of("numatune"));
        var memory = tune.child("memory").orElse(Element.of("memory", "mode", "strict"));
        var changed = switch (parameter.name()) {
            case "numa_mode" -> {
                if (!(parameter.value() instanceof TypedParameter.IntValue(int mode))) {
                    throw wrongType(parameter, "int");
                }
                if (mode < 0 || mode >= NUMA_MODES.size()) {
                    throw invalid("unsupported numa_mode: '" + mode + "'");
                }
                yield memory.with("mode", NUMA_MODES.get(mode));
            }
            case "numa_nodeset" -> {
                if (!(parameter.value() instanceof TypedParameter.StringValue(String nodes))) {
                    throw wrongType(parameter, "string");
                }
                yield memory.with("nodeset", nodes);
            }
            default -> throw unsupported(parameter);
        };
        return definition.withChild(tune.withChild(changed));
    }

    private static DomainDefinition setDevice(DomainDefinition definition, String path, String element, long value) {
        var tune = definition.root().child("blkiotune").orElse(Element.of("blkiotune"));
        var device = devices(definition).stream()
                .filter(one -> one.childText("path").orElse("").equals(path))
                .findFirst()
                .orElse(Element.of("device").plus(Element.text("path", path)));
        var changed = value == 0
                ? device.withoutChildren(child -> child.name().equals(element))
                : device.withChild(Element.text(element, Long.toString(value)));
        var limited = changed.children().size() > 1;
        var known = devices(definition).contains(device);
        var replaced = tune.mapChildren(child -> child.equals(device) ? changed : child);
        var whole = known ? replaced : replaced.plus(changed);
        return definition.withChild(limited ? whole : whole.withoutChildren(child -> child.equals(changed)));
    }

    private static DomainDefinition set(
            DomainDefinition definition, String parent, Optional<String> value, String element) {
        var tune = definition.root().child(parent).orElse(Element.of(parent));
        var changed = value.map(text -> tune.withChild(Element.text(element, text)))
                .orElseGet(() -> tune.withoutChildren(child -> child.name().equals(element)));
        return changed.content().isEmpty()
                ? new DomainDefinition(
                        definition.root().withoutChildren(child -> child.name().equals(parent)))
                : definition.withChild(changed);
    }

    private static Optional<Long> value(DomainDefinition definition, String parent, String element) {
        return definition
                .root()
                .at(parent, element)
                .map(Element::text)
                .filter(text -> !text.isEmpty())
                .map(Long::parseLong);
    }

    private static List<Element> devices(DomainDefinition definition) {
        return definition
                .root()
                .child("blkiotune")
                .map(tune -> tune.children("device"))
                .orElse(List.of());
    }

    private static long number(TypedParameter parameter, String text) {
        try {
            return Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            throw invalid("value of '" + parameter.name() + "' holds '" + text + "', which is not a number");
        }
    }

    private static PosadaException unsupported(TypedParameter parameter) {
        return new PosadaException(
                ErrorCode.ARGUMENT_UNSUPPORTED, ErrorOrigin.NONE, "parameter '" + parameter.name() + "' not supported");
    }

    private static PosadaException wrongType(TypedParameter parameter, String expected) {
        return invalid("parameter '" + parameter.name() + "' must be of type '" + expected + "'");
    }

    private static PosadaException invalid(String detail) {
        return new PosadaException(ErrorCode.INVALID_ARG, ErrorOrigin.NONE, detail);
    }

    private static SequencedMap<String, String> ordered(String... pairs) {
        var map = new LinkedHashMap<String, String>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }
}
