package dev.posada.server;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.protocol.DomainSnapshotCalls;
import dev.posada.protocol.RemoteDomainCheckpointLookupByNameArgs;
import dev.posada.protocol.RemoteDomainCheckpointLookupByNameRet;
import dev.posada.protocol.RemoteDomainHasCurrentSnapshotArgs;
import dev.posada.protocol.RemoteDomainHasCurrentSnapshotRet;
import dev.posada.protocol.RemoteDomainListAllCheckpointsArgs;
import dev.posada.protocol.RemoteDomainListAllCheckpointsRet;
import dev.posada.protocol.RemoteDomainListAllSnapshotsArgs;
import dev.posada.protocol.RemoteDomainListAllSnapshotsRet;
import dev.posada.protocol.RemoteDomainSnapshotListNamesArgs;
import dev.posada.protocol.RemoteDomainSnapshotListNamesRet;
import dev.posada.protocol.RemoteDomainSnapshotLookupByNameArgs;
import dev.posada.protocol.RemoteDomainSnapshotLookupByNameRet;
import dev.posada.protocol.RemoteDomainSnapshotNumArgs;
import dev.posada.protocol.RemoteDomainSnapshotNumRet;
import java.util.List;
import java.util.UUID;

/**
 * Snapshots and checkpoints. There are none yet; clients ask for them before they undefine a domain or show it, and are
 * told so truthfully. Making one is not supported.
 */
final class DomainSnapshotAnswers implements DomainSnapshotCalls<Call> {
    @Override
    public RemoteDomainSnapshotNumRet domainSnapshotNum(Call call, RemoteDomainSnapshotNumArgs args) {
        return new RemoteDomainSnapshotNumRet(
                call.of(args.dom()).domains().snapshotCount(args.dom().uuid()));
    }

    @Override
    public RemoteDomainSnapshotListNamesRet domainSnapshotListNames(Call call, RemoteDomainSnapshotListNamesArgs args) {
        requireDomain(call, args.dom().uuid());
        return new RemoteDomainSnapshotListNamesRet(List.of());
    }

    @Override
    public RemoteDomainListAllSnapshotsRet domainListAllSnapshots(Call call, RemoteDomainListAllSnapshotsArgs args) {
        requireDomain(call, args.dom().uuid());
        return new RemoteDomainListAllSnapshotsRet(List.of(), 0);
    }

    @Override
    public RemoteDomainHasCurrentSnapshotRet domainHasCurrentSnapshot(
            Call call, RemoteDomainHasCurrentSnapshotArgs args) {
        requireDomain(call, args.dom().uuid());
        return new RemoteDomainHasCurrentSnapshotRet(0);
    }

    @Override
    public RemoteDomainSnapshotLookupByNameRet domainSnapshotLookupByName(
            Call call, RemoteDomainSnapshotLookupByNameArgs args) {
        requireDomain(call, args.dom().uuid());
        throw new PosadaException(
                ErrorCode.NO_DOMAIN_SNAPSHOT,
                ErrorOrigin.DOMAIN_SNAPSHOT,
                "no domain snapshot with matching name '" + args.name() + "'");
    }

    @Override
    public RemoteDomainListAllCheckpointsRet domainListAllCheckpoints(
            Call call, RemoteDomainListAllCheckpointsArgs args) {
        requireDomain(call, args.dom().uuid());
        return new RemoteDomainListAllCheckpointsRet(List.of(), 0);
    }

    @Override
    public RemoteDomainCheckpointLookupByNameRet domainCheckpointLookupByName(
            Call call, RemoteDomainCheckpointLookupByNameArgs args) {
        requireDomain(call, args.dom().uuid());
        throw new PosadaException(
                ErrorCode.NO_DOMAIN_CHECKPOINT,
                ErrorOrigin.DOMAIN_CHECKPOINT,
                "no domain checkpoint with matching name '" + args.name() + "'");
    }

    private static void requireDomain(Call call, UUID domain) {
        call.connection().kinds().byUuid(domain);
    }
}
