package dev.posada.engine;

import dev.posada.driver.FilterDriver;
import dev.posada.driver.FilterRequest;
import dev.posada.driver.Undo;
import dev.posada.model.DomainIdentity;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.FilterDefinition;
import dev.posada.model.PosadaException;
import dev.posada.xml.Documents;
import dev.posada.xml.FilterXml;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * The packet filters of a host and the links they are bound to. Both are immutable maps that anybody may read; changes are
 * made one after the other under {@code changes}, so that a filter and all links that use it go together.
 */
final class FilterHost implements AutoCloseable {
    /** As many as a client can be told of in one answer. */
    static final int FILTERS_MAX = 16384;

    static final int BINDINGS_MAX = 16384;

    private static final System.Logger LOG = System.getLogger("posada.engine");

    private final FilterDriver driver;
    private final DocumentFiles kept;
    private final DocumentFiles bound;
    private final Duration jobWait;
    private final JobSlot changes = new JobSlot();
    private volatile Map<String, FilterDefinition> filters = Map.of();
    private volatile Map<String, Element> bindings = Map.of();

    /**
     * @param kept where definitions are
     * @param bound where bindings are; they end with the host's run
     */
    FilterHost(FilterDriver driver, DocumentFiles kept, DocumentFiles bound, Duration jobWait) {
        this.driver = driver;
        this.kept = kept;
        this.bound = bound;
        this.jobWait = jobWait;
    }

    /**
     * Brings back what earlier daemons left: definitions, the first day's ones among them, and the filters of links. Those
     * are put up anew, because somebody may have flushed them.
     */
    void load() {
        boolean first = !kept.exist();
        var loaded = new TreeMap<String, FilterDefinition>();
        kept.load(FILTERS_MAX, text -> FilterXml.parse(text, false))
                .forEach(filter -> loaded.put(filter.name(), filter));
        if (first) {
            for (var filter : driver.residents()) {
                loaded.put(filter.name(), filter);
                attempt(
                        "cannot keep filter '" + filter.name() + "'",
                        () -> kept.put(filter.name(), Documents.format(filter.root())));
            }
        }
        filters = loaded;
        var found = new TreeMap<String, Element>();
        bound.load(BINDINGS_MAX, Documents::parse)
                .forEach(binding -> FilterXml.port(binding).ifPresent(port -> found.put(port, binding)));
        bindings = found;
        found.forEach((port, binding) -> attempt(
                "cannot filter the packets of '" + port + "'", () -> driver.install(request(binding, filters))));
    }

    private static void attempt(String what, Runnable act) {
        try {
            act.run();
        } catch (PosadaException e) {
            LOG.log(System.Logger.Level.ERROR, what + ": " + e.getMessage());
        }
    }

    Collection<FilterDefinition> filters() {
        return filters.values();
    }

    Map<String, Element> bindings() {
        return bindings;
    }

    /** The filter of this name; {@code NO_NWFILTER} when there is none. */
    FilterDefinition filter(String name) {
        return Optional.ofNullable(filters.get(name))
                .orElseThrow(() -> none("no nwfilter with matching name '" + name + "'"));
    }

    /** The filter of this uuid; {@code NO_NWFILTER} when there is none. */
    FilterDefinition filter(UUID uuid) {
        return filters.values().stream()
                .filter(known -> known.uuid().equals(uuid))
                .findFirst()
                .orElseThrow(() -> none("no nwfilter with matching uuid '" + uuid + "'"));
    }

    /** What is bound to a link; {@code NO_NWFILTER_BINDING} when nothing is. */
    Element binding(String port) {
        return Optional.ofNullable(bindings.get(port))
                .orElseThrow(() -> new PosadaException(
                        ErrorCode.NO_NWFILTER_BINDING,
                        ErrorOrigin.NWFILTER,
                        "no nwfilter binding for port dev '" + port + "'"));
    }

    /** Keeps a filter; all links that use it have the new one when this returns, or all have the old one still. */
    void define(FilterDefinition filter) {
        change("virNWFilterDefineXML", () -> {
            for (var other : filters.values()) {
                boolean sameName = other.name().equals(filter.name());
                boolean sameUuid = other.uuid().equals(filter.uuid());
                if (sameName && !sameUuid) {
                    throw failed("filter '" + filter.name() + "' already exists with uuid " + other.uuid());
                }
                if (sameUuid && !sameName) {
                    throw failed("filter with same UUID but different name ('" + other.name() + "') already exists");
                }
            }
            if (filters.size() >= FILTERS_MAX) {
                throw failed("a host can have " + FILTERS_MAX + " filters; undefine some first");
            }
            var changed = new TreeMap<>(filters);
            changed.put(filter.name(), filter);
            if (FilterTree.reaches(filter.name(), filter, changed)) {
                throw failed("filter would introduce a loop");
            }
            try (var undo = new Undo()) {
                rebuild(filter.name(), changed, undo);
                kept.keep(filter.name(), Documents.format(filter.root()));
                undo.done();
            }
            filters = changed;
        });
    }

    /** Puts up the changed filters on each link that uses one; what was put up is taken back when one refuses. */
    private void rebuild(String name, Map<String, FilterDefinition> changed, Undo undo) {
        for (var binding : bindings.values()) {
            if (FilterTree.uses(binding, name, changed) || FilterTree.uses(binding, name, filters)) {
                var before = request(binding, filters);
                undo.add(() -> driver.install(before));
                driver.install(request(binding, changed));
            }
        }
    }

    /** Forgets a filter that no link uses. */
    void undefine(UUID uuid) {
        change("virNWFilterUndefine", () -> {
            var filter = filter(uuid);
            if (bindings.values().stream().anyMatch(binding -> FilterTree.uses(binding, filter.name(), filters))) {
                throw new PosadaException(ErrorCode.OPERATION_INVALID, ErrorOrigin.NWFILTER, "nwfilter is in use");
            }
            kept.remove(filter.name());
            var fewer = new TreeMap<>(filters);
            fewer.remove(filter.name());
            filters = fewer;
        });
    }

    /** Binds a filter to a link that has none yet. */
    void bind(Element binding) {
        change("virNWFilterBindingCreateXML", () -> {
            var port = FilterXml.port(binding).orElseThrow();
            if (bindings.containsKey(port)) {
                throw failed("binding '" + port + "' already exists");
            }
            if (bindings.size() >= BINDINGS_MAX) {
                throw failed("a host can have " + BINDINGS_MAX + " links with filters");
            }
            put(port, binding);
        });
    }

    private void put(String port, Element binding) {
        var request = request(binding, filters);
        try (var undo = new Undo()) {
            // The record goes first: filters nobody knows of would outlive their link.
            bound.keep(port, Documents.format(binding));
            var before = Optional.ofNullable(bindings.get(port));
            undo.add(() -> before.ifPresentOrElse(
                    known -> bound.keep(port, Documents.format(known)), () -> bound.remove(port)));
            if (before.filter(known -> !mac(known).equalsIgnoreCase(mac(binding)))
                    .isPresent()) {
                driver.remove(port); // another guest's: what was learned of it is not this one's
            }
            driver.install(request);
            undo.done();
        }
        var more = new TreeMap<>(bindings);
        more.put(port, binding);
        bindings = more;
    }

    /** Takes the filters from a link. */
    void unbind(String port) {
        change("virNWFilterBindingDelete", () -> {
            var _ = binding(port);
            drop(port);
        });
    }

    private void drop(String port) {
        driver.remove(port);
        bound.remove(port);
        var fewer = new TreeMap<>(bindings);
        fewer.remove(port);
        bindings = fewer;
    }

    /**
     * A domain's interface has its link, or is to have another filter: it is put up before a packet passes, in place of
     * what was there. An interface that wants none has none from now on.
     */
    void plugged(DomainIdentity domain, Element nic) {
        var port =
                nic.child("target").map(target -> target.attribute("dev", "")).orElse("");
        var reference = nic.child("filterref");
        if (reference.isEmpty() || port.isEmpty()) {
            // Whoever had the link before: it has another guest now, which wants none.
            unfiltered(port, _ -> true);
            return;
        }
        var binding = FilterXml.binding(domain.name(), domain.uuid().toString(), port, mac(nic), reference.get());
        change("virDomainCreate", () -> put(port, binding));
    }

    /** A domain's interface is gone. Its link's name may be another guest's by now, whose filters stay. */
    void unplugged(DomainIdentity domain, Element nic) {
        var port =
                nic.child("target").map(target -> target.attribute("dev", "")).orElse("");
        unfiltered(port, binding -> isOf(domain, binding) && mac(binding).equalsIgnoreCase(mac(nic)));
    }

    private void unfiltered(String port, Predicate<Element> whose) {
        if (bindings.containsKey(port)) {
            change("virDomainDetachDevice", () -> {
                if (Optional.ofNullable(bindings.get(port)).filter(whose).isPresent()) {
                    attempt("cannot take the filters from '" + port + "'", () -> drop(port));
                }
            });
        }
    }

    /** A domain has ended, and its links with it. Nothing is thrown: whatever becomes of its filters, it is over. */
    void ended(DomainIdentity domain) {
        if (bindings.values().stream().noneMatch(binding -> isOf(domain, binding))) {
            return;
        }
        attempt(
                "cannot take the filters from the links of domain '" + domain.name() + "'",
                () -> change(
                        "virDomainDestroy",
                        () -> bindings.forEach((port, binding) -> {
                            if (isOf(domain, binding)) {
                                attempt("cannot take the filters from '" + port + "'", () -> drop(port));
                            }
                        })));
    }

    private static boolean isOf(DomainIdentity domain, Element binding) {
        return binding.at("owner", "uuid")
                .filter(owner -> owner.text().equals(domain.uuid().toString()))
                .isPresent();
    }

    /** Compared as text: two elements that were read are not equal unless they stood in the same line. */
    private static String mac(Element holder) {
        return holder.child("mac").map(mac -> mac.attribute("address", "")).orElse("");
    }

    private static FilterRequest request(Element binding, Map<String, FilterDefinition> filters) {
        var mac = mac(binding);
        Map<String, List<String>> own = new TreeMap<>();
        own.put("MAC", List.of(mac));
        List<FilterRequest.Applied> applied = new ArrayList<>();
        binding.child("filterref").ifPresent(reference -> new FilterTree(filters, applied).add(reference, own, 0));
        return new FilterRequest(FilterXml.port(binding).orElse(""), mac, applied);
    }

    private void change(String api, Runnable change) {
        try (var _ = changes.begin(JobSlot.Kind.MODIFY, api, jobWait, ErrorOrigin.NWFILTER)) {
            change.run();
        }
    }

    private static PosadaException none(String detail) {
        return new PosadaException(ErrorCode.NO_NWFILTER, ErrorOrigin.NWFILTER, detail);
    }

    private static PosadaException failed(String detail) {
        return new PosadaException(ErrorCode.OPERATION_FAILED, ErrorOrigin.NWFILTER, detail);
    }

    @Override
    public void close() {
        driver.close();
    }
}
