package dev.posada.engine;

import dev.posada.driver.InterfaceDriver;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.HostInterface;
import dev.posada.model.PosadaException;
import dev.posada.xml.Documents;
import dev.posada.xml.InterfaceXml;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * The network links of a host: what there is, what is defined, and the change that is to be confirmed. Definitions are an
 * immutable map that anybody may read; changes are made one after the other under {@code changes}.
 *
 * <p>While a change waits to be confirmed, the definitions and links from before it stand in two folders of their own, on
 * disk before the first of them is touched: a daemon that was killed goes on where it was, and one that finds its host
 * started anew goes back.
 */
final class InterfaceHost implements AutoCloseable {
    /** As many as a client can be told of in one answer. */
    static final int INTERFACES_MAX = 16384;

    private static final System.Logger LOG = System.getLogger("posada.engine");
    private static final String ONBOOT = "onboot";

    private final InterfaceDriver driver;
    private final Optional<InterfaceFiles> files;
    private final Duration jobWait;
    private final JobSlot changes = new JobSlot();
    private volatile Map<String, Element> definitions = Map.of();
    private volatile Optional<InterfaceFiles.Before> pending = Optional.empty();

    /**
     * @param files where definitions are kept; empty for links that live in memory
     */
    InterfaceHost(InterfaceDriver driver, Optional<InterfaceFiles> files, Duration jobWait) {
        this.driver = driver;
        this.files = files;
        this.jobWait = jobWait;
    }

    /** Brings back what earlier daemons left; what is to be up with the host is brought up once in a run of the host. */
    void load() {
        var loaded = new TreeMap<String, Element>();
        driver.residents().forEach(definition -> loaded.put(InterfaceXml.name(definition), definition));
        if (files.isEmpty()) {
            definitions = loaded;
            return;
        }
        files.get().definitions().forEach(definition -> loaded.put(InterfaceXml.name(definition), definition));
        definitions = loaded;
        pending = files.get().before();
        if (!definitions.isEmpty() || pending.isPresent()) {
            boot(files.get());
        }
    }

    private void boot(InterfaceFiles kept) {
        if (pending.isPresent() && !kept.pendingIsOfThisBoot()) {
            LOG.log(System.Logger.Level.WARNING, "a change of interfaces was never committed; it is rolled back");
            attempt("cannot roll back", this::rollback);
        }
        if (definitions.isEmpty() || !kept.firstSinceBoot()) {
            return;
        }
        var links = links();
        for (var definition : definitions.values()) {
            var name = InterfaceXml.name(definition);
            boolean wanted = definition
                    .child("start")
                    .filter(start -> start.has("mode", ONBOOT))
                    .isPresent();
            if (wanted && !links.getOrDefault(name, absent(name)).active()) {
                attempt("cannot bring up interface '" + name + "'", () -> driver.up(definition));
            }
        }
    }

    private static void attempt(String what, Runnable act) {
        try {
            act.run();
        } catch (PosadaException e) {
            LOG.log(System.Logger.Level.ERROR, what + ": " + e.getMessage());
        }
    }

    /** The links there are, by name. */
    SequencedMap<String, HostInterface> links() {
        var links = new TreeMap<String, HostInterface>();
        driver.interfaces().stream().limit(INTERFACES_MAX).forEach(link -> links.put(link.name(), link));
        return links;
    }

    Optional<Element> definition(String name) {
        return Optional.ofNullable(definitions.get(name));
    }

    /** All links and definitions by name; a definition whose link is not there is inactive. */
    SequencedMap<String, HostInterface> all() {
        var all = links();
        definitions.forEach((name, definition) -> all.putIfAbsent(name, defined(name, definition)));
        return all;
    }

    private static HostInterface defined(String name, Element definition) {
        var mac = definition
                .child("mac")
                .map(element -> element.attribute("address", ""))
                .orElse("");
        return new HostInterface(name, mac, false, definition);
    }

    private static HostInterface absent(String name) {
        return new HostInterface(name, "", false, Element.of("interface"));
    }

    /** The link or definition of this name; {@code NO_INTERFACE} when there is none. */
    HostInterface find(String name) {
        var found = all().get(name);
        if (found == null) {
            throw new PosadaException(
                    ErrorCode.NO_INTERFACE, ErrorOrigin.INTERFACE, "couldn't find interface named '" + name + "'");
        }
        return found;
    }

    void define(Element definition) {
        change("virInterfaceDefineXML", () -> {
            var name = InterfaceXml.name(definition);
            if (definitions.size() >= INTERFACES_MAX) {
                throw invalid("a host can have " + INTERFACES_MAX + " definitions of interfaces");
            }
            put(name, Optional.of(definition));
            // What somebody takes down after this is not to come up with the daemon, but with the host only.
            files.ifPresent(InterfaceFiles::firstSinceBoot);
        });
    }

    void undefine(String name) {
        change("virInterfaceUndefine", () -> {
            if (definition(name).isEmpty()) {
                var _ = find(name);
                throw invalid("interface '" + name + "' is not defined here: the host's own configuration has it");
            }
            put(name, Optional.empty());
        });
    }

    private void put(String name, Optional<Element> definition) {
        files.ifPresent(kept ->
                definition.ifPresentOrElse(one -> kept.keep(name, Documents.format(one)), () -> kept.remove(name)));
        var changed = new TreeMap<>(definitions);
        definition.ifPresentOrElse(one -> changed.put(name, one), () -> changed.remove(name));
        definitions = changed;
    }

    void up(String name) {
        change("virInterfaceCreate", () -> {
            var link = find(name);
            if (link.active()) {
                throw invalid("interface is already running");
            }
            driver.up(definition(name).orElse(link.document()));
        });
    }

    void down(String name) {
        change("virInterfaceDestroy", () -> {
            var link = find(name);
            if (!link.active()) {
                throw invalid("interface is not running");
            }
            driver.down(definition(name).orElse(link.document()));
        });
    }

    void begin() {
        change("virInterfaceChangeBegin", () -> {
            if (pending.isPresent()) {
                throw invalid("there is another transaction running.");
            }
            var before = new InterfaceFiles.Before(definitions, links());
            files.ifPresent(kept -> kept.begin(before));
            pending = Optional.of(before);
        });
    }

    void commit() {
        change("virInterfaceChangeCommit", () -> {
            if (pending.isEmpty()) {
                throw invalid("no transaction running, nothing to be committed.");
            }
            end();
        });
    }

    void abandon() {
        change("virInterfaceChangeRollback", () -> {
            if (pending.isEmpty()) {
                throw invalid("no transaction running, nothing to rollback.");
            }
            rollback();
        });
    }

    private void end() {
        pending = Optional.empty();
        files.ifPresent(InterfaceFiles::end);
    }

    /** Makes links and definitions what they were: what is new goes first, then what was there comes back. */
    private void rollback() {
        var before = pending.orElseThrow();
        var now = links();
        for (var name : now.keySet()) {
            boolean changed = definition(name).isPresent()
                    && !definition(name)
                            .equals(Optional.ofNullable(before.definitions().get(name)));
            if (changed && now.getOrDefault(name, absent(name)).active()) {
                attempt(
                        "cannot take down interface '" + name + "'",
                        () -> driver.down(definition(name).orElseThrow()));
            }
        }
        Set<String> names = new LinkedHashSet<>(definitions.keySet());
        names.addAll(before.definitions().keySet());
        names.forEach(name -> put(name, Optional.ofNullable(before.definitions().get(name))));
        var left = links();
        before.links().forEach((name, link) -> {
            var is = left.getOrDefault(name, absent(name));
            if (link.active() && !(is.active() && is.document().equals(link.document()))) {
                attempt(
                        "cannot bring back interface '" + name + "'",
                        () -> driver.up(definition(name).orElse(link.document())));
            }
        });
        end();
    }

    private void change(String api, Runnable change) {
        try (var _ = changes.begin(JobSlot.Kind.MODIFY, api, jobWait, ErrorOrigin.INTERFACE)) {
            change.run();
        }
    }

    private static PosadaException invalid(String detail) {
        return new PosadaException(ErrorCode.OPERATION_INVALID, ErrorOrigin.INTERFACE, detail);
    }

    @Override
    public void close() {
        driver.close();
    }
}
