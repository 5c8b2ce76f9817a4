package dev.posada.qemu;

import java.util.List;
import java.util.Optional;

/**
 * What an interface needs opened on the host, and what QEMU calls each open file: a number when it inherits it at its
 * start, a name when it is handed over afterwards.
 *
 * @param alias the interface's
 * @param queues one for each queue of its tap or macvtap device
 * @param vhosts one for each queue that the host's kernel serves ({@code /dev/vhost-net}); none when QEMU does it
 * @param device the file that is the interface itself, of type {@code vdpa}
 */
record NicLink(String alias, List<String> queues, List<String> vhosts, Optional<String> device) {
    NicLink {
        queues = List.copyOf(queues);
        vhosts = List.copyOf(vhosts);
    }
}
