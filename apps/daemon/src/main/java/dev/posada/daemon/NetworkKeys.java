package dev.posada.daemon;

/** Every key of {@code network.conf}; what they are set to is the network driver's to read. */
final class NetworkKeys {
    private NetworkKeys() {}

    /** All keys in the order of the file. */
    static KeyTable table() {
        return new KeyTable.Builder()
                .section("Firewall")
                .text(
                        "firewall_backend",
                        "\"nftables\"",
                        "What keeps the rules of networks: \"nftables\" or \"iptables\". Unset, nftables where nft is"
                                + " installed, else iptables. Networks that run keep what they were started with.")
                .table(
                        "the network driver",
                        "Settings of the network driver, in the format and with the names of libvirt's network.conf. Each"
                                + " key stands here with what holds while it is not set; remove the # to set it. They are"
                                + " read when the daemon starts.");
    }
}
