package dev.posada.network;

import java.util.ArrayList;
import java.util.Collections;

/** The part of the name system where the names of a network's addresses are looked up. */
final class ReverseZone {
    private ReverseZone() {}

    /**
     * The zone's name, as {@code 2.0.192.in-addr.arpa}.
     *
     * @throws dev.posada.model.PosadaException for a prefix that ends within a part of the name
     */
    static String of(String network, IpNetwork at) {
        int step = at.ipv6() ? 4 : 8;
        if (at.prefixLength() % step != 0 || at.prefixLength() == 0) {
            throw NetworkErrors.unsupported(
                    "network '" + network + "': localPtr='yes' needs a prefix that is a multiple" + " of " + step
                            + ", not " + at.prefixLength());
        }
        var bytes = at.first().getAddress();
        var labels = new ArrayList<String>();
        for (int bit = 0; bit < at.prefixLength(); bit += step) {
            int value = bytes[bit / 8] & 0xff;
            if (at.ipv6()) {
                labels.add(Integer.toHexString(bit % 8 == 0 ? value >> 4 : value & 0xf));
            } else {
                labels.add(String.valueOf(value));
            }
        }
        Collections.reverse(labels);
        return String.join(".", labels) + (at.ipv6() ? ".ip6.arpa" : ".in-addr.arpa");
    }
}
