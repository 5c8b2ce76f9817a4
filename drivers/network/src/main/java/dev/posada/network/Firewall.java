package dev.posada.network;

/**
 * Where the rules of networks are kept. A network's rules are put and taken as a whole; putting them again replaces them,
 * whatever is left of them.
 *
 * <p>What they say is the same everywhere, and both ends count: a packet from a network must be let out by it, and one to a
 * network let in by that one. Out of a network may go what has an address of the network, nowhere if it is isolated; into
 * it may come anything if it is routed, and what belongs to connections from inside if addresses are translated. An open
 * network has no rules.
 */
interface Firewall {
    /**
     * Puts the rules of a network, or puts them back.
     *
     * @throws dev.posada.link.LinkException when the tool refuses; nothing is changed then
     */
    void put(NetworkPlan plan);

    /** Takes all rules of the network with this bridge away; does nothing when there are none. */
    void remove(String bridge);

    /** As {@code firewall_backend} in the settings. */
    String word();
}
