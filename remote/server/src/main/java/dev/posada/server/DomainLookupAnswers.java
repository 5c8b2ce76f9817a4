package dev.posada.server;

import dev.posada.engine.Domains;
import dev.posada.model.DomainIdentity;
import dev.posada.protocol.DomainLookupCalls;
import dev.posada.protocol.DomainRef;
import dev.posada.protocol.RemoteConnectListAllDomainsArgs;
import dev.posada.protocol.RemoteConnectListAllDomainsRet;
import dev.posada.protocol.RemoteConnectListDefinedDomainsArgs;
import dev.posada.protocol.RemoteConnectListDefinedDomainsRet;
import dev.posada.protocol.RemoteConnectListDomainsArgs;
import dev.posada.protocol.RemoteConnectListDomainsRet;
import dev.posada.protocol.RemoteConnectNumOfDefinedDomainsRet;
import dev.posada.protocol.RemoteConnectNumOfDomainsRet;
import dev.posada.protocol.RemoteDomainGetInfoArgs;
import dev.posada.protocol.RemoteDomainGetInfoRet;
import dev.posada.protocol.RemoteDomainGetMetadataArgs;
import dev.posada.protocol.RemoteDomainGetMetadataRet;
import dev.posada.protocol.RemoteDomainGetOsTypeArgs;
import dev.posada.protocol.RemoteDomainGetOsTypeRet;
import dev.posada.protocol.RemoteDomainGetSecurityLabelArgs;
import dev.posada.protocol.RemoteDomainGetSecurityLabelListArgs;
import dev.posada.protocol.RemoteDomainGetSecurityLabelListRet;
import dev.posada.protocol.RemoteDomainGetSecurityLabelRet;
import dev.posada.protocol.RemoteDomainGetStateArgs;
import dev.posada.protocol.RemoteDomainGetStateRet;
import dev.posada.protocol.RemoteDomainGetXmlDescArgs;
import dev.posada.protocol.RemoteDomainGetXmlDescRet;
import dev.posada.protocol.RemoteDomainIsActiveArgs;
import dev.posada.protocol.RemoteDomainIsActiveRet;
import dev.posada.protocol.RemoteDomainIsPersistentArgs;
import dev.posada.protocol.RemoteDomainIsPersistentRet;
import dev.posada.protocol.RemoteDomainIsUpdatedArgs;
import dev.posada.protocol.RemoteDomainIsUpdatedRet;
import dev.posada.protocol.RemoteDomainLookupByIdArgs;
import dev.posada.protocol.RemoteDomainLookupByIdRet;
import dev.posada.protocol.RemoteDomainLookupByNameArgs;
import dev.posada.protocol.RemoteDomainLookupByNameRet;
import dev.posada.protocol.RemoteDomainLookupByUuidArgs;
import dev.posada.protocol.RemoteDomainLookupByUuidRet;
import dev.posada.protocol.RemoteDomainSetMetadataArgs;
import dev.posada.xdr.Opaque;
import java.util.List;

/** Which domains there are, what they are called, how they are defined and what they are doing. */
final class DomainLookupAnswers implements DomainLookupCalls<Call> {
    /** {@code VIR_CONNECT_LIST_DOMAINS_ACTIVE}. */
    private static final int LIST_ACTIVE = 1;

    /** {@code VIR_CONNECT_LIST_DOMAINS_INACTIVE}. */
    private static final int LIST_INACTIVE = 2;

    @Override
    public RemoteConnectListAllDomainsRet connectListAllDomains(Call call, RemoteConnectListAllDomainsArgs args) {
        var all = call.connection().kinds().list(args.flags());
        return new RemoteConnectListAllDomainsRet(
                args.needResults() == 0 ? List.of() : Conversions.refs(all), all.size());
    }

    @Override
    public RemoteConnectNumOfDomainsRet connectNumOfDomains(Call call) {
        return new RemoteConnectNumOfDomainsRet(
                call.connection().kinds().list(LIST_ACTIVE).size());
    }

    @Override
    public RemoteConnectListDomainsRet connectListDomains(Call call, RemoteConnectListDomainsArgs args) {
        return new RemoteConnectListDomainsRet(call.connection().kinds().list(LIST_ACTIVE).stream()
                .limit(Math.max(0, args.maxids()))
                .map(DomainIdentity::id)
                .toList());
    }

    @Override
    public RemoteConnectNumOfDefinedDomainsRet connectNumOfDefinedDomains(Call call) {
        return new RemoteConnectNumOfDefinedDomainsRet(
                call.connection().kinds().list(LIST_INACTIVE).size());
    }

    @Override
    public RemoteConnectListDefinedDomainsRet connectListDefinedDomains(
            Call call, RemoteConnectListDefinedDomainsArgs args) {
        return new RemoteConnectListDefinedDomainsRet(call.connection().kinds().list(LIST_INACTIVE).stream()
                .limit(Math.max(0, args.maxnames()))
                .map(DomainIdentity::name)
                .toList());
    }

    @Override
    public RemoteDomainLookupByIdRet domainLookupById(Call call, RemoteDomainLookupByIdArgs args) {
        return new RemoteDomainLookupByIdRet(
                Conversions.ref(call.connection().kinds().byId(args.id())));
    }

    @Override
    public RemoteDomainLookupByNameRet domainLookupByName(Call call, RemoteDomainLookupByNameArgs args) {
        return new RemoteDomainLookupByNameRet(
                Conversions.ref(call.connection().kinds().byName(args.name())));
    }

    @Override
    public RemoteDomainLookupByUuidRet domainLookupByUuid(Call call, RemoteDomainLookupByUuidArgs args) {
        return new RemoteDomainLookupByUuidRet(
                Conversions.ref(call.connection().kinds().byUuid(args.uuid())));
    }

    @Override
    public RemoteDomainGetXmlDescRet domainGetXmlDesc(Call call, RemoteDomainGetXmlDescArgs args) {
        return new RemoteDomainGetXmlDescRet(
                domains(call, args.dom()).xml(args.dom().uuid(), args.flags()));
    }

    @Override
    public RemoteDomainGetInfoRet domainGetInfo(Call call, RemoteDomainGetInfoArgs args) {
        var info = domains(call, args.dom()).info(args.dom().uuid());
        return new RemoteDomainGetInfoRet(
                info.state().number(), info.maxMemoryKib(), info.memoryKib(), info.vcpus(), info.cpuTimeNanos());
    }

    @Override
    public RemoteDomainGetStateRet domainGetState(Call call, RemoteDomainGetStateArgs args) {
        var status = domains(call, args.dom()).status(args.dom().uuid());
        return new RemoteDomainGetStateRet(status.state().number(), status.reason());
    }

    @Override
    public RemoteDomainGetOsTypeRet domainGetOsType(Call call, RemoteDomainGetOsTypeArgs args) {
        return new RemoteDomainGetOsTypeRet(
                domains(call, args.dom()).osType(args.dom().uuid()));
    }

    @Override
    public RemoteDomainIsActiveRet domainIsActive(Call call, RemoteDomainIsActiveArgs args) {
        return new RemoteDomainIsActiveRet(
                Conversions.flag(domains(call, args.dom()).isActive(args.dom().uuid())));
    }

    @Override
    public RemoteDomainIsPersistentRet domainIsPersistent(Call call, RemoteDomainIsPersistentArgs args) {
        return new RemoteDomainIsPersistentRet(Conversions.flag(
                domains(call, args.dom()).isPersistent(args.dom().uuid())));
    }

    @Override
    public RemoteDomainIsUpdatedRet domainIsUpdated(Call call, RemoteDomainIsUpdatedArgs args) {
        return new RemoteDomainIsUpdatedRet(
                Conversions.flag(domains(call, args.dom()).isUpdated(args.dom().uuid())));
    }

    @Override
    public RemoteDomainGetMetadataRet domainGetMetadata(Call call, RemoteDomainGetMetadataArgs args) {
        return new RemoteDomainGetMetadataRet(domains(call, args.dom())
                .metadata(args.dom().uuid(), args.type(), Conversions.orEmpty(args.uri()), args.flags()));
    }

    /** No model confines guests here: an empty label, not enforced. */
    @Override
    public RemoteDomainGetSecurityLabelRet domainGetSecurityLabel(Call call, RemoteDomainGetSecurityLabelArgs args) {
        call.of(args.dom()).domains().status(args.dom().uuid());
        return new RemoteDomainGetSecurityLabelRet(Opaque.copyOf(new byte[1]), 0);
    }

    @Override
    public RemoteDomainGetSecurityLabelListRet domainGetSecurityLabelList(
            Call call, RemoteDomainGetSecurityLabelListArgs args) {
        call.of(args.dom()).domains().status(args.dom().uuid());
        return new RemoteDomainGetSecurityLabelListRet(List.of(), 0);
    }

    @Override
    public void domainSetMetadata(Call call, RemoteDomainSetMetadataArgs args) {
        domains(call, args.dom())
                .setMetadata(
                        args.dom().uuid(),
                        args.type(),
                        Conversions.orEmpty(args.metadata()),
                        Conversions.orEmpty(args.key()),
                        Conversions.orEmpty(args.uri()),
                        args.flags());
    }

    private static Domains domains(Call call, DomainRef domain) {
        return call.of(domain).domains();
    }
}
