package dev.posada.client;

import dev.posada.protocol.DomainRef;
import dev.posada.protocol.RemoteDomainInterfaceAddressesArgs;
import java.util.List;
import java.util.Optional;

/** The addresses that a running guest's network cards have. */
public final class GuestAddresses {
    private final Connection connection;
    private final DomainRef domain;

    GuestAddresses(Connection connection, DomainRef domain) {
        this.connection = connection;
        this.domain = domain;
    }

    /** Who is asked. */
    public enum Source {
        /** The leases of the virtual network's address server. */
        LEASE(0),
        /** The guest's agent. */
        AGENT(1),
        /** The host's table of neighbours. */
        ARP(2);

        private final int number;

        Source(int number) {
            this.number = number;
        }
    }

    /**
     * A network card.
     *
     * @param name its name, in the guest or on the host as the source has it
     * @param hardwareAddress its hardware address; empty when the source does not tell
     * @param addresses its addresses
     */
    public record Card(String name, Optional<String> hardwareAddress, List<Address> addresses) {
        public Card {
            addresses = List.copyOf(addresses);
        }
    }

    /**
     * An address.
     *
     * @param version4 whether it is one of IPv4, not IPv6
     * @param text as it is written
     * @param prefixBits the length of its network's prefix
     */
    public record Address(boolean version4, String text, int prefixBits) {}

    /** The cards that a source knows, with their addresses. */
    public List<Card> from(Source source) {
        return connection
                .remote()
                .domainAgent()
                .domainInterfaceAddresses(new RemoteDomainInterfaceAddressesArgs(domain, source.number, 0))
                .ifaces()
                .stream()
                .map(card -> new Card(
                        card.name(),
                        Optional.ofNullable(card.hwaddr()),
                        card.addrs().stream()
                                .map(address -> new Address(address.type() == 0, address.addr(), address.prefix()))
                                .toList()))
                .toList();
    }
}
