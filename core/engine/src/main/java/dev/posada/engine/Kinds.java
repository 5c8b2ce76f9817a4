package dev.posada.engine;

import dev.posada.model.DomainIdentity;
import dev.posada.model.DomainStats;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.xml.DomainXml;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The kinds of domain behind a connection: its own, or all there are in a view of all kinds, each with a connection of its
 * own. What concerns one domain is asked of {@link #of}'s connection; what concerns many is put together here.
 */
public final class Kinds {
    /** Between a kind and a name; names of domains cannot hold it. */
    private static final char OF = '/';

    private final List<Connection> connections;
    private final boolean view;

    /**
     * Kinds behind a connection.
     *
     * @param view whether the connection is a view, not itself the one to its only kind
     */
    Kinds(List<Connection> connections, boolean view) {
        this.connections = List.copyOf(connections);
        this.view = view;
    }

    /**
     * The connection to the kind of a domain.
     *
     * @throws PosadaException {@code NO_DOMAIN} when no kind has this uuid
     */
    public Connection of(UUID domain) {
        if (!view) {
            return connections.getFirst();
        }
        for (var connection : connections) {
            if (connection.registry().find(domain).isPresent()) {
                return connection;
            }
        }
        throw noDomain("no domain with matching uuid '" + domain + "'");
    }

    /**
     * The connection to the kind a definition is of.
     *
     * @throws PosadaException {@code CONFIG_UNSUPPORTED} when there is none
     */
    public Connection ofDefinition(String xml) {
        if (!view) {
            return connections.getFirst();
        }
        var type = DomainXml.parse(xml, false).type();
        return ofType(type)
                .orElseThrow(() -> new PosadaException(
                        ErrorCode.CONFIG_UNSUPPORTED,
                        ErrorOrigin.NONE,
                        "domain type '" + type + "' is not one of this connection's: "
                                + String.join(
                                        ", ",
                                        connections.stream()
                                                .flatMap(connection -> connection.domainTypes().stream())
                                                .sorted()
                                                .toList())));
    }

    /** The same for a definition that costs something to get, and is only asked for where there are several kinds. */
    public Connection ofDefinition(Supplier<String> xml) {
        return connections.size() == 1 ? connections.getFirst() : ofDefinition(xml.get());
    }

    /** The connection to the kind of domains of this type, as {@code kvm}. */
    Optional<Connection> ofType(String type) {
        return connections.stream()
                .filter(connection -> connection.domainTypes().contains(type))
                .findFirst();
    }

    /** The domains of all kinds, as {@link Domains#list}. */
    public List<DomainIdentity> list(int flags) {
        if (!view) {
            return connections.getFirst().domains().list(flags);
        }
        var all = new ArrayList<DomainIdentity>();
        connections.forEach(connection -> all.addAll(connection.domains().list(flags)));
        return all;
    }

    /** The domain of this uuid; {@code NO_DOMAIN} when there is none. */
    public DomainIdentity byUuid(UUID uuid) {
        return of(uuid).domains().byUuid(uuid);
    }

    /** The running domain of this id; {@code NO_DOMAIN} when there is none. */
    public DomainIdentity byId(int id) {
        for (var connection : connections) {
            if (!view || connection.registry().find(id).isPresent()) {
                return connection.domains().byId(id);
            }
        }
        throw noDomain("no domain with matching id " + id);
    }

    /**
     * The domain of this name. Names are unique within a kind: where two kinds have it, the kind is said before it, as in
     * {@code docker/web}, which is understood everywhere in a view of several kinds.
     *
     * @throws PosadaException {@code NO_DOMAIN} when there is none, {@code OPERATION_INVALID} when there are several
     */
    public DomainIdentity byName(String name) {
        if (!view) {
            return connections.getFirst().domains().byName(name);
        }
        int cut = name.indexOf(OF);
        var bare = name.substring(cut + 1);
        var found = connections.stream()
                .filter(connection -> cut < 0 || connection.scheme().equals(name.substring(0, cut)))
                .filter(connection -> connection.registry().find(bare).isPresent())
                .toList();
        return switch (found.size()) {
            case 0 -> throw noDomain("no domain with matching name '" + name + "'");
            case 1 -> found.getFirst().domains().byName(bare);
            default ->
                throw new PosadaException(
                        ErrorCode.OPERATION_INVALID,
                        ErrorOrigin.NONE,
                        "several domains are named '" + name + "'; say which: "
                                + String.join(
                                        ", ",
                                        found.stream()
                                                .map(connection -> connection.scheme() + OF + bare)
                                                .toList()));
        };
    }

    /**
     * Takes a process that somebody else started for a domain of the first kind that knows what it is; {@code flags} must be 0.
     *
     * @throws PosadaException {@code NO_SUPPORT} when no kind takes processes, or what the last one said that does
     */
    public DomainIdentity adopt(long process, int flags) {
        var refused = PosadaException.unsupportedCall(ErrorOrigin.NONE, Lifecycle.ADOPT);
        for (var connection : connections) {
            try {
                return connection.lifecycle().adopt(process, flags);
            } catch (PosadaException e) {
                if (connections.size() == 1) {
                    throw e;
                }
                refused = e.code() == ErrorCode.NO_SUPPORT ? refused : e;
            }
        }
        throw refused;
    }

    /** Figures of the domains of all kinds, as {@link Statistics#all}. */
    public List<DomainStats> stats(int mask, int flags) {
        if (!view) {
            return connections.getFirst().statistics().all(mask, flags);
        }
        int eachTo = eachTo(mask, flags);
        var all = new ArrayList<DomainStats>();
        connections.forEach(connection -> all.addAll(connection.statistics().all(mask, eachTo)));
        return all;
    }

    /** Figures of these domains; those that are gone meanwhile are left out. */
    public List<DomainStats> stats(List<UUID> domains, int mask, int flags) {
        if (!view) {
            return connections.getFirst().statistics().of(domains, mask, flags);
        }
        int eachTo = eachTo(mask, flags);
        var all = new ArrayList<DomainStats>();
        for (var connection : connections) {
            var own = domains.stream()
                    .filter(domain -> connection.registry().find(domain).isPresent())
                    .toList();
            if (!own.isEmpty()) {
                all.addAll(connection.statistics().of(own, mask, eachTo));
            }
        }
        return all;
    }

    /** The flags for each kind: a group of figures that must be known need be so by one of them only. */
    private int eachTo(int mask, int flags) {
        if (Flags.has(flags, Flags.STATS_ENFORCE)) {
            int known = 0;
            for (var connection : connections) {
                known |= connection.statistics().known();
            }
            if ((mask & ~known) != 0) {
                throw Statistics.unknown(mask & ~known, ErrorOrigin.NONE);
            }
        }
        return flags & ~Flags.STATS_ENFORCE;
    }

    /** The types of domain of all kinds. */
    Set<String> domainTypes() {
        return Set.copyOf(connections.stream()
                .flatMap(connection -> connection.domainTypes().stream())
                .toList());
    }

    private static PosadaException noDomain(String detail) {
        return new PosadaException(ErrorCode.NO_DOMAIN, ErrorOrigin.NONE, detail);
    }
}
