package dev.posada.server;

import dev.posada.driver.GuestAgent.Address;
import dev.posada.driver.GuestAgent.Link;
import dev.posada.engine.Guest;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.protocol.DomainAgentCalls;
import dev.posada.protocol.DomainRef;
import dev.posada.protocol.RemoteDomainAgentSetResponseTimeoutArgs;
import dev.posada.protocol.RemoteDomainAgentSetResponseTimeoutRet;
import dev.posada.protocol.RemoteDomainAuthorizedSshKeysGetArgs;
import dev.posada.protocol.RemoteDomainAuthorizedSshKeysGetRet;
import dev.posada.protocol.RemoteDomainAuthorizedSshKeysSetArgs;
import dev.posada.protocol.RemoteDomainFsfreezeArgs;
import dev.posada.protocol.RemoteDomainFsfreezeRet;
import dev.posada.protocol.RemoteDomainFsinfo;
import dev.posada.protocol.RemoteDomainFsthawArgs;
import dev.posada.protocol.RemoteDomainFsthawRet;
import dev.posada.protocol.RemoteDomainFstrimArgs;
import dev.posada.protocol.RemoteDomainGetFsinfoArgs;
import dev.posada.protocol.RemoteDomainGetFsinfoRet;
import dev.posada.protocol.RemoteDomainGetGuestInfoArgs;
import dev.posada.protocol.RemoteDomainGetGuestInfoRet;
import dev.posada.protocol.RemoteDomainGetGuestVcpusArgs;
import dev.posada.protocol.RemoteDomainGetGuestVcpusRet;
import dev.posada.protocol.RemoteDomainGetHostnameArgs;
import dev.posada.protocol.RemoteDomainGetHostnameRet;
import dev.posada.protocol.RemoteDomainGetTimeArgs;
import dev.posada.protocol.RemoteDomainGetTimeRet;
import dev.posada.protocol.RemoteDomainInterface;
import dev.posada.protocol.RemoteDomainInterfaceAddressesArgs;
import dev.posada.protocol.RemoteDomainInterfaceAddressesRet;
import dev.posada.protocol.RemoteDomainIpAddr;
import dev.posada.protocol.RemoteDomainPmSuspendForDurationArgs;
import dev.posada.protocol.RemoteDomainPmWakeupArgs;
import dev.posada.protocol.RemoteDomainSetGuestVcpusArgs;
import dev.posada.protocol.RemoteDomainSetTimeArgs;
import dev.posada.protocol.RemoteDomainSetUserPasswordArgs;
import dev.posada.protocol.WireParameters;

/** What is asked of the guest itself, by its agent or by what the host sees of it. */
final class DomainAgentAnswers implements DomainAgentCalls<Call> {
    /** {@code VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_LEASE}, its sibling, and the number of sources. */
    private static final int BY_LEASE = 0;

    private static final int BY_AGENT = 1;

    private static final int SOURCES = 3;

    /** {@code VIR_IP_ADDR_TYPE_IPV4} and its sibling. */
    private static final int IPV4 = 0;

    private static final int IPV6 = 1;

    /** User-mode addresses are known to nobody outside the guest. */
    @Override
    public RemoteDomainInterfaceAddressesRet domainInterfaceAddresses(
            Call call, RemoteDomainInterfaceAddressesArgs args) {
        if (!call.of(args.dom()).domains().isActive(args.dom().uuid())) {
            throw new PosadaException(ErrorCode.OPERATION_INVALID, ErrorOrigin.QEMU, "domain is not running");
        }
        if (args.source() < 0 || args.source() >= SOURCES) {
            throw new PosadaException(
                    ErrorCode.ARGUMENT_UNSUPPORTED,
                    ErrorOrigin.QEMU,
                    "Unknown IP address data source " + args.source());
        }
        var links = switch (args.source()) {
            case BY_LEASE -> guest(call, args.dom()).leasedLinks(args.dom().uuid(), args.flags());
            case BY_AGENT -> guest(call, args.dom()).links(args.dom().uuid(), args.flags());
            default -> guest(call, args.dom()).neighbourLinks(args.dom().uuid(), args.flags());
        };
        return new RemoteDomainInterfaceAddressesRet(
                links.stream().map(DomainAgentAnswers::link).toList());
    }

    private static RemoteDomainInterface link(Link link) {
        return new RemoteDomainInterface(
                link.name(),
                link.hardwareAddress().orElse(null),
                link.addresses().stream().map(DomainAgentAnswers::address).toList());
    }

    private static RemoteDomainIpAddr address(Address address) {
        return new RemoteDomainIpAddr(address.ipv6() ? IPV6 : IPV4, address.address(), address.prefix());
    }

    @Override
    public RemoteDomainGetTimeRet domainGetTime(Call call, RemoteDomainGetTimeArgs args) {
        var time = guest(call, args.dom()).time(args.dom().uuid(), args.flags());
        return new RemoteDomainGetTimeRet(time.getEpochSecond(), time.getNano());
    }

    @Override
    public void domainSetTime(Call call, RemoteDomainSetTimeArgs args) {
        guest(call, args.dom()).setTime(args.dom().uuid(), args.seconds(), args.nseconds(), args.flags());
    }

    @Override
    public RemoteDomainFsfreezeRet domainFsfreeze(Call call, RemoteDomainFsfreezeArgs args) {
        return new RemoteDomainFsfreezeRet(
                guest(call, args.dom()).freeze(args.dom().uuid(), args.mountpoints(), args.flags()));
    }

    @Override
    public RemoteDomainFsthawRet domainFsthaw(Call call, RemoteDomainFsthawArgs args) {
        return new RemoteDomainFsthawRet(
                guest(call, args.dom()).thaw(args.dom().uuid(), args.mountpoints(), args.flags()));
    }

    @Override
    public void domainFstrim(Call call, RemoteDomainFstrimArgs args) {
        guest(call, args.dom())
                .trim(args.dom().uuid(), Conversions.orEmpty(args.mountPoint()), args.minimum(), args.flags());
    }

    @Override
    public RemoteDomainGetFsinfoRet domainGetFsinfo(Call call, RemoteDomainGetFsinfoArgs args) {
        var found = guest(call, args.dom()).fileSystems(args.dom().uuid(), args.flags()).stream()
                .map(one -> new RemoteDomainFsinfo(one.mountPoint(), one.name(), one.type(), one.disks()))
                .toList();
        return new RemoteDomainGetFsinfoRet(found, found.size());
    }

    @Override
    public RemoteDomainGetHostnameRet domainGetHostname(Call call, RemoteDomainGetHostnameArgs args) {
        return new RemoteDomainGetHostnameRet(
                guest(call, args.dom()).hostname(args.dom().uuid(), args.flags()));
    }

    @Override
    public RemoteDomainGetGuestInfoRet domainGetGuestInfo(Call call, RemoteDomainGetGuestInfoArgs args) {
        return new RemoteDomainGetGuestInfoRet(
                WireParameters.encode(guest(call, args.dom()).info(args.dom().uuid(), args.types(), args.flags())));
    }

    @Override
    public RemoteDomainGetGuestVcpusRet domainGetGuestVcpus(Call call, RemoteDomainGetGuestVcpusArgs args) {
        return new RemoteDomainGetGuestVcpusRet(WireParameters.encode(
                guest(call, args.dom()).processors(args.dom().uuid(), args.flags())));
    }

    @Override
    public void domainSetGuestVcpus(Call call, RemoteDomainSetGuestVcpusArgs args) {
        guest(call, args.dom()).setProcessors(args.dom().uuid(), args.cpumap(), args.state(), args.flags());
    }

    @Override
    public void domainSetUserPassword(Call call, RemoteDomainSetUserPasswordArgs args) {
        if (args.user() == null || args.password() == null) {
            throw Failures.invalidArgument("a password is set for a user; one of them was not given");
        }
        guest(call, args.dom()).setPassword(args.dom().uuid(), args.user(), args.password(), args.flags());
    }

    @Override
    public RemoteDomainAuthorizedSshKeysGetRet domainAuthorizedSshKeysGet(
            Call call, RemoteDomainAuthorizedSshKeysGetArgs args) {
        return new RemoteDomainAuthorizedSshKeysGetRet(
                guest(call, args.dom()).sshKeys(args.dom().uuid(), args.user(), args.flags()));
    }

    @Override
    public void domainAuthorizedSshKeysSet(Call call, RemoteDomainAuthorizedSshKeysSetArgs args) {
        guest(call, args.dom()).changeSshKeys(args.dom().uuid(), args.user(), args.keys(), args.flags());
    }

    @Override
    public RemoteDomainAgentSetResponseTimeoutRet domainAgentSetResponseTimeout(
            Call call, RemoteDomainAgentSetResponseTimeoutArgs args) {
        guest(call, args.dom()).responseTimeout(args.dom().uuid(), args.timeout(), args.flags());
        return new RemoteDomainAgentSetResponseTimeoutRet(0);
    }

    @Override
    public void domainPmSuspendForDuration(Call call, RemoteDomainPmSuspendForDurationArgs args) {
        guest(call, args.dom()).sleep(args.dom().uuid(), args.target(), args.duration(), args.flags());
    }

    @Override
    public void domainPmWakeup(Call call, RemoteDomainPmWakeupArgs args) {
        call.of(args.dom()).lifecycle().wakeUp(args.dom().uuid(), args.flags());
    }

    private static Guest guest(Call call, DomainRef domain) {
        return call.of(domain).guest();
    }
}
