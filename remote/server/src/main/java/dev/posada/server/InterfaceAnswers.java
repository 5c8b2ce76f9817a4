package dev.posada.server;

import dev.posada.engine.Interfaces;
import dev.posada.model.HostInterface;
import dev.posada.protocol.HostInterfaceCalls;
import dev.posada.protocol.InterfaceRef;
import dev.posada.protocol.RemoteConnectListAllInterfacesArgs;
import dev.posada.protocol.RemoteConnectListAllInterfacesRet;
import dev.posada.protocol.RemoteConnectListDefinedInterfacesArgs;
import dev.posada.protocol.RemoteConnectListDefinedInterfacesRet;
import dev.posada.protocol.RemoteConnectListInterfacesArgs;
import dev.posada.protocol.RemoteConnectListInterfacesRet;
import dev.posada.protocol.RemoteConnectNumOfDefinedInterfacesRet;
import dev.posada.protocol.RemoteConnectNumOfInterfacesRet;
import dev.posada.protocol.RemoteInterfaceChangeBeginArgs;
import dev.posada.protocol.RemoteInterfaceChangeCommitArgs;
import dev.posada.protocol.RemoteInterfaceChangeRollbackArgs;
import dev.posada.protocol.RemoteInterfaceCreateArgs;
import dev.posada.protocol.RemoteInterfaceDefineXmlArgs;
import dev.posada.protocol.RemoteInterfaceDefineXmlRet;
import dev.posada.protocol.RemoteInterfaceDestroyArgs;
import dev.posada.protocol.RemoteInterfaceGetXmlDescArgs;
import dev.posada.protocol.RemoteInterfaceGetXmlDescRet;
import dev.posada.protocol.RemoteInterfaceIsActiveArgs;
import dev.posada.protocol.RemoteInterfaceIsActiveRet;
import dev.posada.protocol.RemoteInterfaceLookupByMacStringArgs;
import dev.posada.protocol.RemoteInterfaceLookupByMacStringRet;
import dev.posada.protocol.RemoteInterfaceLookupByNameArgs;
import dev.posada.protocol.RemoteInterfaceLookupByNameRet;
import dev.posada.protocol.RemoteInterfaceUndefineArgs;
import java.util.List;

/** Network links of the host. */
final class InterfaceAnswers implements HostInterfaceCalls<Call> {
    private static final int INACTIVE = 1;
    private static final int ACTIVE = 2;

    @Override
    public RemoteConnectNumOfInterfacesRet connectNumOfInterfaces(Call call) {
        return new RemoteConnectNumOfInterfacesRet(interfaces(call).list(ACTIVE).size());
    }

    @Override
    public RemoteConnectListInterfacesRet connectListInterfaces(Call call, RemoteConnectListInterfacesArgs args) {
        return new RemoteConnectListInterfacesRet(names(interfaces(call).list(ACTIVE), args.maxnames()));
    }

    @Override
    public RemoteConnectNumOfDefinedInterfacesRet connectNumOfDefinedInterfaces(Call call) {
        return new RemoteConnectNumOfDefinedInterfacesRet(
                interfaces(call).list(INACTIVE).size());
    }

    @Override
    public RemoteConnectListDefinedInterfacesRet connectListDefinedInterfaces(
            Call call, RemoteConnectListDefinedInterfacesArgs args) {
        return new RemoteConnectListDefinedInterfacesRet(names(interfaces(call).list(INACTIVE), args.maxnames()));
    }

    private static List<String> names(List<HostInterface> links, int most) {
        return links.stream().limit(Math.max(0, most)).map(HostInterface::name).toList();
    }

    @Override
    public RemoteConnectListAllInterfacesRet connectListAllInterfaces(
            Call call, RemoteConnectListAllInterfacesArgs args) {
        var all = interfaces(call).list(args.flags());
        return new RemoteConnectListAllInterfacesRet(
                args.needResults() == 0
                        ? List.of()
                        : all.stream().map(InterfaceAnswers::ref).toList(),
                all.size());
    }

    @Override
    public RemoteInterfaceLookupByNameRet interfaceLookupByName(Call call, RemoteInterfaceLookupByNameArgs args) {
        return new RemoteInterfaceLookupByNameRet(ref(interfaces(call).byName(args.name())));
    }

    @Override
    public RemoteInterfaceLookupByMacStringRet interfaceLookupByMacString(
            Call call, RemoteInterfaceLookupByMacStringArgs args) {
        return new RemoteInterfaceLookupByMacStringRet(ref(interfaces(call).byMac(args.mac())));
    }

    @Override
    public RemoteInterfaceGetXmlDescRet interfaceGetXmlDesc(Call call, RemoteInterfaceGetXmlDescArgs args) {
        return new RemoteInterfaceGetXmlDescRet(
                interfaces(call).xml(args.iface().name(), args.flags()));
    }

    @Override
    public RemoteInterfaceIsActiveRet interfaceIsActive(Call call, RemoteInterfaceIsActiveArgs args) {
        return new RemoteInterfaceIsActiveRet(
                Conversions.flag(interfaces(call).isActive(args.iface().name())));
    }

    @Override
    public RemoteInterfaceDefineXmlRet interfaceDefineXml(Call call, RemoteInterfaceDefineXmlArgs args) {
        return new RemoteInterfaceDefineXmlRet(ref(interfaces(call).define(args.xml(), args.flags())));
    }

    @Override
    public void interfaceUndefine(Call call, RemoteInterfaceUndefineArgs args) {
        interfaces(call).undefine(args.iface().name());
    }

    @Override
    public void interfaceCreate(Call call, RemoteInterfaceCreateArgs args) {
        interfaces(call).start(args.iface().name(), args.flags());
    }

    @Override
    public void interfaceDestroy(Call call, RemoteInterfaceDestroyArgs args) {
        interfaces(call).destroy(args.iface().name(), args.flags());
    }

    @Override
    public void interfaceChangeBegin(Call call, RemoteInterfaceChangeBeginArgs args) {
        interfaces(call).begin(args.flags());
    }

    @Override
    public void interfaceChangeCommit(Call call, RemoteInterfaceChangeCommitArgs args) {
        interfaces(call).commit(args.flags());
    }

    @Override
    public void interfaceChangeRollback(Call call, RemoteInterfaceChangeRollbackArgs args) {
        interfaces(call).rollback(args.flags());
    }

    private static InterfaceRef ref(HostInterface link) {
        return new InterfaceRef(link.name(), link.mac());
    }

    private static Interfaces interfaces(Call call) {
        return call.connection().interfaces().orElseThrow(() -> Failures.unsupported(call));
    }
}
