package dev.posada.server;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.protocol.DomainAgentCalls;
import dev.posada.protocol.RemoteDomainInterfaceAddressesArgs;
import dev.posada.protocol.RemoteDomainInterfaceAddressesRet;
import java.util.List;

/** What is asked of the guest itself, by its agent or by what the host sees of it. */
final class DomainAgentAnswers implements DomainAgentCalls<Call> {
    /** {@code VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT} and the number of sources. */
    private static final int BY_AGENT = 1;

    private static final int SOURCES = 3;

    /** No network of ours gives leases yet, and user-mode addresses are known to nobody outside the guest. */
    @Override
    public RemoteDomainInterfaceAddressesRet domainInterfaceAddresses(
            Call call, RemoteDomainInterfaceAddressesArgs args) {
        if (!call.connection().domains().isActive(args.dom().uuid())) {
            throw new PosadaException(ErrorCode.OPERATION_INVALID, ErrorOrigin.QEMU, "domain is not running");
        }
        if (args.source() < 0 || args.source() >= SOURCES) {
            throw new PosadaException(
                    ErrorCode.ARGUMENT_UNSUPPORTED,
                    ErrorOrigin.QEMU,
                    "Unknown IP address data source " + args.source());
        }
        if (args.source() == BY_AGENT) {
            throw PosadaException.unsupportedCall(ErrorOrigin.DOMAIN, "virDomainInterfaceAddresses");
        }
        return new RemoteDomainInterfaceAddressesRet(List.of());
    }
}
