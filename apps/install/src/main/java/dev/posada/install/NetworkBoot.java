package dev.posada.install;

import dev.posada.model.PosadaException;
import dev.posada.xml.Documents;

/** Whether a virtual network lets guests boot from it. */
final class NetworkBoot {
    private NetworkBoot() {}

    static boolean isOffered(Host host, String network) {
        try {
            var found = host.connection().networks().byName(network);
            if (found.isEmpty()) {
                return true;
            }
            var document = Documents.parse(found.get().xml());
            var mode = document.child("forward").map(forward -> forward.attribute("mode", ""));
            boolean open =
                    mode.filter(each -> !each.isEmpty() && !each.equals("nat")).isPresent();
            return open
                    || document.children("ip").stream()
                            .anyMatch(ip -> ip.at("dhcp", "bootp")
                                    .flatMap(bootp -> bootp.attribute("file"))
                                    .isPresent());
        } catch (PosadaException e) {
            // Only one that is known to offer nothing is worth a word.
            return true;
        }
    }
}
