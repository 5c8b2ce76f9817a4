package dev.posada.client;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.model.TypedParameter;
import dev.posada.protocol.DomainRef;
import dev.posada.protocol.RemoteConnectSupportsFeatureArgs;
import dev.posada.protocol.RemoteDomainMigrateBegin3ParamsArgs;
import dev.posada.protocol.RemoteDomainMigrateConfirm3ParamsArgs;
import dev.posada.protocol.RemoteDomainMigrateFinish3ParamsArgs;
import dev.posada.protocol.RemoteDomainMigratePerform3ParamsArgs;
import dev.posada.protocol.RemoteDomainMigratePrepare3ParamsArgs;
import dev.posada.protocol.WireParameters;
import dev.posada.xdr.Opaque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Moves a domain to another host: managed from here, step by step between two daemons, or by the daemons themselves.
 *
 * <p>Managed from here there are five steps, each with a cookie of the step before, which only the daemons understand:
 * <ol>
 *   <li>begin, at the source: what is to arrive
 *   <li>prepare, at the destination: an empty instance that listens
 *   <li>perform, at the source: the memory travels
 *   <li>finish, at the destination: the guest runs there, or what was prepared is dropped
 *   <li>confirm, at the source: the guest there is ended, or goes on
 * </ol>
 * Whatever fails, the last two are done, so that the guest runs at exactly one side.
 */
public final class Migration {
    private static final int FEATURE_P2P = 4;
    private static final int FEATURE_DIRECT = 5;
    private static final int FEATURE_V3 = 6;
    private static final int FEATURE_CHANGE_PROTECTION = 7;
    private static final int FEATURE_OFFLINE = 12;
    private static final int FEATURE_PARAMETERS = 13;
    private static final Opaque NO_COOKIE = Opaque.empty();
    private static final String URI = "migrate_uri";
    private static final String XML = "destination_xml";
    private static final String NAME = "destination_name";

    private final Connection source;
    private final DomainRef domain;

    Migration(Connection source, DomainRef domain) {
        this.source = source;
        this.domain = domain;
    }

    /** How a domain moves. */
    public enum Option implements CallFlag {
        LIVE(1),
        PEER_TO_PEER(2),
        TUNNELLED(4),
        PERSIST_DESTINATION(8),
        UNDEFINE_SOURCE(16),
        PAUSED(32),
        COPY_DISKS(64),
        COPY_OVERLAYS(128),
        CHANGE_PROTECTION(256),
        UNSAFE(512),
        OFFLINE(1024),
        COMPRESSED(2048),
        ABORT_ON_ERROR(4096),
        AUTO_CONVERGE(8192),
        RDMA_PIN_ALL(16384),
        POSTCOPY(32768),
        TLS(65536),
        PARALLEL(131072),
        SYNCHRONOUS_WRITES(262144),
        POSTCOPY_RESUME(524288),
        ZERO_COPY(1048576);

        private final int bit;

        Option(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /**
     * Has the source's daemon move the domain.
     *
     * @param destination the other daemon's address as the source's daemon reaches it, for {@link Option#PEER_TO_PEER}
     */
    public void toUri(String destination, List<TypedParameter> parameters, Collection<Option> options) {
        boolean peers = options.contains(Option.PEER_TO_PEER);
        if (!supports(source, peers ? FEATURE_P2P : FEATURE_DIRECT)) {
            throw unsupported((peers ? "p2p" : "direct") + " migration is not supported by the source host");
        }
        requireOffline(options, source, "source");
        requireParameters(source);
        source.remote()
                .domainMigration()
                .domainMigratePerform3Params(new RemoteDomainMigratePerform3ParamsArgs(
                        domain,
                        peers ? destination : null,
                        WireParameters.encode(parameters),
                        NO_COOKIE,
                        CallFlag.bits(options)));
    }

    /**
     * Moves the domain to another daemon.
     *
     * @return the domain there
     */
    public Domain to(Connection destination, List<TypedParameter> parameters, Collection<Option> options) {
        requireOffline(options, source, "source");
        requireOffline(options, destination, "destination");
        boolean protectable = supports(source, FEATURE_CHANGE_PROTECTION);
        if (options.contains(Option.CHANGE_PROTECTION) && !protectable) {
            throw unsupported("cannot enforce change protection");
        }
        requireParameters(source);
        requireParameters(destination);
        int flags = CallFlag.bits(options) & ~Option.CHANGE_PROTECTION.bit();
        return new Managed(destination, new ArrayList<>(parameters), flags, protectable).run();
    }

    private static boolean supports(Connection connection, int feature) {
        return connection
                        .remote()
                        .connect()
                        .connectSupportsFeature(new RemoteConnectSupportsFeatureArgs(feature))
                        .supported()
                != 0;
    }

    private static void requireOffline(Collection<Option> options, Connection connection, String side) {
        if (options.contains(Option.OFFLINE) && !supports(connection, FEATURE_OFFLINE)) {
            throw unsupported("offline migration is not supported by the " + side + " host");
        }
    }

    private static void requireParameters(Connection connection) {
        if (!supports(connection, FEATURE_V3) || !supports(connection, FEATURE_PARAMETERS)) {
            throw new PosadaException(ErrorCode.NO_SUPPORT, ErrorOrigin.NONE, "virDomainMigrate3");
        }
    }

    private static PosadaException unsupported(String detail) {
        return new PosadaException(ErrorCode.ARGUMENT_UNSUPPORTED, ErrorOrigin.NONE, detail);
    }

    /** One migration that is managed from here. */
    private final class Managed {
        private final Connection destination;
        private final List<TypedParameter> parameters;
        private final int flags;
        private final int protection;
        private Opaque cookie = NO_COOKIE;
        private PosadaException failed =
                new PosadaException(ErrorCode.OPERATION_FAILED, ErrorOrigin.NONE, "the domain did not arrive");

        Managed(Connection destination, List<TypedParameter> parameters, int flags, boolean protectable) {
            this.destination = destination;
            this.parameters = parameters;
            this.flags = flags;
            this.protection = protectable ? Option.CHANGE_PROTECTION.bit() : 0;
        }

        Domain run() {
            begin();
            try {
                prepare();
            } catch (PosadaException e) {
                if (protection != 0) {
                    // Else the source's job would go on for ever.
                    confirm(true, e);
                }
                throw e;
            }
            var failure = Optional.<PosadaException>empty();
            try {
                perform();
            } catch (PosadaException e) {
                failure = Optional.of(e);
            }
            var arrived = finish(failure);
            confirm(arrived.isEmpty(), failure.orElse(null));
            return arrived.orElseThrow(() -> failed);
        }

        private void begin() {
            var begun = source.remote()
                    .domainMigration()
                    .domainMigrateBegin3Params(new RemoteDomainMigrateBegin3ParamsArgs(
                            domain, WireParameters.encode(parameters), flags | protection));
            cookie = begun.cookieOut();
            replace(XML, begun.xml());
        }

        private void prepare() {
            var prepared = destination
                    .remote()
                    .domainMigration()
                    .domainMigratePrepare3Params(new RemoteDomainMigratePrepare3ParamsArgs(
                            WireParameters.encode(parameters), cookie, flags));
            cookie = prepared.cookieOut();
            var uri = prepared.uriOut();
            if (uri != null) {
                replace(URI, uri);
            }
        }

        private void perform() {
            if ((flags & Option.OFFLINE.bit()) != 0) {
                // Nothing travels; the destination takes its own cookie for one that came from its own host.
                cookie = NO_COOKIE;
                return;
            }
            cookie = source.remote()
                    .domainMigration()
                    .domainMigratePerform3Params(new RemoteDomainMigratePerform3ParamsArgs(
                            domain, null, WireParameters.encode(parameters), cookie, flags | protection))
                    .cookieOut();
        }

        private Optional<Domain> finish(Optional<PosadaException> before) {
            if (parameters.stream().noneMatch(parameter -> parameter.name().equals(NAME))) {
                parameters.add(TypedParameter.ofText(NAME, domain.name()));
            }
            before.ifPresent(e -> failed = e);
            try {
                var finished = destination
                        .remote()
                        .domainMigration()
                        .domainMigrateFinish3Params(new RemoteDomainMigrateFinish3ParamsArgs(
                                WireParameters.encode(parameters), cookie, flags, before.isPresent() ? 1 : 0));
                cookie = finished.cookieOut();
                return before.isPresent() ? Optional.empty() : Optional.of(new Domain(destination, finished.dom()));
            } catch (PosadaException e) {
                if (before.isEmpty()) {
                    failed = e;
                }
                cookie = NO_COOKIE;
                return Optional.empty();
            }
        }

        private void confirm(boolean cancelled, @Nullable PosadaException before) {
            try {
                source.remote()
                        .domainMigration()
                        .domainMigrateConfirm3Params(new RemoteDomainMigrateConfirm3ParamsArgs(
                                domain,
                                WireParameters.encode(parameters),
                                cookie,
                                flags | protection,
                                cancelled ? 1 : 0));
            } catch (PosadaException e) {
                // The guest runs where it should; what the source could not tidy up is told with what failed before.
                if (before != null) {
                    before.addSuppressed(e);
                }
            }
        }

        private void replace(String name, String value) {
            parameters.removeIf(parameter -> parameter.name().equals(name));
            parameters.add(TypedParameter.ofText(name, value));
        }
    }
}
