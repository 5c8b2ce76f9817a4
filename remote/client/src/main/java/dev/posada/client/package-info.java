/**
 * The client: a connection by URI, its domains, events and streams.
 *
 * <p>Everything outside the daemon reaches it through this package: the command line, the web, other daemons. It speaks
 * to any daemon that understands libvirt's protocol.
 *
 * {@snippet :
 * try (var connection = Connection.open("qemu+ssh://root@host/system")) {
 *     var guest = connection.domainByName("guest").orElseThrow();
 *     try (var subscription = guest.subscribe(Set.of(DomainEventType.LIFECYCLE), events::add)) {
 *         guest.start();
 *     }
 * }
 * }
 */
@NullMarked
package dev.posada.client;

import org.jspecify.annotations.NullMarked;
