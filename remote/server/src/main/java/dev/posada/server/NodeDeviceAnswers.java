package dev.posada.server;

import dev.posada.engine.NodeDevices;
import dev.posada.protocol.NodeDeviceCalls;
import dev.posada.protocol.NodeDeviceRef;
import dev.posada.protocol.RemoteConnectListAllNodeDevicesArgs;
import dev.posada.protocol.RemoteConnectListAllNodeDevicesRet;
import dev.posada.protocol.RemoteNodeDeviceCreateArgs;
import dev.posada.protocol.RemoteNodeDeviceCreateXmlArgs;
import dev.posada.protocol.RemoteNodeDeviceCreateXmlRet;
import dev.posada.protocol.RemoteNodeDeviceDefineXmlArgs;
import dev.posada.protocol.RemoteNodeDeviceDefineXmlRet;
import dev.posada.protocol.RemoteNodeDeviceDestroyArgs;
import dev.posada.protocol.RemoteNodeDeviceDetachFlagsArgs;
import dev.posada.protocol.RemoteNodeDeviceDettachArgs;
import dev.posada.protocol.RemoteNodeDeviceGetAutostartArgs;
import dev.posada.protocol.RemoteNodeDeviceGetAutostartRet;
import dev.posada.protocol.RemoteNodeDeviceGetParentArgs;
import dev.posada.protocol.RemoteNodeDeviceGetParentRet;
import dev.posada.protocol.RemoteNodeDeviceGetXmlDescArgs;
import dev.posada.protocol.RemoteNodeDeviceGetXmlDescRet;
import dev.posada.protocol.RemoteNodeDeviceIsActiveArgs;
import dev.posada.protocol.RemoteNodeDeviceIsActiveRet;
import dev.posada.protocol.RemoteNodeDeviceIsPersistentArgs;
import dev.posada.protocol.RemoteNodeDeviceIsPersistentRet;
import dev.posada.protocol.RemoteNodeDeviceListCapsArgs;
import dev.posada.protocol.RemoteNodeDeviceListCapsRet;
import dev.posada.protocol.RemoteNodeDeviceLookupByNameArgs;
import dev.posada.protocol.RemoteNodeDeviceLookupByNameRet;
import dev.posada.protocol.RemoteNodeDeviceLookupScsiHostByWwnArgs;
import dev.posada.protocol.RemoteNodeDeviceLookupScsiHostByWwnRet;
import dev.posada.protocol.RemoteNodeDeviceNumOfCapsArgs;
import dev.posada.protocol.RemoteNodeDeviceNumOfCapsRet;
import dev.posada.protocol.RemoteNodeDeviceReAttachArgs;
import dev.posada.protocol.RemoteNodeDeviceResetArgs;
import dev.posada.protocol.RemoteNodeDeviceSetAutostartArgs;
import dev.posada.protocol.RemoteNodeDeviceUndefineArgs;
import dev.posada.protocol.RemoteNodeListDevicesArgs;
import dev.posada.protocol.RemoteNodeListDevicesRet;
import dev.posada.protocol.RemoteNodeNumOfDevicesArgs;
import dev.posada.protocol.RemoteNodeNumOfDevicesRet;
import java.util.List;
import java.util.Optional;

/** Devices of the host. */
final class NodeDeviceAnswers implements NodeDeviceCalls<Call> {
    @Override
    public RemoteNodeNumOfDevicesRet nodeNumOfDevices(Call call, RemoteNodeNumOfDevicesArgs args) {
        return new RemoteNodeNumOfDevicesRet(devices(call)
                .with(Conversions.optional(args.cap()), args.flags())
                .size());
    }

    @Override
    public RemoteNodeListDevicesRet nodeListDevices(Call call, RemoteNodeListDevicesArgs args) {
        return new RemoteNodeListDevicesRet(devices(call).with(Conversions.optional(args.cap()), args.flags()).stream()
                .limit(Math.max(0, args.maxnames()))
                .toList());
    }

    @Override
    public RemoteConnectListAllNodeDevicesRet connectListAllNodeDevices(
            Call call, RemoteConnectListAllNodeDevicesArgs args) {
        var all = devices(call).list(args.flags());
        return new RemoteConnectListAllNodeDevicesRet(
                args.needResults() == 0
                        ? List.of()
                        : all.stream().map(NodeDeviceRef::new).toList(),
                all.size());
    }

    @Override
    public RemoteNodeDeviceLookupByNameRet nodeDeviceLookupByName(Call call, RemoteNodeDeviceLookupByNameArgs args) {
        return new RemoteNodeDeviceLookupByNameRet(
                new NodeDeviceRef(devices(call).byName(args.name())));
    }

    @Override
    public RemoteNodeDeviceLookupScsiHostByWwnRet nodeDeviceLookupScsiHostByWwn(
            Call call, RemoteNodeDeviceLookupScsiHostByWwnArgs args) {
        return new RemoteNodeDeviceLookupScsiHostByWwnRet(
                new NodeDeviceRef(devices(call).byWorldWideName(args.wwnn(), args.wwpn(), args.flags())));
    }

    @Override
    public RemoteNodeDeviceGetXmlDescRet nodeDeviceGetXmlDesc(Call call, RemoteNodeDeviceGetXmlDescArgs args) {
        return new RemoteNodeDeviceGetXmlDescRet(devices(call).xml(args.name(), args.flags()));
    }

    @Override
    public RemoteNodeDeviceGetParentRet nodeDeviceGetParent(Call call, RemoteNodeDeviceGetParentArgs args) {
        return new RemoteNodeDeviceGetParentRet(
                devices(call).parent(args.name()).orElse(null));
    }

    @Override
    public RemoteNodeDeviceNumOfCapsRet nodeDeviceNumOfCaps(Call call, RemoteNodeDeviceNumOfCapsArgs args) {
        return new RemoteNodeDeviceNumOfCapsRet(
                devices(call).capabilities(args.name()).size());
    }

    @Override
    public RemoteNodeDeviceListCapsRet nodeDeviceListCaps(Call call, RemoteNodeDeviceListCapsArgs args) {
        return new RemoteNodeDeviceListCapsRet(devices(call).capabilities(args.name()).stream()
                .limit(Math.max(0, args.maxnames()))
                .toList());
    }

    @Override
    public void nodeDeviceDettach(Call call, RemoteNodeDeviceDettachArgs args) {
        devices(call).detach(args.name(), Optional.empty(), 0);
    }

    @Override
    public void nodeDeviceDetachFlags(Call call, RemoteNodeDeviceDetachFlagsArgs args) {
        devices(call).detach(args.name(), Conversions.optional(args.driverName()), args.flags());
    }

    @Override
    public void nodeDeviceReAttach(Call call, RemoteNodeDeviceReAttachArgs args) {
        devices(call).reattach(args.name());
    }

    @Override
    public void nodeDeviceReset(Call call, RemoteNodeDeviceResetArgs args) {
        devices(call).reset(args.name());
    }

    @Override
    public RemoteNodeDeviceCreateXmlRet nodeDeviceCreateXml(Call call, RemoteNodeDeviceCreateXmlArgs args) {
        return new RemoteNodeDeviceCreateXmlRet(new NodeDeviceRef(devices(call).create(args.xmlDesc(), args.flags())));
    }

    @Override
    public void nodeDeviceDestroy(Call call, RemoteNodeDeviceDestroyArgs args) {
        devices(call).destroy(args.name());
    }

    @Override
    public RemoteNodeDeviceDefineXmlRet nodeDeviceDefineXml(Call call, RemoteNodeDeviceDefineXmlArgs args) {
        return new RemoteNodeDeviceDefineXmlRet(new NodeDeviceRef(devices(call).define(args.xmlDesc(), args.flags())));
    }

    @Override
    public void nodeDeviceUndefine(Call call, RemoteNodeDeviceUndefineArgs args) {
        devices(call).undefine(args.name(), args.flags());
    }

    @Override
    public void nodeDeviceCreate(Call call, RemoteNodeDeviceCreateArgs args) {
        devices(call).start(args.name(), args.flags());
    }

    @Override
    public RemoteNodeDeviceGetAutostartRet nodeDeviceGetAutostart(Call call, RemoteNodeDeviceGetAutostartArgs args) {
        return new RemoteNodeDeviceGetAutostartRet(
                Conversions.flag(devices(call).autostart(args.name())));
    }

    @Override
    public void nodeDeviceSetAutostart(Call call, RemoteNodeDeviceSetAutostartArgs args) {
        devices(call).setAutostart(args.name(), args.autostart() != 0);
    }

    @Override
    public RemoteNodeDeviceIsPersistentRet nodeDeviceIsPersistent(Call call, RemoteNodeDeviceIsPersistentArgs args) {
        return new RemoteNodeDeviceIsPersistentRet(
                Conversions.flag(devices(call).isPersistent(args.name())));
    }

    @Override
    public RemoteNodeDeviceIsActiveRet nodeDeviceIsActive(Call call, RemoteNodeDeviceIsActiveArgs args) {
        return new RemoteNodeDeviceIsActiveRet(Conversions.flag(devices(call).isActive(args.name())));
    }

    private static NodeDevices devices(Call call) {
        return call.connection().nodeDevices().orElseThrow(() -> Failures.unsupported(call));
    }
}
