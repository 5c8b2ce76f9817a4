/**
 * For tests: an engine of Docker of one's own, in namespaces of its own, and an image to run in it.
 *
 * {@snippet :
 * assumeTrue(DockerHost.missing().isEmpty());
 * try (var host = DockerHost.start(DockerHost.Network.NONE)) {
 *     var engine = new DockerEngine(host.socket());
 *     engine.images().importArchive(BusyboxArchive.open(), "busybox", "latest", List.of());
 * }
 * }
 */
@NullMarked
package dev.posada.dockerhost;

import org.jspecify.annotations.NullMarked;
