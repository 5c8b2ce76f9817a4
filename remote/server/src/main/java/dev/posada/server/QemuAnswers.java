package dev.posada.server;

import dev.posada.protocol.QemuCalls;
import dev.posada.protocol.QemuConnectDomainMonitorEventDeregisterArgs;
import dev.posada.protocol.QemuConnectDomainMonitorEventRegisterArgs;
import dev.posada.protocol.QemuConnectDomainMonitorEventRegisterRet;
import dev.posada.protocol.QemuDomainAgentCommandArgs;
import dev.posada.protocol.QemuDomainAgentCommandRet;
import dev.posada.protocol.QemuDomainAttachArgs;
import dev.posada.protocol.QemuDomainAttachRet;
import dev.posada.protocol.QemuDomainMonitorCommandArgs;
import dev.posada.protocol.QemuDomainMonitorCommandRet;
import dev.posada.protocol.QemuDomainMonitorCommandWithFilesArgs;
import dev.posada.protocol.QemuDomainMonitorCommandWithFilesRet;

/** What is offered for QEMU domains alone. */
final class QemuAnswers implements QemuCalls<Call> {
    @Override
    public QemuDomainMonitorCommandRet domainMonitorCommand(Call call, QemuDomainMonitorCommandArgs args) {
        return new QemuDomainMonitorCommandRet(
                call.of(args.dom()).devices().monitorCommand(args.dom().uuid(), args.cmd(), args.flags()));
    }

    @Override
    public QemuDomainMonitorCommandWithFilesRet domainMonitorCommandWithFiles(
            Call call, QemuDomainMonitorCommandWithFilesArgs args) {
        return new QemuDomainMonitorCommandWithFilesRet(call.of(args.dom())
                .devices()
                .monitorCommand(args.dom().uuid(), args.cmd(), call.files(), args.flags()));
    }

    @Override
    public QemuDomainAttachRet domainAttach(Call call, QemuDomainAttachArgs args) {
        return new QemuDomainAttachRet(Conversions.ref(
                call.connection().kinds().adopt(Integer.toUnsignedLong(args.pidValue()), args.flags())));
    }

    @Override
    public QemuDomainAgentCommandRet domainAgentCommand(Call call, QemuDomainAgentCommandArgs args) {
        return new QemuDomainAgentCommandRet(
                call.of(args.dom()).guest().command(args.dom().uuid(), args.cmd(), args.timeout(), args.flags()));
    }

    @Override
    public QemuConnectDomainMonitorEventRegisterRet connectDomainMonitorEventRegister(
            Call call, QemuConnectDomainMonitorEventRegisterArgs args) {
        var domain = args.dom() == null ? "" : args.dom().uuid().toString();
        var registered = call.session()
                .registrations()
                .registerMonitor(
                        call.connection(), domain, MonitorWish.of(Conversions.orEmpty(args.event()), args.flags()));
        call.afterReply(registered.told());
        return new QemuConnectDomainMonitorEventRegisterRet(registered.callbackId());
    }

    @Override
    public void connectDomainMonitorEventDeregister(Call call, QemuConnectDomainMonitorEventDeregisterArgs args) {
        call.session().registrations().deregister(EventClass.QEMU_MONITOR, args.callbackId());
    }
}
