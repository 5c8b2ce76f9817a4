package dev.posada.server;

import dev.posada.engine.Domains;
import dev.posada.engine.Lifecycle;
import dev.posada.model.DomainIdentity;
import dev.posada.protocol.DomainLifecycleCalls;
import dev.posada.protocol.DomainRef;
import dev.posada.protocol.RemoteDomainCreateArgs;
import dev.posada.protocol.RemoteDomainCreateWithFlagsArgs;
import dev.posada.protocol.RemoteDomainCreateWithFlagsRet;
import dev.posada.protocol.RemoteDomainCreateXmlArgs;
import dev.posada.protocol.RemoteDomainCreateXmlRet;
import dev.posada.protocol.RemoteDomainDefineXmlArgs;
import dev.posada.protocol.RemoteDomainDefineXmlFlagsArgs;
import dev.posada.protocol.RemoteDomainDefineXmlFlagsRet;
import dev.posada.protocol.RemoteDomainDefineXmlRet;
import dev.posada.protocol.RemoteDomainDestroyArgs;
import dev.posada.protocol.RemoteDomainDestroyFlagsArgs;
import dev.posada.protocol.RemoteDomainGetAutostartArgs;
import dev.posada.protocol.RemoteDomainGetAutostartRet;
import dev.posada.protocol.RemoteDomainRebootArgs;
import dev.posada.protocol.RemoteDomainRenameArgs;
import dev.posada.protocol.RemoteDomainRenameRet;
import dev.posada.protocol.RemoteDomainResetArgs;
import dev.posada.protocol.RemoteDomainResumeArgs;
import dev.posada.protocol.RemoteDomainSetAutostartArgs;
import dev.posada.protocol.RemoteDomainSetLifecycleActionArgs;
import dev.posada.protocol.RemoteDomainShutdownArgs;
import dev.posada.protocol.RemoteDomainShutdownFlagsArgs;
import dev.posada.protocol.RemoteDomainSuspendArgs;
import dev.posada.protocol.RemoteDomainUndefineArgs;
import dev.posada.protocol.RemoteDomainUndefineFlagsArgs;

/** Defining and forgetting, starting and stopping, and what is between. */
final class DomainLifecycleAnswers implements DomainLifecycleCalls<Call> {
    @Override
    public RemoteDomainDefineXmlRet domainDefineXml(Call call, RemoteDomainDefineXmlArgs args) {
        return new RemoteDomainDefineXmlRet(Conversions.ref(define(call, args.xml(), 0)));
    }

    @Override
    public RemoteDomainDefineXmlFlagsRet domainDefineXmlFlags(Call call, RemoteDomainDefineXmlFlagsArgs args) {
        return new RemoteDomainDefineXmlFlagsRet(Conversions.ref(define(call, args.xml(), args.flags())));
    }

    @Override
    public void domainUndefine(Call call, RemoteDomainUndefineArgs args) {
        domains(call, args.dom()).undefine(args.dom().uuid(), 0);
    }

    @Override
    public void domainUndefineFlags(Call call, RemoteDomainUndefineFlagsArgs args) {
        domains(call, args.dom()).undefine(args.dom().uuid(), args.flags());
    }

    @Override
    public RemoteDomainRenameRet domainRename(Call call, RemoteDomainRenameArgs args) {
        if (args.newName() == null) {
            throw Failures.invalidArgument("a domain is renamed to a name; none was given");
        }
        domains(call, args.dom()).rename(args.dom().uuid(), args.newName(), args.flags());
        return new RemoteDomainRenameRet(0);
    }

    @Override
    public RemoteDomainGetAutostartRet domainGetAutostart(Call call, RemoteDomainGetAutostartArgs args) {
        return new RemoteDomainGetAutostartRet(
                Conversions.flag(domains(call, args.dom()).autostart(args.dom().uuid())));
    }

    @Override
    public void domainSetAutostart(Call call, RemoteDomainSetAutostartArgs args) {
        domains(call, args.dom()).setAutostart(args.dom().uuid(), args.autostart() != 0);
    }

    @Override
    public RemoteDomainCreateXmlRet domainCreateXml(Call call, RemoteDomainCreateXmlArgs args) {
        return new RemoteDomainCreateXmlRet(Conversions.ref(call.connection()
                .kinds()
                .ofDefinition(args.xmlDesc())
                .lifecycle()
                .create(args.xmlDesc(), args.flags())));
    }

    @Override
    public void domainCreate(Call call, RemoteDomainCreateArgs args) {
        lifecycle(call, args.dom()).start(args.dom().uuid(), 0);
    }

    @Override
    public RemoteDomainCreateWithFlagsRet domainCreateWithFlags(Call call, RemoteDomainCreateWithFlagsArgs args) {
        return new RemoteDomainCreateWithFlagsRet(
                Conversions.ref(lifecycle(call, args.dom()).start(args.dom().uuid(), args.flags())));
    }

    @Override
    public void domainDestroy(Call call, RemoteDomainDestroyArgs args) {
        lifecycle(call, args.dom()).destroy(args.dom().uuid(), 0);
    }

    @Override
    public void domainDestroyFlags(Call call, RemoteDomainDestroyFlagsArgs args) {
        lifecycle(call, args.dom()).destroy(args.dom().uuid(), args.flags());
    }

    @Override
    public void domainShutdown(Call call, RemoteDomainShutdownArgs args) {
        lifecycle(call, args.dom()).shutdown(args.dom().uuid(), 0);
    }

    @Override
    public void domainShutdownFlags(Call call, RemoteDomainShutdownFlagsArgs args) {
        lifecycle(call, args.dom()).shutdown(args.dom().uuid(), args.flags());
    }

    @Override
    public void domainReboot(Call call, RemoteDomainRebootArgs args) {
        lifecycle(call, args.dom()).reboot(args.dom().uuid(), args.flags());
    }

    @Override
    public void domainReset(Call call, RemoteDomainResetArgs args) {
        lifecycle(call, args.dom()).reset(args.dom().uuid(), args.flags());
    }

    @Override
    public void domainSuspend(Call call, RemoteDomainSuspendArgs args) {
        lifecycle(call, args.dom()).suspend(args.dom().uuid());
    }

    @Override
    public void domainResume(Call call, RemoteDomainResumeArgs args) {
        lifecycle(call, args.dom()).resume(args.dom().uuid());
    }

    @Override
    public void domainSetLifecycleAction(Call call, RemoteDomainSetLifecycleActionArgs args) {
        lifecycle(call, args.dom()).setLifecycleAction(args.dom().uuid(), args.type(), args.action(), args.flags());
    }

    private static DomainIdentity define(Call call, String xml, int flags) {
        return call.connection().kinds().ofDefinition(xml).domains().define(xml, flags);
    }

    private static Domains domains(Call call, DomainRef domain) {
        return call.of(domain).domains();
    }

    private static Lifecycle lifecycle(Call call, DomainRef domain) {
        return call.of(domain).lifecycle();
    }
}
