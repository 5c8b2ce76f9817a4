/**
 * The network links of the host: what there is, and how to make, join and remove them.
 *
 * <p>Looking costs nothing but a few files of the kernel; changes are given to {@code ip} in batches, so that making a bridge
 * with its addresses is one process.
 *
 * {@snippet :
 * try (var poller = new Poller()) {
 *     var links = new Links(new HostCommands(new Tools(poller)));
 *     links.apply("bridge br7", new LinkBatch().addBridge("br7").address("br7", "192.0.2.1/24").up("br7"));
 *     links.find("br7").ifPresent(link -> System.out.println(link.mac()));
 *     links.apply("bridge br7", new LinkBatch().delete("br7"));
 * }
 * }
 */
@NullMarked
package dev.posada.link;

import org.jspecify.annotations.NullMarked;
