package dev.posada.server;

import dev.posada.engine.Connection;
import dev.posada.engine.Cpus;
import dev.posada.protocol.ConnectCalls;
import dev.posada.protocol.RemoteAuthListRet;
import dev.posada.protocol.RemoteAuthPolkitRet;
import dev.posada.protocol.RemoteAuthSaslInitRet;
import dev.posada.protocol.RemoteAuthSaslStartArgs;
import dev.posada.protocol.RemoteAuthSaslStartRet;
import dev.posada.protocol.RemoteAuthSaslStepArgs;
import dev.posada.protocol.RemoteAuthSaslStepRet;
import dev.posada.protocol.RemoteAuthType;
import dev.posada.protocol.RemoteConnectBaselineCpuArgs;
import dev.posada.protocol.RemoteConnectBaselineCpuRet;
import dev.posada.protocol.RemoteConnectBaselineHypervisorCpuArgs;
import dev.posada.protocol.RemoteConnectBaselineHypervisorCpuRet;
import dev.posada.protocol.RemoteConnectCompareCpuArgs;
import dev.posada.protocol.RemoteConnectCompareCpuRet;
import dev.posada.protocol.RemoteConnectCompareHypervisorCpuArgs;
import dev.posada.protocol.RemoteConnectCompareHypervisorCpuRet;
import dev.posada.protocol.RemoteConnectDomainXmlFromNativeArgs;
import dev.posada.protocol.RemoteConnectDomainXmlFromNativeRet;
import dev.posada.protocol.RemoteConnectDomainXmlToNativeArgs;
import dev.posada.protocol.RemoteConnectDomainXmlToNativeRet;
import dev.posada.protocol.RemoteConnectGetCapabilitiesRet;
import dev.posada.protocol.RemoteConnectGetCpuModelNamesArgs;
import dev.posada.protocol.RemoteConnectGetCpuModelNamesRet;
import dev.posada.protocol.RemoteConnectGetDomainCapabilitiesArgs;
import dev.posada.protocol.RemoteConnectGetDomainCapabilitiesRet;
import dev.posada.protocol.RemoteConnectGetHostnameRet;
import dev.posada.protocol.RemoteConnectGetLibVersionRet;
import dev.posada.protocol.RemoteConnectGetMaxVcpusArgs;
import dev.posada.protocol.RemoteConnectGetMaxVcpusRet;
import dev.posada.protocol.RemoteConnectGetSysinfoArgs;
import dev.posada.protocol.RemoteConnectGetSysinfoRet;
import dev.posada.protocol.RemoteConnectGetTypeRet;
import dev.posada.protocol.RemoteConnectGetUriRet;
import dev.posada.protocol.RemoteConnectGetVersionRet;
import dev.posada.protocol.RemoteConnectIsSecureRet;
import dev.posada.protocol.RemoteConnectOpenArgs;
import dev.posada.protocol.RemoteConnectSupportsFeatureArgs;
import dev.posada.protocol.RemoteConnectSupportsFeatureRet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opening and closing, who one is, and what the connection is to. */
final class ConnectAnswers implements ConnectCalls<Call> {
    /** The library whose behaviour we reproduce, 9.0.0; clients judge by it what they may ask for. */
    private static final long LIBRARY_VERSION = 9_000_000;

    /** {@code VIR_CONNECT_RO}. */
    private static final int OPEN_READ_ONLY = 1;

    private static final int FEATURE_FD_PASSING = 8;
    private static final int FEATURE_TYPED_PARAM_STRING = 9;
    private static final int FEATURE_KEEP_ALIVE = 10;
    private static final int FEATURE_EVENT_CALLBACK = 14;
    private static final int FEATURE_CLOSE_CALLBACK = 15;
    private static final int FEATURE_NETWORK_UPDATE_ORDER = 16;

    @Override
    public void connectOpen(Call call, RemoteConnectOpenArgs args) {
        if (args.name() == null) {
            throw Failures.internal("a connection is opened by a URI; none was given");
        }
        call.session().open(args.name(), (args.flags() & OPEN_READ_ONLY) != 0);
    }

    @Override
    public void connectClose(Call call) {
        // What ends with this connection has ended when the client learns that it is closed.
        call.session().opened().ifPresent(Connection::close);
        call.afterReply(call.client()::disconnectAfterReplies);
    }

    @Override
    public RemoteConnectSupportsFeatureRet connectSupportsFeature(Call call, RemoteConnectSupportsFeatureArgs args) {
        if (args.feature() == FEATURE_KEEP_ALIVE) {
            call.afterReply(call.client()::watch);
            return new RemoteConnectSupportsFeatureRet(1);
        }
        call.connection();
        return new RemoteConnectSupportsFeatureRet(Conversions.flag(
                switch (args.feature()) {
                    case FEATURE_FD_PASSING,
                            FEATURE_TYPED_PARAM_STRING,
                            FEATURE_EVENT_CALLBACK,
                            FEATURE_CLOSE_CALLBACK,
                            FEATURE_NETWORK_UPDATE_ORDER -> true;
                    default -> false;
                }));
    }

    @Override
    public RemoteAuthListRet authList(Call call) {
        return new RemoteAuthListRet(List.of(
                switch (call.session().authentication()) {
                    case NONE -> RemoteAuthType.NONE;
                    case SASL -> RemoteAuthType.SASL;
                    case POLKIT -> RemoteAuthType.POLKIT;
                }));
    }

    @Override
    public RemoteAuthSaslInitRet authSaslInit(Call call) {
        throw Failures.authentication();
    }

    @Override
    public RemoteAuthSaslStartRet authSaslStart(Call call, RemoteAuthSaslStartArgs args) {
        throw Failures.authentication();
    }

    @Override
    public RemoteAuthSaslStepRet authSaslStep(Call call, RemoteAuthSaslStepArgs args) {
        throw Failures.authentication();
    }

    @Override
    public RemoteAuthPolkitRet authPolkit(Call call) {
        throw Failures.internal("this socket does not ask for polkit");
    }

    @Override
    public RemoteConnectGetTypeRet connectGetType(Call call) {
        return new RemoteConnectGetTypeRet(call.connection().type());
    }

    @Override
    public RemoteConnectGetVersionRet connectGetVersion(Call call) {
        return new RemoteConnectGetVersionRet(call.connection().version());
    }

    @Override
    public RemoteConnectGetLibVersionRet connectGetLibVersion(Call call) {
        return new RemoteConnectGetLibVersionRet(LIBRARY_VERSION);
    }

    @Override
    public RemoteConnectGetHostnameRet connectGetHostname(Call call) {
        return new RemoteConnectGetHostnameRet(call.connection().host().hostname());
    }

    @Override
    public RemoteConnectGetUriRet connectGetUri(Call call) {
        return new RemoteConnectGetUriRet(call.connection().uri());
    }

    @Override
    public RemoteConnectIsSecureRet connectIsSecure(Call call) {
        return new RemoteConnectIsSecureRet(
                Conversions.flag(call.session().caller().secure()));
    }

    @Override
    public RemoteConnectGetMaxVcpusRet connectGetMaxVcpus(Call call, RemoteConnectGetMaxVcpusArgs args) {
        return new RemoteConnectGetMaxVcpusRet(call.connection().maxVcpus(Conversions.orEmpty(args.type())));
    }

    @Override
    public RemoteConnectGetCapabilitiesRet connectGetCapabilities(Call call) {
        return new RemoteConnectGetCapabilitiesRet(call.connection().capabilities());
    }

    @Override
    public RemoteConnectDomainXmlFromNativeRet connectDomainXmlFromNative(
            Call call, RemoteConnectDomainXmlFromNativeArgs args) {
        return new RemoteConnectDomainXmlFromNativeRet(
                call.connection().lifecycle().fromNative(args.nativeFormat(), args.nativeConfig(), args.flags()));
    }

    @Override
    public RemoteConnectDomainXmlToNativeRet connectDomainXmlToNative(
            Call call, RemoteConnectDomainXmlToNativeArgs args) {
        return new RemoteConnectDomainXmlToNativeRet(
                call.connection().lifecycle().nativeCommand(args.nativeFormat(), args.domainXml(), args.flags()));
    }

    @Override
    public RemoteConnectCompareCpuRet connectCompareCpu(Call call, RemoteConnectCompareCpuArgs args) {
        return new RemoteConnectCompareCpuRet(call.connection().cpus().compare(args.xml(), args.flags()));
    }

    @Override
    public RemoteConnectCompareHypervisorCpuRet connectCompareHypervisorCpu(
            Call call, RemoteConnectCompareHypervisorCpuArgs args) {
        var machine = machine(args.emulator(), args.arch(), args.machine(), args.virttype());
        return new RemoteConnectCompareHypervisorCpuRet(
                call.connection().cpus().compare(machine, args.xmlCpu(), args.flags()));
    }

    @Override
    public RemoteConnectBaselineHypervisorCpuRet connectBaselineHypervisorCpu(
            Call call, RemoteConnectBaselineHypervisorCpuArgs args) {
        var machine = machine(args.emulator(), args.arch(), args.machine(), args.virttype());
        return new RemoteConnectBaselineHypervisorCpuRet(
                call.connection().cpus().baseline(machine, args.xmlCpus(), args.flags()));
    }

    private static Cpus.Machine machine(
            @Nullable String emulator, @Nullable String arch, @Nullable String machine, @Nullable String type) {
        return new Cpus.Machine(
                Conversions.optional(emulator),
                Conversions.optional(arch),
                Conversions.optional(machine),
                Conversions.optional(type));
    }

    @Override
    public RemoteConnectBaselineCpuRet connectBaselineCpu(Call call, RemoteConnectBaselineCpuArgs args) {
        return new RemoteConnectBaselineCpuRet(call.connection().cpus().baseline(args.xmlCpus(), args.flags()));
    }

    @Override
    public RemoteConnectGetSysinfoRet connectGetSysinfo(Call call, RemoteConnectGetSysinfoArgs args) {
        return new RemoteConnectGetSysinfoRet(call.connection().systemInformation(args.flags()));
    }

    @Override
    public RemoteConnectGetCpuModelNamesRet connectGetCpuModelNames(Call call, RemoteConnectGetCpuModelNamesArgs args) {
        var models = call.connection().cpuModels(args.arch());
        return new RemoteConnectGetCpuModelNamesRet(args.needResults() == 0 ? List.of() : models, models.size());
    }

    @Override
    public RemoteConnectGetDomainCapabilitiesRet connectGetDomainCapabilities(
            Call call, RemoteConnectGetDomainCapabilitiesArgs args) {
        return new RemoteConnectGetDomainCapabilitiesRet(call.connection()
                .domainCapabilities(
                        Conversions.optional(args.emulatorbin()),
                        Conversions.optional(args.arch()),
                        Conversions.optional(args.machine()),
                        Conversions.optional(args.virttype())));
    }
}
