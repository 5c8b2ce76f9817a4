package dev.posada.server;

import dev.posada.engine.SnapshotIdentity;
import dev.posada.engine.Snapshots;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.protocol.DomainRef;
import dev.posada.protocol.DomainSnapshotCalls;
import dev.posada.protocol.DomainSnapshotRef;
import dev.posada.protocol.RemoteDomainCheckpointLookupByNameArgs;
import dev.posada.protocol.RemoteDomainCheckpointLookupByNameRet;
import dev.posada.protocol.RemoteDomainHasCurrentSnapshotArgs;
import dev.posada.protocol.RemoteDomainHasCurrentSnapshotRet;
import dev.posada.protocol.RemoteDomainListAllCheckpointsArgs;
import dev.posada.protocol.RemoteDomainListAllCheckpointsRet;
import dev.posada.protocol.RemoteDomainListAllSnapshotsArgs;
import dev.posada.protocol.RemoteDomainListAllSnapshotsRet;
import dev.posada.protocol.RemoteDomainRevertToSnapshotArgs;
import dev.posada.protocol.RemoteDomainSnapshotCreateXmlArgs;
import dev.posada.protocol.RemoteDomainSnapshotCreateXmlRet;
import dev.posada.protocol.RemoteDomainSnapshotCurrentArgs;
import dev.posada.protocol.RemoteDomainSnapshotCurrentRet;
import dev.posada.protocol.RemoteDomainSnapshotDeleteArgs;
import dev.posada.protocol.RemoteDomainSnapshotGetParentArgs;
import dev.posada.protocol.RemoteDomainSnapshotGetParentRet;
import dev.posada.protocol.RemoteDomainSnapshotGetXmlDescArgs;
import dev.posada.protocol.RemoteDomainSnapshotGetXmlDescRet;
import dev.posada.protocol.RemoteDomainSnapshotHasMetadataArgs;
import dev.posada.protocol.RemoteDomainSnapshotHasMetadataRet;
import dev.posada.protocol.RemoteDomainSnapshotIsCurrentArgs;
import dev.posada.protocol.RemoteDomainSnapshotIsCurrentRet;
import dev.posada.protocol.RemoteDomainSnapshotListAllChildrenArgs;
import dev.posada.protocol.RemoteDomainSnapshotListAllChildrenRet;
import dev.posada.protocol.RemoteDomainSnapshotListChildrenNamesArgs;
import dev.posada.protocol.RemoteDomainSnapshotListChildrenNamesRet;
import dev.posada.protocol.RemoteDomainSnapshotListNamesArgs;
import dev.posada.protocol.RemoteDomainSnapshotListNamesRet;
import dev.posada.protocol.RemoteDomainSnapshotLookupByNameArgs;
import dev.posada.protocol.RemoteDomainSnapshotLookupByNameRet;
import dev.posada.protocol.RemoteDomainSnapshotNumArgs;
import dev.posada.protocol.RemoteDomainSnapshotNumChildrenArgs;
import dev.posada.protocol.RemoteDomainSnapshotNumChildrenRet;
import dev.posada.protocol.RemoteDomainSnapshotNumRet;
import java.util.List;

/**
 * Snapshots and checkpoints. There are no checkpoints yet; clients ask for them before they undefine a domain or show it,
 * and are told so truthfully.
 */
final class DomainSnapshotAnswers implements DomainSnapshotCalls<Call> {
    @Override
    public RemoteDomainSnapshotCreateXmlRet domainSnapshotCreateXml(Call call, RemoteDomainSnapshotCreateXmlArgs args) {
        var made = snapshots(call, args.dom()).create(args.dom().uuid(), args.xmlDesc(), args.flags());
        return new RemoteDomainSnapshotCreateXmlRet(ref(made));
    }

    @Override
    public RemoteDomainSnapshotGetXmlDescRet domainSnapshotGetXmlDesc(
            Call call, RemoteDomainSnapshotGetXmlDescArgs args) {
        var snap = args.snap();
        return new RemoteDomainSnapshotGetXmlDescRet(
                snapshots(call, snap.dom()).xml(snap.dom().uuid(), snap.name(), args.flags()));
    }

    @Override
    public RemoteDomainSnapshotNumRet domainSnapshotNum(Call call, RemoteDomainSnapshotNumArgs args) {
        return new RemoteDomainSnapshotNumRet(
                snapshots(call, args.dom()).count(args.dom().uuid(), args.flags()));
    }

    @Override
    public RemoteDomainSnapshotListNamesRet domainSnapshotListNames(Call call, RemoteDomainSnapshotListNamesArgs args) {
        return new RemoteDomainSnapshotListNamesRet(atMost(
                args.maxnames(), snapshots(call, args.dom()).names(args.dom().uuid(), args.flags())));
    }

    @Override
    public RemoteDomainListAllSnapshotsRet domainListAllSnapshots(Call call, RemoteDomainListAllSnapshotsArgs args) {
        var all = snapshots(call, args.dom()).list(args.dom().uuid(), args.flags());
        return new RemoteDomainListAllSnapshotsRet(args.needResults() == 0 ? List.of() : refs(all), all.size());
    }

    @Override
    public RemoteDomainSnapshotNumChildrenRet domainSnapshotNumChildren(
            Call call, RemoteDomainSnapshotNumChildrenArgs args) {
        var snap = args.snap();
        return new RemoteDomainSnapshotNumChildrenRet(
                snapshots(call, snap.dom()).childCount(snap.dom().uuid(), snap.name(), args.flags()));
    }

    @Override
    public RemoteDomainSnapshotListChildrenNamesRet domainSnapshotListChildrenNames(
            Call call, RemoteDomainSnapshotListChildrenNamesArgs args) {
        var snap = args.snap();
        return new RemoteDomainSnapshotListChildrenNamesRet(atMost(
                args.maxnames(),
                snapshots(call, snap.dom()).childNames(snap.dom().uuid(), snap.name(), args.flags())));
    }

    @Override
    public RemoteDomainSnapshotListAllChildrenRet domainSnapshotListAllChildren(
            Call call, RemoteDomainSnapshotListAllChildrenArgs args) {
        var snap = args.snapshot();
        var all = snapshots(call, snap.dom()).children(snap.dom().uuid(), snap.name(), args.flags());
        return new RemoteDomainSnapshotListAllChildrenRet(args.needResults() == 0 ? List.of() : refs(all), all.size());
    }

    @Override
    public RemoteDomainSnapshotLookupByNameRet domainSnapshotLookupByName(
            Call call, RemoteDomainSnapshotLookupByNameArgs args) {
        return new RemoteDomainSnapshotLookupByNameRet(
                ref(snapshots(call, args.dom()).byName(args.dom().uuid(), args.name(), args.flags())));
    }

    @Override
    public RemoteDomainHasCurrentSnapshotRet domainHasCurrentSnapshot(
            Call call, RemoteDomainHasCurrentSnapshotArgs args) {
        return new RemoteDomainHasCurrentSnapshotRet(Conversions.flag(
                snapshots(call, args.dom()).hasCurrent(args.dom().uuid(), args.flags())));
    }

    @Override
    public RemoteDomainSnapshotCurrentRet domainSnapshotCurrent(Call call, RemoteDomainSnapshotCurrentArgs args) {
        return new RemoteDomainSnapshotCurrentRet(
                ref(snapshots(call, args.dom()).current(args.dom().uuid(), args.flags())));
    }

    @Override
    public RemoteDomainSnapshotGetParentRet domainSnapshotGetParent(Call call, RemoteDomainSnapshotGetParentArgs args) {
        var snap = args.snap();
        return new RemoteDomainSnapshotGetParentRet(
                ref(snapshots(call, snap.dom()).parent(snap.dom().uuid(), snap.name(), args.flags())));
    }

    @Override
    public RemoteDomainSnapshotIsCurrentRet domainSnapshotIsCurrent(Call call, RemoteDomainSnapshotIsCurrentArgs args) {
        var snap = args.snap();
        return new RemoteDomainSnapshotIsCurrentRet(Conversions.flag(
                snapshots(call, snap.dom()).isCurrent(snap.dom().uuid(), snap.name(), args.flags())));
    }

    @Override
    public RemoteDomainSnapshotHasMetadataRet domainSnapshotHasMetadata(
            Call call, RemoteDomainSnapshotHasMetadataArgs args) {
        var snap = args.snap();
        return new RemoteDomainSnapshotHasMetadataRet(Conversions.flag(
                snapshots(call, snap.dom()).hasMetadata(snap.dom().uuid(), snap.name(), args.flags())));
    }

    @Override
    public void domainRevertToSnapshot(Call call, RemoteDomainRevertToSnapshotArgs args) {
        var snap = args.snap();
        snapshots(call, snap.dom()).revert(snap.dom().uuid(), snap.name(), args.flags());
    }

    @Override
    public void domainSnapshotDelete(Call call, RemoteDomainSnapshotDeleteArgs args) {
        var snap = args.snap();
        snapshots(call, snap.dom()).delete(snap.dom().uuid(), snap.name(), args.flags());
    }

    @Override
    public RemoteDomainListAllCheckpointsRet domainListAllCheckpoints(
            Call call, RemoteDomainListAllCheckpointsArgs args) {
        requireDomain(call, args.dom());
        return new RemoteDomainListAllCheckpointsRet(List.of(), 0);
    }

    @Override
    public RemoteDomainCheckpointLookupByNameRet domainCheckpointLookupByName(
            Call call, RemoteDomainCheckpointLookupByNameArgs args) {
        requireDomain(call, args.dom());
        throw new PosadaException(
                ErrorCode.NO_DOMAIN_CHECKPOINT,
                ErrorOrigin.DOMAIN_CHECKPOINT,
                "no domain checkpoint with matching name '" + args.name() + "'");
    }

    private static void requireDomain(Call call, DomainRef domain) {
        call.of(domain).domains().byUuid(domain.uuid());
    }

    private static Snapshots snapshots(Call call, DomainRef domain) {
        return call.of(domain).snapshots();
    }

    private static DomainSnapshotRef ref(SnapshotIdentity snapshot) {
        return new DomainSnapshotRef(snapshot.name(), Conversions.ref(snapshot.domain()));
    }

    private static List<DomainSnapshotRef> refs(List<SnapshotIdentity> snapshots) {
        return snapshots.stream().map(DomainSnapshotAnswers::ref).toList();
    }

    private static List<String> atMost(int most, List<String> names) {
        return names.stream().limit(Math.max(0, most)).toList();
    }
}
