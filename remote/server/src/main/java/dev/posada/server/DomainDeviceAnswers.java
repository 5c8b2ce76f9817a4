package dev.posada.server;

import dev.posada.engine.DeviceEdits;
import dev.posada.engine.Devices;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.posix.FileStatus;
import dev.posada.protocol.DomainDeviceCalls;
import dev.posada.protocol.DomainRef;
import dev.posada.protocol.RemoteDomainAttachDeviceArgs;
import dev.posada.protocol.RemoteDomainAttachDeviceFlagsArgs;
import dev.posada.protocol.RemoteDomainDetachDeviceAliasArgs;
import dev.posada.protocol.RemoteDomainDetachDeviceArgs;
import dev.posada.protocol.RemoteDomainDetachDeviceFlagsArgs;
import dev.posada.protocol.RemoteDomainFdAssociateArgs;
import dev.posada.protocol.RemoteDomainInjectNmiArgs;
import dev.posada.protocol.RemoteDomainOpenChannelArgs;
import dev.posada.protocol.RemoteDomainOpenConsoleArgs;
import dev.posada.protocol.RemoteDomainOpenGraphicsArgs;
import dev.posada.protocol.RemoteDomainOpenGraphicsFdArgs;
import dev.posada.protocol.RemoteDomainScreenshotArgs;
import dev.posada.protocol.RemoteDomainScreenshotRet;
import dev.posada.protocol.RemoteDomainSendKeyArgs;
import dev.posada.protocol.RemoteDomainSendProcessSignalArgs;
import dev.posada.protocol.RemoteDomainUpdateDeviceFlagsArgs;
import java.util.List;

/** Consoles, screens, keys and interrupts. */
final class DomainDeviceAnswers implements DomainDeviceCalls<Call> {
    /** {@code VIR_DOMAIN_AFFECT_LIVE}: what the calls without flags mean. */
    private static final int LIVE = 1;

    @Override
    public void domainOpenConsole(Call call, RemoteDomainOpenConsoleArgs args) {
        call.requireStreamRoom();
        var console = devices(call, args.dom())
                .openConsole(args.dom().uuid(), Conversions.orEmpty(args.devName()), args.flags());
        call.openStream(StreamPlan.duplex(console));
    }

    @Override
    public void domainOpenChannel(Call call, RemoteDomainOpenChannelArgs args) {
        call.requireStreamRoom();
        var channel = devices(call, args.dom())
                .openChannel(args.dom().uuid(), Conversions.orEmpty(args.name()), args.flags());
        call.openStream(StreamPlan.duplex(channel));
    }

    @Override
    public RemoteDomainScreenshotRet domainScreenshot(Call call, RemoteDomainScreenshotArgs args) {
        call.requireStreamRoom();
        var screenshot = devices(call, args.dom()).screenshot(args.dom().uuid(), args.screen(), args.flags());
        call.openStream(StreamPlan.download(screenshot.picture()));
        return new RemoteDomainScreenshotRet(screenshot.mimeType());
    }

    @Override
    public void domainOpenGraphics(Call call, RemoteDomainOpenGraphicsArgs args) {
        var socket = call.file(0);
        if (FileStatus.of(socket).kind() != FileStatus.Kind.SOCKET) {
            throw PosadaException.said(
                    ErrorCode.INVALID_ARG, ErrorOrigin.DOMAIN, "fd " + socket.number() + " must be a socket");
        }
        devices(call, args.dom())
                .openGraphics(args.dom().uuid(), args.idx(), new PassedFile(socket, true), args.flags());
    }

    @Override
    public void domainOpenGraphicsFd(Call call, RemoteDomainOpenGraphicsFdArgs args) {
        call.requireFilePassage();
        call.attach(List.of(devices(call, args.dom()).openGraphics(args.dom().uuid(), args.idx(), args.flags())));
    }

    @Override
    public void domainFdAssociate(Call call, RemoteDomainFdAssociateArgs args) {
        var files = call.files();
        if (files.isEmpty()) {
            throw PosadaException.said(
                    ErrorCode.INVALID_ARG, ErrorOrigin.DOMAIN, "nfds in virDomainFDAssociate must not be zero");
        }
        call.of(args.dom()).associate(args.dom().uuid(), args.name(), files, args.flags());
    }

    @Override
    public void domainSendKey(Call call, RemoteDomainSendKeyArgs args) {
        devices(call, args.dom())
                .sendKey(args.dom().uuid(), args.codeset(), args.holdtime(), args.keycodes(), args.flags());
    }

    @Override
    public void domainInjectNmi(Call call, RemoteDomainInjectNmiArgs args) {
        devices(call, args.dom()).injectNmi(args.dom().uuid(), args.flags());
    }

    @Override
    public void domainSendProcessSignal(Call call, RemoteDomainSendProcessSignalArgs args) {
        devices(call, args.dom()).sendSignal(args.dom().uuid(), args.pidValue(), args.signum(), args.flags());
    }

    @Override
    public void domainAttachDevice(Call call, RemoteDomainAttachDeviceArgs args) {
        edits(call, args.dom()).attach(args.dom().uuid(), args.xml(), LIVE);
    }

    @Override
    public void domainAttachDeviceFlags(Call call, RemoteDomainAttachDeviceFlagsArgs args) {
        edits(call, args.dom()).attach(args.dom().uuid(), args.xml(), args.flags());
    }

    @Override
    public void domainDetachDevice(Call call, RemoteDomainDetachDeviceArgs args) {
        edits(call, args.dom()).detach(args.dom().uuid(), args.xml(), LIVE);
    }

    @Override
    public void domainDetachDeviceFlags(Call call, RemoteDomainDetachDeviceFlagsArgs args) {
        edits(call, args.dom()).detach(args.dom().uuid(), args.xml(), args.flags());
    }

    @Override
    public void domainDetachDeviceAlias(Call call, RemoteDomainDetachDeviceAliasArgs args) {
        edits(call, args.dom()).detachAlias(args.dom().uuid(), args.alias(), args.flags());
    }

    @Override
    public void domainUpdateDeviceFlags(Call call, RemoteDomainUpdateDeviceFlagsArgs args) {
        edits(call, args.dom()).update(args.dom().uuid(), args.xml(), args.flags());
    }

    private static DeviceEdits edits(Call call, DomainRef domain) {
        return call.of(domain).deviceEdits();
    }

    private static Devices devices(Call call, DomainRef domain) {
        return call.of(domain).devices();
    }
}
