package dev.posada.qemu;

import dev.posada.driver.Abilities.MemoryFigure;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.TypedParameter;
import dev.posada.qmp.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What is known of a guest's memory: from its balloon, when its driver tells, and from the host. */
final class MemoryStatistics {
    private static final String OBJECT_PATH = "/machine/peripheral/";
    private static final long NOT_TOLD = -1;

    private final Supplier<DomainDefinition> definition;
    private final Supplier<Optional<Monitor>> monitor;
    private final Processors processors;

    MemoryStatistics(
            Supplier<DomainDefinition> definition, Supplier<Optional<Monitor>> monitor, Processors processors) {
        this.definition = definition;
        this.monitor = monitor;
        this.processors = processors;
    }

    /**
     * A figure the guest's balloon driver tells.
     *
     * @param name in a bulk answer
     * @param tag as {@code virDomainMemoryStatTags}
     * @param member QEMU's name for it
     * @param bytes whether QEMU counts it in bytes and clients in KiB
     */
    private record GuestFigure(String name, int tag, String member, boolean bytes) {}

    private static final List<GuestFigure> GUEST_FIGURES = List.of(
            new GuestFigure("swap_in", 0, "stat-swap-in", true),
            new GuestFigure("swap_out", 1, "stat-swap-out", true),
            new GuestFigure("major_fault", 2, "stat-major-faults", false),
            new GuestFigure("minor_fault", 3, "stat-minor-faults", false),
            new GuestFigure("unused", 4, "stat-free-memory", true),
            new GuestFigure("available", 5, "stat-total-memory", true),
            new GuestFigure("usable", 8, "stat-available-memory", true),
            new GuestFigure("disk_caches", 10, "stat-disk-caches", true),
            new GuestFigure("hugetlb_pgalloc", 11, "stat-htlb-pgalloc", false),
            new GuestFigure("hugetlb_pgfail", 12, "stat-htlb-pgfail", false));

    private static final int TAG_ACTUAL = 6;
    private static final int TAG_RSS = 7;
    private static final int TAG_LAST_UPDATE = 9;

    /** The object of the balloon device; empty when the domain has none. */
    static Optional<String> balloon(DomainDefinition definition) {
        return definition.devices("memballoon").stream()
                .filter(device -> device.attribute("model", "").startsWith("virtio"))
                .map(LiveEdits::alias)
                .filter(alias -> !alias.isEmpty())
                .map(alias -> OBJECT_PATH + alias)
                .findFirst();
    }

    /** How often the guest's figures are collected, as the definition says; 0 for never. */
    static int period(DomainDefinition definition) {
        return definition.devices("memballoon").stream()
                .flatMap(device -> device.child("stats").stream())
                .flatMap(stats -> stats.attribute("period").stream())
                .map(Integer::parseInt)
                .findFirst()
                .orElse(0);
    }

    /** The definition with another period. */
    static DomainDefinition withPeriod(DomainDefinition definition, int seconds) {
        return LiveEdits.devices(
                definition,
                device -> device.name().equals("memballoon"),
                balloon -> seconds == 0
                        ? balloon.withoutChildren(child -> child.name().equals("stats"))
                        : balloon.withChild(Element.of("stats", "period", Integer.toString(seconds))));
    }

    /** The {@code balloon} group of a bulk answer. */
    List<TypedParameter> group(boolean mayWait) {
        var parameters = new ArrayList<TypedParameter>();
        parameters.add(
                TypedParameter.ofUnsigned("balloon.current", definition.get().memoryKib()));
        parameters.add(
                TypedParameter.ofUnsigned("balloon.maximum", definition.get().maxMemoryKib()));
        for (var figure : told(mayWait)) {
            parameters.add(TypedParameter.ofUnsigned("balloon." + name(figure.tag()), figure.value()));
        }
        return parameters;
    }

    /** The figures by tag. */
    List<MemoryFigure> byTag() {
        var figures = new ArrayList<MemoryFigure>();
        figures.add(new MemoryFigure(TAG_ACTUAL, definition.get().memoryKib()));
        figures.addAll(told(true));
        return figures;
    }

    private List<MemoryFigure> told(boolean mayWait) {
        var figures = new ArrayList<MemoryFigure>();
        var answer = mayWait ? guestStats() : Optional.<Json>empty();
        answer.flatMap(stats -> stats.member("stats")).ifPresent(stats -> {
            for (var figure : GUEST_FIGURES) {
                long value = stats.member(figure.member())
                        .map(number -> number instanceof Json.IntegerValue(long known) ? known : NOT_TOLD)
                        .orElse(NOT_TOLD);
                if (value != NOT_TOLD) {
                    figures.add(new MemoryFigure(figure.tag(), figure.bytes() ? value / 1024 : value));
                }
            }
        });
        answer.map(stats -> QmpHappenings.number(stats, "last-update"))
                .ifPresent(seconds -> figures.add(new MemoryFigure(TAG_LAST_UPDATE, seconds)));
        processors.residentKib().ifPresent(kib -> figures.add(new MemoryFigure(TAG_RSS, kib)));
        return figures;
    }

    private Optional<Json> guestStats() {
        return balloon(definition.get())
                .flatMap(path -> monitor.get()
                        .flatMap(asked -> asked.ask(
                                "qom-get", Json.object().with("path", path).with("property", "guest-stats"))));
    }

    private static String name(int tag) {
        return switch (tag) {
            case TAG_RSS -> "rss";
            case TAG_LAST_UPDATE -> "last-update";
            default ->
                GUEST_FIGURES.stream()
                        .filter(figure -> figure.tag() == tag)
                        .map(GuestFigure::name)
                        .findFirst()
                        .orElseThrow();
        };
    }
}
